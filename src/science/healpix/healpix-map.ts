/**
 * Whole-sky maps of values: between RING and NESTED order, and between resolutions. Missing pixels
 * are NaN, infinite or the value -1.6375e30 of the HEALPix programs.
 */
import { pixelCount } from './healpix.js'
import { nestToRing } from './healpix-nest.js'

/** Order in which the pixels of a map stand. */
export type PixelOrder = 'RING' | 'NESTED'

/** Value of a missing pixel. */
export const UNSEEN = -1.6375e30

/**
 * `nside` of a map with this many pixels.
 *
 * @throws RangeError when no sky has that many
 */
export function nsideOf(count: number): number {
  const nside = Math.sqrt(count / 12)
  if (!Number.isInteger(nside) || pixelCount(nside) !== count) {
    throw new RangeError(`expected 12 nside^2 pixels, got ${count}`)
  }
  return nside
}

/**
 * The values of a map in the other order.
 *
 * @param from order of the values given
 * @throws RangeError when their number is not that of a sky
 */
export function reorderMap(values: Float64Array, from: PixelOrder): Float64Array {
  const nside = nsideOf(values.length)
  const reordered = new Float64Array(values.length)
  const isNested = from === 'NESTED'
  for (let nest = 0; nest < values.length; nest++) {
    const ring = nestToRing(nside, nest)
    if (isNested) reordered[ring] = values[nest]!
    else reordered[nest] = values[ring]!
  }
  return reordered
}

/**
 * A map at another resolution: pixels become the mean of their parts that are not missing, or
 * pass their value on to their parts. The order of the pixels stays.
 *
 * @throws RangeError when the number of values is not that of a sky or `nside` is no power of two
 */
export function regradeMap(values: Float64Array, nside: number, order: PixelOrder): Float64Array {
  const count = pixelCount(nside)
  if (nsideOf(values.length) === nside) return values.slice()
  if (order === 'RING') {
    return reorderMap(regradeMap(reorderMap(values, 'RING'), nside, 'NESTED'), 'NESTED')
  }
  const regraded = new Float64Array(count)
  const ratio = values.length / count
  for (let i = 0; i < count; i++) {
    regraded[i] =
      ratio > 1 ? meanOf(values, i * ratio, (i + 1) * ratio) : values[Math.floor(i * ratio)]!
  }
  return regraded
}

function meanOf(values: Float64Array, start: number, end: number): number {
  let sum = 0
  let count = 0
  for (let i = start; i < end; i++) {
    const value = values[i]!
    if (isMissing(value)) continue
    sum += value
    count++
  }
  return count === 0 ? UNSEEN : sum / count
}

/** Whether a pixel has no value; written with a tolerance, as maps may be stored as floats. */
function isMissing(value: number): boolean {
  return !Number.isFinite(value) || Math.abs(value - UNSEEN) <= 1e-5 * Math.abs(UNSEEN)
}
