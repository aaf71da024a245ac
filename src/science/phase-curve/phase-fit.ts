/**
 * Fits of phase-curve models to reduced magnitudes in one or more bands, as in the tables of
 * parameters of Solar System objects: bounded, with the soft L1 loss, without weights. What a fit
 * tells besides its parameters is worked out in `phase-fit-summary.ts`.
 */
import { type LeastSquaresProblem, minimiseSoftL1 } from './least-squares.js'
import { type PhaseData, type PhaseObservations, requireLists, toPhaseData } from './phase-data.js'
import { summariseFit } from './phase-fit-summary.js'
import {
  type ParameterRange,
  PHASE_MODELS,
  type PhaseModel,
  type PhaseModelName,
} from './phase-model.js'

/** Ranges to use in place of those of the model, by name of parameter (`R`, `H`, `G1`). */
export type PhaseFitRanges = Readonly<Record<string, Partial<ParameterRange>>>

/** The outcome of a fit. */
export type PhaseFit = PhaseFitSuccess | PhaseFitFailure

/** A fit with its parameters. */
export interface PhaseFitSuccess {
  readonly fit: 0
  /** Why the search ended: see `LeastSquaresSolution`. */
  readonly status: 0 | 1 | 2 | 3 | 4
  /**
   * Parameters, uncertainties and figures of merit under the names of the SSOFT table, `H_1` being
   * H in band 1; angles in degrees, but `phi0` in radians, and the period in days.
   */
  readonly values: Readonly<Record<string, number>>
  /** Observed less fitted magnitude of each observation. */
  readonly residualsMag: Float64Array
  /** Sum of the losses, `sqrt(1 + residual^2) - 1`. */
  readonly cost: number
}

/** No fit: 1 a magnitude or band is missing, 3 the search cannot start, 4 no uncertainties. */
export interface PhaseFitFailure {
  readonly fit: 1 | 3 | 4
  readonly status: -2
}

/**
 * Fits a model. The search ends in the minimum near its start: of two opposite poles, which fit
 * equally well, it finds one, and with SOCCA, whose cost has many minima, the right one only from a
 * start near the truth in the period and the shape alike.
 *
 * @throws RangeError when the lists differ in length, positions or times a model needs are absent,
 * or `ranges` names no parameter of the model or a start outside its bounds
 */
export function fitPhaseCurve(
  observations: PhaseObservations,
  name: PhaseModelName,
  ranges: PhaseFitRanges = {},
): PhaseFit {
  const model = PHASE_MODELS[name]
  const { spinRanges, bandRanges } = rangesOf(model, ranges)
  requireLists(observations, model)
  if (hasMissing(observations.reducedMag) || hasMissing(observations.band)) {
    return { fit: 1, status: -2 }
  }
  const data = toPhaseData(observations, model)
  const list = [...spinRanges, ...data.bands.flatMap(() => bandRanges)]
  const problem = {
    count: observations.reducedMag.length,
    start: Float64Array.from(list, range => range.start),
    box: {
      lower: Float64Array.from(list, range => range.lower),
      upper: Float64Array.from(list, range => range.upper),
    },
    evaluate: evaluator(model, data),
  }
  if (!canStart(problem)) return { fit: 3, status: -2 }
  const solution = minimiseSoftL1(problem)
  const values = summariseFit(model, data, solution)
  if (values === undefined) return { fit: 4, status: -2 }
  const { status, cost } = solution
  return { fit: 0, status, values, residualsMag: solution.residuals.map(f => -f), cost }
}

/**
 * Observed magnitudes less those of the SHG1G2 model fitted to them; all NaN when it cannot be.
 *
 * @throws RangeError as `fitPhaseCurve`
 */
export function shg1g2Residuals(observations: PhaseObservations): Float64Array {
  const result = fitPhaseCurve(observations, 'SHG1G2')
  if (result.fit === 0) return result.residualsMag
  return new Float64Array(observations.reducedMag.length).fill(Number.NaN)
}

const hasMissing = (values: Float64Array): boolean => values.some(Number.isNaN)

/** Whether there is anything to fit and it is finite; a search would end in an error otherwise. */
function canStart(problem: LeastSquaresProblem): boolean {
  const residuals = new Float64Array(problem.count)
  problem.evaluate(problem.start, residuals, new Float64Array(problem.count * problem.start.length))
  return problem.count > 0 && residuals.every(Number.isFinite)
}

function rangesOf(
  model: PhaseModel,
  given: PhaseFitRanges,
): { readonly spinRanges: ParameterRange[]; readonly bandRanges: ParameterRange[] } {
  const spin = model.spin?.ranges ?? {}
  const known = [...Object.keys(spin), ...Object.keys(model.ranges)]
  const stray = Object.keys(given).find(name => !known.includes(name))
  if (stray !== undefined) {
    throw new RangeError(`Unknown parameter "${stray}": expected one of ${known.join(', ')}`)
  }
  const resolve = (defaults: Readonly<Record<string, ParameterRange>>): ParameterRange[] =>
    Object.entries(defaults).map(([name, range]) => {
      const resolved = { ...range, ...given[name] }
      const { start, lower, upper } = resolved
      if (lower < upper && start >= lower && start <= upper) return resolved
      throw new RangeError(
        `Cannot start parameter "${name}" at "${start}": expected ${lower} to ${upper}`,
      )
    })
  return { spinRanges: resolve(spin), bandRanges: resolve(model.ranges) }
}

/** Fills `model - observed` and its derivatives; parameters are the spin's, then band by band. */
function evaluator(
  { law, spin }: PhaseModel,
  { observations, bands, bandIndex, directions }: PhaseData,
): LeastSquaresProblem['evaluate'] {
  const { reducedMag, jd } = observations
  const laws = Array.from(observations.phaseRad, phaseRad => law.at(phaseRad))
  const spinCount = Object.keys(spin?.ranges ?? {}).length
  const bandCount = 1 + law.slopeNames.length
  const width = spinCount + bandCount * bands.length
  const spinGradient = new Float64Array(spinCount)
  return (point, residuals, jacobian) => {
    jacobian.fill(0)
    const term = spin?.termAt(point)
    for (let i = 0; i < residuals.length; i++) {
      const { constant, slopes } = laws[i]!
      const first = spinCount + bandCount * bandIndex[i]!
      let brightness = constant
      for (let k = 0; k < slopes.length; k++) brightness += point[first + 1 + k]! * slopes[k]!
      let mag = point[first]! - 2.5 * Math.log10(brightness)
      const row = i * width
      jacobian[row + first] = 1
      const perBrightness = -2.5 / Math.LN10 / brightness
      for (let k = 0; k < slopes.length; k++) {
        jacobian[row + first + 1 + k] = perBrightness * slopes[k]!
      }
      if (term !== undefined) {
        mag += term({ direction: directions[i]!, jd: jd?.[i] ?? Number.NaN }, spinGradient)
        jacobian.set(spinGradient, row)
      }
      residuals[i] = mag - reducedMag[i]!
    }
  }
}
