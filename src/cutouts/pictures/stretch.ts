/**
 * Stretches: pixels to brightness between 0 and 1, as the service this one replaces draws them.
 * `sigmoid` is the logistic function of the deviation from the mean; the others cut the pixels to
 * an interval and bend the result (the curves and constants of Astropy's `visualization`).
 */
import { applyLogistic } from '../pixels/logistic.js'
import { median, percentile } from '../pixels/order-statistics.js'
import type { Stamp } from '../stamp.js'

/** The stretches that clients may ask for. */
export const stretchNames = [
  'sigmoid',
  'linear',
  'sqrt',
  'power',
  'log',
  'asinh',
  'arcsinh',
  'sinh',
] as const

export type StretchName = (typeof stretchNames)[number]

/** Percentiles of an interval of which one end was left out. */
export const defaultPercentiles = { pmin: 0.5, pmax: 99.5 } as const

/** How to stretch. */
export interface StretchOptions {
  /** Default `sigmoid`, which knows no interval and ignores `pmin` and `pmax`. */
  readonly stretch?: StretchName | undefined
  /**
   * Percentiles of the finite pixels that become 0 and 1. When neither is given, 1 is the central
   * pixel, and 0 the smallest one plus a fifth of the median absolute deviation.
   */
  readonly pmin?: number | undefined
  readonly pmax?: number | undefined
}

interface Interval {
  readonly low: number
  readonly high: number
}

const ASINH_SOFTENING = 10
const SINH_SOFTENING = 0.3
const LOG_EXPONENT = 1000

/** Bends shares of the interval, 0 to 1, in place. */
type Curve = (shares: Float64Array) => void

const asinh: Curve = shares => {
  const top = Math.asinh(1 / ASINH_SOFTENING)
  for (let i = 0; i < shares.length; i++) shares[i] = Math.asinh(shares[i]! / ASINH_SOFTENING) / top
}

/** Loops of their own keep every curve as fast as if it were the only one. */
const CURVES: Readonly<Record<Exclude<StretchName, 'sigmoid'>, Curve>> = {
  linear: shares => shares,
  sqrt: shares => {
    for (let i = 0; i < shares.length; i++) shares[i] = Math.sqrt(shares[i]!)
  },
  power: shares => {
    for (let i = 0; i < shares.length; i++) shares[i] = shares[i]! * shares[i]!
  },
  log: shares => {
    const top = Math.log(LOG_EXPONENT + 1)
    for (let i = 0; i < shares.length; i++) {
      shares[i] = Math.log(LOG_EXPONENT * shares[i]! + 1) / top
    }
  },
  asinh,
  arcsinh: asinh,
  sinh: shares => {
    const top = Math.sinh(1 / SINH_SOFTENING)
    for (let i = 0; i < shares.length; i++) shares[i] = Math.sinh(shares[i]! / SINH_SOFTENING) / top
  },
}

/**
 * Brightness of every pixel, 0 to 1. NaN pixels count as 0 and infinities as the largest doubles.
 * No image fails: a constant one gives NaN everywhere with `sigmoid` and 0 with the others.
 *
 * @throws RangeError for an unknown stretch, or percentiles that are not 0 <= pmin < pmax <= 100
 */
export function stretchStamp(stamp: Stamp, options: StretchOptions = {}): Float64Array {
  const { stretch = 'sigmoid' } = options
  const pixels = toFinite(stamp.pixels)
  if (stretch === 'sigmoid') return toSigmoid(pixels)
  const curve = Object.hasOwn(CURVES, stretch) ? CURVES[stretch] : undefined
  if (curve === undefined) {
    const known = stretchNames.join(', ')
    throw new RangeError(`Cannot stretch an image by "${stretch}": expected one of ${known}`)
  }
  toShares(pixels, chooseInterval(stamp, pixels, options))
  curve(pixels)
  return pixels
}

function toFinite(pixels: Float64Array): Float64Array {
  const finite = new Float64Array(pixels.length)
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]!
    if (value - value === 0) finite[i] = value
    else if (value > 0) finite[i] = Number.MAX_VALUE
    else if (value < 0) finite[i] = -Number.MAX_VALUE
  }
  return finite
}

function toSigmoid(pixels: Float64Array): Float64Array {
  const first = pixels[0]
  // Rounding would give a constant image a small deviation, and a shade that means nothing.
  if (pixels.every(value => value === first)) return pixels.fill(Number.NaN)
  let sum = 0
  for (let i = 0; i < pixels.length; i++) sum += pixels[i]!
  const mean = sum / pixels.length
  let squares = 0
  for (let i = 0; i < pixels.length; i++) squares += (pixels[i]! - mean) ** 2
  applyLogistic(pixels, mean, Math.sqrt(squares / pixels.length))
  return pixels
}

function chooseInterval(stamp: Stamp, finite: Float64Array, options: StretchOptions): Interval {
  const { pmin, pmax } = options
  if (pmin !== undefined || pmax !== undefined) return percentileInterval(stamp, options)
  const { low, high } = centralInterval(stamp, finite)
  // A centre darker than the sky, as of a source that faded, would leave nothing to see.
  return high < low ? percentileInterval(stamp, {}) : { low, high }
}

function percentileInterval(stamp: Stamp, { pmin, pmax }: StretchOptions): Interval {
  const low = pmin ?? defaultPercentiles.pmin
  const high = pmax ?? defaultPercentiles.pmax
  if (!(low >= 0 && low < high && high <= 100)) {
    const cut = `Cannot cut an image at the percentiles "${low}" and "${high}"`
    throw new RangeError(`${cut}: expected 0 <= pmin < pmax <= 100`)
  }
  const finite = finiteOnes(stamp.pixels)
  if (finite.length === 0) return { low: 0, high: 0 }
  return { low: percentile(finite, low), high: percentile(finite, high) }
}

function finiteOnes(pixels: Float64Array): Float64Array {
  const finite = new Float64Array(pixels.length)
  let count = 0
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]!
    if (value - value === 0) finite[count++] = value
  }
  return finite.subarray(0, count)
}

/**
 * The central pixel is in row and column `height / 2`, also where the stamp is not square; one too
 * narrow for that column has its own middle column.
 */
function centralInterval({ width, height }: Stamp, finite: Float64Array): Interval {
  const row = height >> 1
  const column = row < width ? row : width >> 1
  const scratch = finite.slice()
  const middle = median(scratch)
  let smallest = Number.POSITIVE_INFINITY
  for (let i = 0; i < scratch.length; i++) {
    const value = scratch[i]!
    if (value < smallest) smallest = value
    scratch[i] = Math.abs(value - middle)
  }
  return { low: smallest + 0.2 * median(scratch), high: finite[row * width + column]! }
}

/** Replaces pixels by their place in the interval, cut to 0 and 1; all are 0 when it is empty. */
function toShares(pixels: Float64Array, { low, high }: Interval): void {
  const range = high - low
  if (!(range > 0)) {
    pixels.fill(0)
    return
  }
  for (let i = 0; i < pixels.length; i++) {
    const share = (pixels[i]! - low) / range
    pixels[i] = share > 0 ? Math.min(share, 1) : 0
  }
}
