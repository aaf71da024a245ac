/**
 * Bounded nonlinear least squares with the soft L1 loss, which grows like the square of small
 * residuals and like the size of large ones: the sum of `sqrt(1 + f^2) - 1`. The search is the
 * trust-region reflective method of Branch, Coleman & Li (1999, SIAM J. Sci. Comput. 21, 1).
 */
import { decomposeSystem } from './singular-values.js'
import { type Box, boundedStep, type LocalModel, norm, stepWithin } from './trust-region.js'

/** What is minimised, from where, within what. */
export interface LeastSquaresProblem {
  /** Number of residuals. */
  readonly count: number
  readonly start: Float64Array
  /** Each lower bound is below its upper one, and `start` within both. */
  readonly box: Box
  /** Fills the residuals at a point and their derivatives, row by row of `start.length` values. */
  evaluate(point: Float64Array, residuals: Float64Array, jacobian: Float64Array): void
}

/** Where a search ends, and what is known there. */
export interface LeastSquaresSolution {
  readonly point: Float64Array
  /** Sum of the losses. */
  readonly cost: number
  readonly residuals: Float64Array
  /** Derivatives weighted so that `J^T J` is near the second derivative of the cost. */
  readonly weightedJacobian: Float64Array
  /**
   * Why the search ended: 0 too many evaluations, 1 the gradient vanished, 2 the cost no longer
   * fell, 3 the steps became short, 4 both of the latter.
   */
  readonly status: 0 | 1 | 2 | 3 | 4
  readonly evaluations: number
}

/** Relative change of cost or point, or size of the gradient, at which a search ends. */
const TOLERANCE = 1e-8
/** A search ends after this many evaluations for each variable. */
const MAX_EVALUATIONS_PER_VARIABLE = 100
/** How far inside its bounds a search starts, relative to the bound. */
const START_MARGIN = 1e-10

/** Residuals and derivatives at a point. */
interface Site {
  readonly point: Float64Array
  readonly residuals: Float64Array
  readonly jacobian: Float64Array
  readonly cost: number
}

/** How far a search has come. */
interface Search {
  site: Site
  status: LeastSquaresSolution['status']
  evaluations: number
  /** Radius of trust in scaled variables; 0 before the first step. */
  radius: number
  damping: number
}

/**
 * Searches the least sum of losses near the start.
 *
 * @throws RangeError when the residuals at the start are not finite
 */
export function minimiseSoftL1(problem: LeastSquaresProblem): LeastSquaresSolution {
  const { box, start } = problem
  const point = start.map((value, k) => keepInside(value, box, { k, margin: START_MARGIN }))
  const site = visit(problem, point)
  if (!Number.isFinite(site.cost)) {
    throw new RangeError('Cannot fit: expected finite residuals at the start')
  }
  const search: Search = { site, status: 0, evaluations: 1, radius: 0, damping: 0 }
  const maxEvaluations = MAX_EVALUATIONS_PER_VARIABLE * start.length
  while (search.evaluations < maxEvaluations && search.status === 0) {
    advance(search, problem, maxEvaluations)
  }
  const { residuals, cost } = search.site
  return {
    point: search.site.point,
    cost,
    residuals,
    weightedJacobian: weigh(search.site).jacobian,
    status: search.status,
    evaluations: search.evaluations,
  }
}

/** Moves the search to a better point, with as many tries as this takes, or ends it. */
function advance(search: Search, problem: LeastSquaresProblem, maxEvaluations: number): void {
  const { site } = search
  const { model, slope } = modelAt(site, weigh(site), problem.box)
  if (slope < TOLERANCE) {
    search.status = 1
    return
  }
  search.radius ||= initialRadius(site.point, model.scale)
  const shortening = Math.max(0.995, 1 - slope)
  while (search.site === site && search.status === 0 && search.evaluations < maxEvaluations) {
    const { radius } = search
    const inner = stepWithin(model.system, radius, search.damping)
    const step = boundedStep(model, inner.scaled, { radius, shortening })
    const target = visit(problem, stepped(model, step.scaled))
    search.evaluations++
    const fall = site.cost - target.cost
    const ratio = toRatio(fall, step.predictedFall)
    if (Number.isFinite(target.cost)) {
      const moved = norm(target.point.map((value, k) => value - site.point[k]!))
      search.status = ending(site, { fall, ratio, moved })
      if (fall > 0) search.site = target
    }
    search.radius = resized(radius, { ratio, length: norm(step.scaled) })
    search.damping = inner.damping * (radius / search.radius)
  }
}

function visit(problem: LeastSquaresProblem, point: Float64Array): Site {
  const residuals = new Float64Array(problem.count)
  const jacobian = new Float64Array(problem.count * point.length)
  problem.evaluate(point, residuals, jacobian)
  let cost = 0
  for (const f of residuals) cost += (f * f) / (1 + Math.sqrt(1 + f * f))
  return { point, residuals, jacobian, cost }
}

/** Scales rows so that plain least squares has the gradient and curvature of the soft L1 cost. */
function weigh({ residuals, jacobian, point }: Site): Pick<Site, 'residuals' | 'jacobian'> {
  const n = point.length
  const weighted = {
    residuals: new Float64Array(residuals.length),
    jacobian: new Float64Array(jacobian.length),
  }
  for (let i = 0; i < residuals.length; i++) {
    const f = residuals[i]!
    const root = Math.sqrt(Math.sqrt(1 + f * f))
    const weight = 1 / (root * root * root)
    weighted.residuals[i] = f * root
    for (let k = i * n; k < (i + 1) * n; k++) weighted.jacobian[k] = jacobian[k]! * weight
  }
  return weighted
}

/** The model in variables scaled by their distance to the bound downhill, and its slope there. */
function modelAt(
  { point }: Site,
  weighted: Pick<Site, 'residuals' | 'jacobian'>,
  box: Box,
): { readonly model: LocalModel; readonly slope: number } {
  const n = point.length
  const m = weighted.residuals.length
  const gradient = gradientOf(weighted, n)
  const room = gradient.map((g, k) => {
    const bound = g < 0 ? box.upper[k]! : box.lower[k]!
    return g !== 0 && Number.isFinite(bound) ? Math.abs(bound - point[k]!) : Number.NaN
  })
  const scale = room.map(value => (Number.isNaN(value) ? 1 : Math.sqrt(value)))
  const matrix = new Float64Array((m + n) * n)
  for (let row = 0; row < m * n; row += n) {
    for (let k = 0; k < n; k++) matrix[row + k] = weighted.jacobian[row + k]! * scale[k]!
  }
  // The bounds' own curvature, one more row for each variable.
  for (let k = 0; k < n; k++) {
    if (!Number.isNaN(room[k]!)) matrix[(m + k) * n + k] = Math.sqrt(Math.abs(gradient[k]!))
  }
  const right = new Float64Array(m + n)
  right.set(weighted.residuals)
  const system = decomposeSystem({ matrix, right, columns: n })
  const scaledGradient = gradient.map((g, k) => g * scale[k]!)
  const slope = Math.max(...gradient.map((g, k) => Math.abs(g) * scale[k]! ** 2))
  return { model: { system, gradient: scaledGradient, scale, point, box }, slope }
}

function gradientOf(
  { residuals, jacobian }: Pick<Site, 'residuals' | 'jacobian'>,
  n: number,
): Float64Array {
  const gradient = new Float64Array(n)
  for (let i = 0; i < residuals.length; i++) {
    for (let k = 0; k < n; k++) gradient[k]! += jacobian[i * n + k]! * residuals[i]!
  }
  return gradient
}

function initialRadius(point: Float64Array, scale: Float64Array): number {
  return norm(point.map((value, k) => value / scale[k]!)) || 1
}

function stepped({ point, scale, box }: LocalModel, scaled: Float64Array): Float64Array {
  return point.map((value, k) => keepInside(value + scaled[k]! * scale[k]!, box, { k, margin: 0 }))
}

/** Moves a value on or beyond a bound inside, by a relative margin or as little as can be. */
function keepInside(
  value: number,
  { lower, upper }: Box,
  { k, margin }: { readonly k: number; readonly margin: number },
): number {
  const [low, high] = [lower[k]!, upper[k]!]
  const off = (bound: number): number =>
    Math.max(margin, Number.EPSILON) * Math.max(1, Math.abs(bound))
  const inside = value <= low ? low + off(low) : value >= high ? high - off(high) : value
  return inside > low && inside < high ? inside : (low + high) / 2
}

const toRatio = (fall: number, predicted: number): number =>
  predicted > 0 ? fall / predicted : fall === predicted ? 1 : 0

function resized(
  radius: number,
  { ratio, length }: { readonly ratio: number; readonly length: number },
): number {
  if (!(ratio >= 0.25)) return 0.25 * length
  return ratio > 0.75 && length > 0.95 * radius ? 2 * radius : radius
}

function ending(
  { point, cost }: Site,
  { fall, ratio, moved }: { readonly fall: number; readonly ratio: number; readonly moved: number },
): LeastSquaresSolution['status'] {
  const isFlat = fall < TOLERANCE * cost && ratio > 0.25
  const isShort = moved < TOLERANCE * (TOLERANCE + norm(point))
  return isFlat ? (isShort ? 4 : 2) : isShort ? 3 : 0
}
