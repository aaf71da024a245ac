/**
 * Magnitudes of Solar System bodies reduced to 1 au, as functions of the phase angle and, for the
 * two models with a spin, of the direction in which the body is seen. Models only; fitting them to
 * observations is the matter of `phase-fit.ts`.
 */
import { HG_LAW, HG1G2_LAW, HG12_LAW, type PhaseLaw } from './phase-function.js'
import {
  cosAspect,
  type Ellipsoid,
  ellipsoidTerm,
  type Pole,
  spheroidTerm,
  toDirection,
} from './spin-shape.js'

/** An equatorial position (ICRS). */
export interface SkyPosition {
  readonly raRad: number
  readonly decRad: number
}

/** Absolute magnitude and slopes of the HG1G2 law. */
export interface Hg1g2Parameters {
  readonly h: number
  readonly g1: number
  readonly g2: number
}

/** HG1G2 with a spheroid of oblateness `r` about a pole. */
export interface Shg1g2Parameters extends Hg1g2Parameters, Pole {
  readonly r: number
}

/** HG1G2 with a rotating triaxial ellipsoid. */
export interface SoccaParameters extends Hg1g2Parameters, Ellipsoid {}

/** How a rotating body was observed. */
export interface SpinObservation {
  readonly phaseRad: number
  /** Position of the body as seen by the observer. */
  readonly target: SkyPosition
  /** The same as seen from the Sun; without it shadows are left out. */
  readonly sun?: SkyPosition
  /** Julian date, light-time corrected. */
  readonly jd: number
}

/** Reduced magnitude of the HG law. */
export function hgMagnitude(
  phaseRad: number,
  { h, g }: { readonly h: number; readonly g: number },
): number {
  return h + dimming(HG_LAW, phaseRad, [g])
}

/** Reduced magnitude of the HG12 law. */
export function hg12Magnitude(
  phaseRad: number,
  { h, g12 }: { readonly h: number; readonly g12: number },
): number {
  return h + dimming(HG12_LAW, phaseRad, [g12])
}

/** Reduced magnitude of the HG1G2 law. */
export function hg1g2Magnitude(phaseRad: number, { h, g1, g2 }: Hg1g2Parameters): number {
  return h + dimming(HG1G2_LAW, phaseRad, [g1, g2])
}

/** Reduced magnitude of the SHG1G2 model for a body at a position. */
export function shg1g2Magnitude(
  phaseRad: number,
  { raRad, decRad }: SkyPosition,
  parameters: Shg1g2Parameters,
): number {
  const aspect = cosAspect(toDirection(raRad, decRad), parameters)
  return hg1g2Magnitude(phaseRad, parameters) + spheroidTerm(aspect, parameters.r)
}

/** Reduced magnitude of the SOCCA model. */
export function soccaMagnitude(observation: SpinObservation, parameters: SoccaParameters): number {
  const { phaseRad, target, sun, jd } = observation
  const directions = {
    target: toDirection(target.raRad, target.decRad),
    ...(sun && { sun: toDirection(sun.raRad, sun.decRad) }),
  }
  return hg1g2Magnitude(phaseRad, parameters) + ellipsoidTerm(parameters, jd, directions)
}

/** Magnitudes between phase 0 and a phase angle; NaN where the law gives no positive brightness. */
function dimming(law: PhaseLaw, phaseRad: number, parameters: readonly number[]): number {
  const { constant, slopes } = law.at(phaseRad)
  const brightness = slopes.reduce((sum, slope, k) => sum + parameters[k]! * slope, constant)
  return brightness >= 0 ? -2.5 * Math.log10(brightness) : Number.NaN
}
