/**
 * Conversions between fluxes and magnitudes: AB magnitudes of calibrated fluxes (Oke & Gunn 1983),
 * reduced magnitudes of Solar System objects, and the apparent brightness of a ZTF source, which is
 * its reference brightness plus or minus the measured difference.
 */

/** A value and its one-sigma uncertainty, in the same unit. */
export interface Measurement {
  readonly value: number
  readonly sigma: number
}

/** Magnitudes per relative change of flux. */
const MAG_PER_RELATIVE_FLUX = 2.5 / Math.LN10
/** AB magnitude of one nanojansky, to the precision survey products use. */
const AB_ZERO_POINT_NJY = 31.4
/** Flux of an AB magnitude of zero. */
const AB_ZERO_FLUX_JY = 3631

/** AB magnitude of a flux in nJy; NaN for a flux that is not positive. */
export function toAbMagnitude(fluxNjy: number): number {
  return fluxNjy > 0 ? AB_ZERO_POINT_NJY - 2.5 * Math.log10(fluxNjy) : Number.NaN
}

/** One-sigma uncertainty of `toAbMagnitude`, to first order; NaN for a flux not positive. */
export function toAbMagnitudeSigma(fluxNjy: number, sigmaNjy: number): number {
  return fluxNjy > 0 ? (MAG_PER_RELATIVE_FLUX * sigmaNjy) / fluxNjy : Number.NaN
}

/** Distances of a Solar System object, in au. */
export interface ObjectDistances {
  readonly observerAu: number
  readonly sunAu: number
}

/** Magnitude an object would have at 1 au from both the Sun and the observer, at the same phase. */
export function toReducedMagnitude(mag: number, { observerAu, sunAu }: ObjectDistances): number {
  return mag - 5 * Math.log10(observerAu * sunAu)
}

/** A ZTF measurement on a difference image, and the source nearest in the reference image. */
export interface ZtfDifference {
  readonly magpsf: number
  readonly sigmapsf: number
  /** Negative or NaN when the reference image has no source. */
  readonly magnr: number
  readonly sigmagnr: number
  /** Whether the source is brighter than in the reference (`isdiffpos` is `t` or `1`). */
  readonly isPositive: boolean
}

/** Apparent flux of a ZTF source in Jy; both members NaN without a reference source. */
export function toZtfApparentFlux(difference: ZtfDifference): Measurement {
  const { value, sigma } = relativeFlux(difference)
  return { value: value * AB_ZERO_FLUX_JY, sigma: sigma * AB_ZERO_FLUX_JY }
}

/**
 * Apparent ("DC") magnitude of a ZTF source. Both members are NaN without a reference source, and
 * where the difference takes away all the light of the reference.
 */
export function toZtfApparentMagnitude(difference: ZtfDifference): Measurement {
  const { value, sigma } = relativeFlux(difference)
  if (!(value > 0)) return { value: Number.NaN, sigma: Number.NaN }
  return { value: -2.5 * Math.log10(value), sigma: (MAG_PER_RELATIVE_FLUX * sigma) / value }
}

/** Apparent flux over that of magnitude zero. */
function relativeFlux(difference: ZtfDifference): Measurement {
  const { magpsf, sigmapsf, magnr, sigmagnr, isPositive } = difference
  if (!(magnr >= 0)) return { value: Number.NaN, sigma: Number.NaN }
  const reference = 10 ** (-0.4 * magnr)
  const change = 10 ** (-0.4 * magpsf)
  return {
    value: isPositive ? reference + change : reference - change,
    sigma: Math.hypot(sigmagnr * reference, sigmapsf * change) / MAG_PER_RELATIVE_FLUX,
  }
}
