/**
 * What the shape and the spin of a body add to its phase curve: a spheroid seen under its aspect
 * angle (SHG1G2, Carry et al. 2024, A&A 687, A38) and a rotating triaxial ellipsoid (SOCCA; with
 * the shadowed part after Ostro & Connelly 1984, Icarus 57, 443). Values are magnitudes, with
 * derivatives for fits.
 *
 * Directions are unit vectors towards the body in equatorial coordinates. In the frame of the pole
 * they have the components
 *
 *     x = -cos d0 sin d + sin d0 cos d cos(a - a0)
 *     y = -cos d sin(a - a0)
 *     z = sin d0 sin d + cos d0 cos d cos(a - a0)      (cosine of the aspect angle)
 */

/** A unit vector, or the components of one in another frame. */
export type Direction = readonly [number, number, number]

/** Direction of the spin axis. */
export interface Pole {
  readonly alpha0Rad: number
  readonly delta0Rad: number
}

/** Spin and axes of a triaxial ellipsoid a >= b >= c that turns about c. */
export interface Ellipsoid extends Pole {
  /** Sidereal period. */
  readonly periodDays: number
  /** Ratios a/b and a/c. */
  readonly aOverB: number
  readonly aOverC: number
  /** Rotation phase at `SPIN_EPOCH_JD`. */
  readonly phi0Rad: number
}

/** Julian date (light-time corrected) at which the rotation phase is `phi0Rad`. */
export const SPIN_EPOCH_JD = 2459580.5

/** Magnitudes per relative change of brightness. */
const MAG_PER_RELATIVE_FLUX = 2.5 / Math.LN10

/** Unit vector of an equatorial position in radians. */
export function toDirection(raRad: number, decRad: number): Direction {
  const cosDec = Math.cos(decRad)
  return [cosDec * Math.cos(raRad), cosDec * Math.sin(raRad), Math.sin(decRad)]
}

/** Cosine of the angle between the direction and the spin axis, -1 to 1. */
export function cosAspect(direction: Direction, pole: Pole): number {
  return poleFrame(pole)(direction)[2]
}

/** Turns directions into the frame of a pole. */
export function poleFrame({ alpha0Rad, delta0Rad }: Pole): (direction: Direction) => Direction {
  const [sinRa, cosRa] = [Math.sin(alpha0Rad), Math.cos(alpha0Rad)]
  const [sinDec, cosDec] = [Math.sin(delta0Rad), Math.cos(delta0Rad)]
  return ([ux, uy, uz]) => {
    const towards = ux * cosRa + uy * sinRa
    return [sinDec * towards - cosDec * uz, ux * sinRa - uy * cosRa, cosDec * towards + sinDec * uz]
  }
}

/**
 * Magnitudes to add for a spheroid of oblateness `r` (brightness of the equator over that of the
 * pole, 0 to 1) seen under an aspect: 0 at the equator, negative towards the poles.
 */
export function spheroidTerm(aspectCosine: number, r: number): number {
  return 2.5 * Math.log10(1 - (1 - r) * Math.abs(aspectCosine))
}

/**
 * Magnitudes to add for a rotating ellipsoid at a light-time corrected Julian date. With the
 * direction from the Sun, only the part both lit and seen counts.
 */
export function ellipsoidTerm(
  ellipsoid: Ellipsoid,
  jd: number,
  { target, sun }: { readonly target: Direction; readonly sun?: Direction },
): number {
  const toPole = poleFrame(ellipsoid)
  const spin = spinAngle(ellipsoid, jd)
  const seen = projected(ellipsoid, rotated(toPole(target), spin))
  const area = Math.hypot(...seen)
  if (sun === undefined) return -2.5 * Math.log10(area)
  const lit = projected(ellipsoid, rotated(toPole(sun), spin))
  const shared = (seen[0] * lit[0] + seen[1] * lit[1] + seen[2] * lit[2]) / Math.hypot(...lit)
  return -2.5 * Math.log10((area + shared) / 2)
}

/**
 * `spheroidTerm` for a direction in the frame of the pole; its partial derivatives with respect to
 * r, alpha0 and delta0 go to `gradient`.
 */
export function differentiateSpheroid(
  [x, y, z]: Direction,
  { r, delta0Rad }: { readonly r: number; readonly delta0Rad: number },
  gradient: Float64Array,
): number {
  const scale = MAG_PER_RELATIVE_FLUX / (1 - (1 - r) * Math.abs(z))
  const byAspect = -scale * (1 - r) * Math.sign(z)
  gradient[0] = scale * Math.abs(z)
  gradient[1] = -byAspect * Math.cos(delta0Rad) * y
  gradient[2] = -byAspect * x
  return spheroidTerm(z, r)
}

/**
 * `ellipsoidTerm` without the Sun for a direction in the frame of the pole; its partial derivatives
 * with respect to alpha0, delta0, period, a/b, a/c and phi0 go to `gradient`.
 */
export function differentiateEllipsoid(
  direction: Direction,
  { ellipsoid, jd }: { readonly ellipsoid: Ellipsoid; readonly jd: number },
  gradient: Float64Array,
): number {
  const { aOverB, aOverC, delta0Rad, periodDays } = ellipsoid
  const [sinDec, cosDec] = [Math.sin(delta0Rad), Math.cos(delta0Rad)]
  const spin = spinAngle(ellipsoid, jd)
  const [x, y, z] = direction
  const [p, q] = rotated(direction, spin)
  const area2 = p ** 2 + (aOverB * q) ** 2 + (aOverC * z) ** 2
  const scale = -MAG_PER_RELATIVE_FLUX / area2
  const alongStep = (step: Direction): number => {
    const [dp, dq, dz] = rotated(step, spin)
    return scale * (p * dp + aOverB ** 2 * q * dq + aOverC ** 2 * z * dz)
  }
  const bySpin = scale * (aOverB ** 2 - 1) * p * q
  // How the components in the frame of the pole change as the pole moves.
  gradient[0] = alongStep([-sinDec * y, sinDec * x + cosDec * z, -cosDec * y])
  gradient[1] = alongStep([z, 0, -x])
  gradient[2] = (bySpin * -2 * Math.PI * (jd - SPIN_EPOCH_JD)) / periodDays ** 2
  gradient[3] = scale * aOverB * q ** 2
  gradient[4] = scale * aOverC * z ** 2
  gradient[5] = bySpin
  return -1.25 * Math.log10(area2)
}

const spinAngle = ({ phi0Rad, periodDays }: Ellipsoid, jd: number): number =>
  phi0Rad + ((2 * Math.PI) / periodDays) * (jd - SPIN_EPOCH_JD)

/** Components along the axes a, b, c after a turn about the pole. */
function rotated([x, y, z]: Direction, spinRad: number): Direction {
  const [sine, cosine] = [Math.sin(spinRad), Math.cos(spinRad)]
  return [cosine * y + sine * x, sine * y - cosine * x, z]
}

/** The vector whose length is the projected area of the ellipsoid, in units of pi b c. */
function projected({ aOverB, aOverC }: Ellipsoid, [p, q, z]: Direction): Direction {
  return [p, aOverB * q, aOverC * z]
}
