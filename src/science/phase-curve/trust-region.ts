/**
 * One step of a bounded least-squares search: the minimum of the local linear model within a ball
 * (More 1978), turned back at the bounds (Branch, Coleman & Li 1999, SIAM J. Sci. Comput. 21, 1).
 * Steps are in scaled variables, in which the ball is round and bounds are far away.
 */
import type { SingularSystem } from './singular-values.js'

/** Lower and upper bounds, which may be infinite. */
export interface Box {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/** The linear model about a point: `|matrix * step + right|^2 / 2` less its value at 0. */
export interface LocalModel {
  readonly system: SingularSystem
  /** Gradient in scaled variables. */
  readonly gradient: Float64Array
  /** Change of a variable for a scaled step of 1. */
  readonly scale: Float64Array
  readonly point: Float64Array
  readonly box: Box
}

/** A scaled step and how much the model falls along it. */
export interface Step {
  readonly scaled: Float64Array
  readonly predictedFall: number
}

/** Newton steps for the damping; the length is then within a few percent of the radius. */
const MAX_DAMPING_STEPS = 10
const LENGTH_TOLERANCE = 0.01

/** Minimum of the model within a radius, and the damping that gives it, sought from `damping`. */
export function stepWithin(
  { values, vectors, projected }: SingularSystem,
  radius: number,
  damping: number,
): { readonly scaled: Float64Array; readonly damping: number } {
  const n = values.length
  const pulls = values.map((value, k) => value * projected[k]!)
  const solve = (alpha: number): Float64Array => {
    const along = pulls.map((pull, k) => (pull === 0 ? 0 : -pull / (values[k]! ** 2 + alpha)))
    return multiply(vectors, along)
  }
  const largest = Math.max(...values)
  const isFullRank = Math.min(...values) > Number.EPSILON * n * largest
  if (isFullRank) {
    const newton = solve(0)
    if (norm(newton) <= radius) return { scaled: newton, damping: 0 }
  }
  const excess = (alpha: number): { readonly value: number; readonly slope: number } => {
    let squares = 0
    let sum = 0
    for (let k = 0; k < n; k++) {
      const curvature = values[k]! ** 2 + alpha
      const along = (pulls[k]! / curvature) ** 2
      squares += along
      sum += along / curvature
    }
    const length = Math.sqrt(squares)
    return { value: length - radius, slope: -sum / length }
  }
  const alpha = findDamping(excess, { isFullRank, radius, upper: norm(pulls) / radius, damping })
  const scaled = solve(alpha)
  const stretch = radius / norm(scaled)
  return { scaled: scaled.map(value => value * stretch), damping: alpha }
}

/** Root of the excess length over the radius: Newton's method on its inverse, kept in brackets. */
function findDamping(
  excess: (alpha: number) => { readonly value: number; readonly slope: number },
  start: {
    readonly isFullRank: boolean
    readonly radius: number
    readonly upper: number
    readonly damping: number
  },
): number {
  let { upper, damping: alpha } = start
  let lower = 0
  if (start.isFullRank) {
    const { value, slope } = excess(0)
    lower = -value / slope
  }
  if (alpha === 0 && !start.isFullRank) alpha = Math.max(0.001 * upper, Math.sqrt(lower * upper))
  for (let k = 0; k < MAX_DAMPING_STEPS; k++) {
    if (alpha < lower || alpha > upper) alpha = Math.max(0.001 * upper, Math.sqrt(lower * upper))
    const { value, slope } = excess(alpha)
    if (value < 0) upper = alpha
    lower = Math.max(lower, alpha - value / slope)
    alpha -= ((value + start.radius) / start.radius) * (value / slope)
    if (Math.abs(value) < LENGTH_TOLERANCE * start.radius) break
  }
  return alpha
}

/**
 * The step to take instead of `inner` (the minimum within the radius): itself where it stays inside
 * the bounds, else the best of it cut short, it reflected at the first bound, and the way of
 * steepest descent. `shortening` (below 1) keeps steps off the bounds.
 */
export function boundedStep(
  model: LocalModel,
  inner: Float64Array,
  { radius, shortening }: { readonly radius: number; readonly shortening: number },
): Step {
  const way = stretchToBound(model, model.point, inner)
  if (way.stretch > 1) return toStep(model, inner)
  const touching = inner.map(value => value * way.stretch)
  const candidates = [
    toStep(
      model,
      touching.map(value => value * shortening),
    ),
  ]
  const reflected = reflectedStep(model, inner, { ...way, touching, radius, shortening })
  if (reflected !== undefined) candidates.push(reflected)
  const descent = model.gradient.map(value => -value)
  const toBound = stretchToBound(model, model.point, descent).stretch * shortening
  const most = Math.min(toBound, radius / norm(descent))
  candidates.push(toStep(model, bestAlong(model, descent, { from: 0, to: most })))
  return candidates.reduce((a, b) => (b.predictedFall > a.predictedFall ? b : a))
}

interface Reflection {
  readonly touching: Float64Array
  readonly stretch: number
  readonly hits: readonly boolean[]
  readonly radius: number
  readonly shortening: number
}

function reflectedStep(
  model: LocalModel,
  inner: Float64Array,
  { touching, stretch, hits, radius, shortening }: Reflection,
): Step | undefined {
  const { point, scale } = model
  const onward = inner.map((value, k) => (hits[k] ? -value : value))
  const onBound = point.map((value, k) => value + scale[k]! * touching[k]!)
  const toBound = stretchToBound(model, onBound, onward).stretch
  const toBall = stretchToBall(touching, onward, radius)
  const most = Math.min(toBound, toBall)
  if (!(most > 0)) return undefined
  const from = ((1 - shortening) * stretch) / most
  const to = toBound < toBall ? shortening * toBound : toBall
  if (from > to) return undefined
  return toStep(model, bestAlong(model, onward, { from, to, start: touching }))
}

/** The best of `start + t * way` for t between two limits, by the parabola the model is there. */
function bestAlong(
  { system, gradient }: LocalModel,
  way: Float64Array,
  range: { readonly from: number; readonly to: number; readonly start?: Float64Array },
): Float64Array {
  const { from, to, start = new Float64Array(way.length) } = range
  const image = toImage(system, way)
  const curvature = dot(image, image) / 2
  const slope = dot(gradient, way) + dot(image, toImage(system, start))
  const rise = (t: number): number => t * (slope + t * curvature)
  let best = rise(from) <= rise(to) ? from : to
  const bottom = -slope / (2 * curvature)
  if (bottom > from && bottom < to && rise(bottom) < rise(best)) best = bottom
  return way.map((value, k) => start[k]! + best * value)
}

function toStep({ system, gradient }: LocalModel, scaled: Float64Array): Step {
  const image = toImage(system, scaled)
  return { scaled, predictedFall: -dot(image, image) / 2 - dot(gradient, scaled) }
}

/** Image of a step under the model's matrix, but for a rotation. */
function toImage({ values, vectors }: SingularSystem, step: Float64Array): Float64Array {
  const n = step.length
  return values.map((value, k) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += vectors[k * n + i]! * step[i]!
    return value * sum
  })
}

/** How many times a scaled step fits before a bound, and which variables meet theirs there. */
function stretchToBound(
  { scale, box }: LocalModel,
  point: Float64Array,
  scaled: Float64Array,
): { readonly stretch: number; readonly hits: readonly boolean[] } {
  const stretches = Array.from(scaled, (value, k) => {
    const change = value * scale[k]!
    if (change === 0) return Infinity
    return Math.max(0, ((change > 0 ? box.upper[k]! : box.lower[k]!) - point[k]!) / change)
  })
  const stretch = Math.min(...stretches)
  return { stretch, hits: stretches.map(value => value === stretch && stretch < Infinity) }
}

/** Positive t at which `start + t * way` has the length of the radius. */
function stretchToBall(start: Float64Array, way: Float64Array, radius: number): number {
  const a = dot(way, way)
  const b = dot(start, way)
  const c = Math.min(0, dot(start, start) - radius ** 2)
  const root = Math.sqrt(b * b - a * c)
  return b > 0 ? -c / (b + root) : (root - b) / a
}

function multiply(vectors: Float64Array, along: Float64Array): Float64Array {
  const n = along.length
  return along.map((_, i) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum += vectors[k * n + i]! * along[k]!
    return sum
  })
}

/** Euclidean length. */
export function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector))
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
