/**
 * Name of the constellation at a position. ICRS positions are carried to the mean equator and
 * equinox B1875.0 (aberration at J2000.0, frame bias, IAU 2006 precession), where the boundaries
 * are: Roman (1987), PASP 99, 695.
 */
import { BOUNDARIES, NAMES } from './constellation-boundaries.js'

/** Rotation from GCRS to the mean equator and equinox B1875.0. */
const TO_B1875 = [
  0.9995359280395996, 0.027935235948032204, 0.012147063453534978, -0.027935234880521558,
  0.9996097207523427, -0.00016979279517725931, -0.01214706590854464, -0.00016961707158125172,
  0.9999262072872489,
] as const

/** Barycentric velocity of the Earth at J2000.0 over that of light, and its Lorentz factor. */
const VELOCITY = [-9.935188888340815e-5, -1.6777453015929957e-5, -7.273846786777203e-6] as const
const LORENTZ = 0.9999999948974052
/** Potential of the Sun at the Earth: 1.97412574336e-8 au over its distance in au. */
const SUN_POTENTIAL = 1.97412574336e-8 / 0.9833276719328775

const RADIANS = Math.PI / 180

/** Position for equinox B1875.0: right ascension in hours, declination in degrees. */
function toB1875(raDeg: number, decDeg: number): { raHours: number; decDeg: number } {
  const cosDec = Math.cos(decDeg * RADIANS)
  const x = cosDec * Math.cos(raDeg * RADIANS)
  const y = cosDec * Math.sin(raDeg * RADIANS)
  const z = Math.sin(decDeg * RADIANS)
  // Stellar aberration; the constant length of the result drops out below.
  const along = x * VELOCITY[0] + y * VELOCITY[1] + z * VELOCITY[2]
  const w1 = 1 + along / (1 + LORENTZ) + SUN_POTENTIAL
  const scale = LORENTZ - SUN_POTENTIAL * along
  const ax = x * scale + w1 * VELOCITY[0]
  const ay = y * scale + w1 * VELOCITY[1]
  const az = z * scale + w1 * VELOCITY[2]
  const bx = TO_B1875[0] * ax + TO_B1875[1] * ay + TO_B1875[2] * az
  const by = TO_B1875[3] * ax + TO_B1875[4] * ay + TO_B1875[5] * az
  const bz = TO_B1875[6] * ax + TO_B1875[7] * ay + TO_B1875[8] * az
  const raHours = Math.atan2(by, bx) / RADIANS / 15
  return {
    raHours: raHours < 0 ? raHours + 24 : raHours,
    decDeg: Math.atan2(bz, Math.hypot(bx, by)) / RADIANS,
  }
}

/** Full name of the constellation at an ICRS position, undefined when the position is missing. */
export function constellationAt(raDeg: number, decDeg: number): string | undefined {
  if (Number.isNaN(raDeg) || Number.isNaN(decDeg)) return undefined
  const position = toB1875(raDeg, decDeg)
  for (const [low, high, lowest, name] of BOUNDARIES) {
    // A point on a boundary belongs to the field that begins there.
    if (position.decDeg > lowest && position.raHours >= low && position.raHours < high) {
      return NAMES[name]
    }
  }
  return NAMES.Oct
}
