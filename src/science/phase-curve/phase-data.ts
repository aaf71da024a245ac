/**
 * Observations of a Solar System object as phase-curve models take them: checked, grouped by band,
 * positions as unit vectors.
 */
import type { PhaseModel } from './phase-model.js'
import { type Direction, toDirection } from './spin-shape.js'

/** Observations of one object, in any order; all lists have one value for each. */
export interface PhaseObservations {
  /** Magnitudes reduced to 1 au from the Sun and the observer. */
  readonly reducedMag: Float64Array
  readonly sigmaMag: Float64Array
  /** Sun - object - observer. */
  readonly phaseRad: Float64Array
  /** Number of the band; each gets its own absolute magnitude and slopes. */
  readonly band: Float64Array
  /** Position of the object; needed by the models with a spin. */
  readonly raRad?: Float64Array
  readonly decRad?: Float64Array
  /** Julian dates, light-time corrected; needed by SOCCA. */
  readonly jd?: Float64Array
}

/** Observations as the models take them, grouped by band. */
export interface PhaseData {
  readonly observations: PhaseObservations
  /** Distinct bands in ascending order, and which of them each observation is in. */
  readonly bands: readonly number[]
  readonly bandIndex: Int32Array
  readonly directions: readonly Direction[]
}

/**
 * Checks that every list a model needs is there.
 *
 * @throws RangeError naming the first list that is absent or of another length
 */
export function requireLists(observations: PhaseObservations, { spin }: PhaseModel): void {
  const needed: Record<string, Float64Array | undefined> = {
    sigmaMag: observations.sigmaMag,
    phaseRad: observations.phaseRad,
    band: observations.band,
    ...(spin && { raRad: observations.raRad, decRad: observations.decRad }),
    ...(spin?.needsTime && { jd: observations.jd }),
  }
  const count = observations.reducedMag.length
  for (const [name, list] of Object.entries(needed)) {
    if (list?.length === count) continue
    throw new RangeError(
      `Cannot fit with "${list?.length ?? 0}" values of ${name}: expected ${count}`,
    )
  }
}

/** Groups observations by band and turns positions into directions. */
export function toPhaseData(observations: PhaseObservations, { spin }: PhaseModel): PhaseData {
  const { band, raRad, decRad } = observations
  const bands = [...new Set(band)].sort((a, b) => a - b)
  return {
    observations,
    bands,
    bandIndex: Int32Array.from(band, value => bands.indexOf(value)),
    directions: spin ? Array.from(raRad!, (ra, i) => toDirection(ra, decRad![i]!)) : [],
  }
}
