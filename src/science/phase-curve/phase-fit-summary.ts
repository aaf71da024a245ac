/**
 * What a fitted phase curve tells: parameters with uncertainties, scatter, and the extent of the
 * observations, under the names of the columns of the SSOFT table.
 */
import type { LeastSquaresSolution } from './least-squares.js'
import type { PhaseData } from './phase-data.js'
import type { PhaseModel } from './phase-model.js'
import { decomposeSystem } from './singular-values.js'

const DEGREES = 180 / Math.PI
/** Angles of the models that the table holds in degrees. */
const IN_DEGREES: ReadonlySet<string> = new Set(['alpha0', 'delta0'])
/** Squared singular values below this part of the largest count as 0. */
const RANK_TOLERANCE = 1e-15

/**
 * All values of a fit; undefined when the derivatives are not finite, so that no uncertainties
 * exist. Uncertainties and the reduced chi-square are NaN without degrees of freedom.
 */
export function summariseFit(
  model: PhaseModel,
  data: PhaseData,
  solution: LeastSquaresSolution,
): Record<string, number> | undefined {
  const { residuals, point, weightedJacobian } = solution
  if (!weightedJacobian.every(Number.isFinite)) return undefined
  const { sigmaMag } = data.observations
  const chi2 = residuals.reduce((sum, f, i) => sum + (f / sigmaMag[i]!) ** 2, 0)
  const freedom = residuals.length - point.length - 1
  return {
    chi2red: freedom > 0 ? chi2 / freedom : Number.NaN,
    ...aspectSummary(model, data, point),
    ...scatterSummary(data, residuals),
    ...parameterSummary(model, data, solution),
    ...(model.spin && 'R' in model.spin.ranges && axisRatios(point[0]!, residuals)),
  }
}

function aspectSummary(
  { spin }: PhaseModel,
  { directions }: PhaseData,
  point: Float64Array,
): Record<string, number> {
  if (spin === undefined) return {}
  const toFrame = spin.frameAt(point)
  const cosines = Float64Array.from(directions, direction => toFrame(direction)[2])
  return {
    min_cos_lambda: minimum(cosines),
    mean_cos_lambda: mean(cosines),
    max_cos_lambda: -minimum(cosines.map(cosine => -cosine)),
  }
}

/** Scatter of the residuals and extent of the observations, over all and in each band. */
function scatterSummary(
  { observations, bands, bandIndex }: PhaseData,
  residuals: Float64Array,
): Record<string, number> {
  const summary: Record<string, number> = {}
  const add = (suffix: string, isIn: (i: number) => boolean): void => {
    const select = (values: Float64Array): Float64Array => values.filter((_, i) => isIn(i))
    const phases = select(observations.phaseRad)
    summary[`rms${suffix}`] = Math.sqrt(mean(select(residuals).map(f => f * f)))
    summary[`median_error_phot${suffix}`] = median(select(observations.sigmaMag))
    summary[`n_obs${suffix}`] = phases.length
    summary[`min_phase${suffix}`] = minimum(phases) * DEGREES
    summary[`max_phase${suffix}`] = -minimum(phases.map(phase => -phase)) * DEGREES
  }
  add('', () => true)
  bands.forEach((band, b) => {
    add(`_${band}`, i => bandIndex[i] === b)
  })
  return summary
}

function parameterSummary(
  { spin, ranges }: PhaseModel,
  { bands }: PhaseData,
  solution: LeastSquaresSolution,
): Record<string, number> {
  const errors = uncertainties(solution)
  const summary: Record<string, number> = {}
  let k = 0
  const add = (name: string, unit: number): void => {
    summary[name] = solution.point[k]! * unit
    summary[`err_${name}`] = errors[k]! * unit
    k++
  }
  for (const name of Object.keys(spin?.ranges ?? {})) add(name, IN_DEGREES.has(name) ? DEGREES : 1)
  for (const band of bands) for (const name of Object.keys(ranges)) add(`${name}_${band}`, 1)
  return summary
}

/** Roots of the diagonal of the pseudo-inverse of `J^T J`, times the scatter of the residuals. */
function uncertainties({ residuals, point, weightedJacobian }: LeastSquaresSolution): Float64Array {
  const n = point.length
  const right = new Float64Array(residuals.length)
  const { values, vectors } = decomposeSystem({
    matrix: weightedJacobian.slice(),
    right,
    columns: n,
  })
  const freedom = residuals.length - n
  const squares = residuals.reduce((sum, f) => sum + f * f, 0)
  const variance = freedom > 0 ? squares / freedom : Number.NaN
  const limit = RANK_TOLERANCE * Math.max(...values) ** 2
  return point.map((_, i) => {
    let sum = 0
    for (let k = 0; k < n; k++) {
      if (values[k]! ** 2 > limit) sum += (vectors[k * n + i]! / values[k]!) ** 2
    }
    return Math.sqrt(sum * variance)
  })
}

/** Axis ratios of a triaxial body from its oblateness and the scatter its rotation leaves. */
function axisRatios(oblateness: number, residuals: Float64Array): Record<string, number> {
  const centre = mean(residuals)
  const amplitude = 2 * Math.sqrt(mean(residuals.map(f => (f - centre) ** 2)))
  const aOverB = 10 ** (0.8 * amplitude)
  return { a_b: aOverB, a_c: Math.max(aOverB, (aOverB + 1) / (2 * oblateness)) }
}

const minimum = (values: Float64Array): number =>
  values.reduce((least, value) => Math.min(least, value), Infinity)

const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function median(values: Float64Array): number {
  const sorted = values.toSorted()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
