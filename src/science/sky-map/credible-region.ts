/**
 * Credible regions of sky maps: the most probable cells that together hold a given probability.
 * The region is kept at the resolution of the map, so that a position is in it or not exactly;
 * the pixels of an index at any other resolution are those that touch it.
 *
 * The credible level of a cell is the total probability of all cells at least as dense as it,
 * itself included, and equally dense cells share their level: the convention of ligo.skymap, made
 * independent of the order of the cells. A region holds the cells whose level is at most the one
 * asked for.
 */
import { pixelCount } from '../healpix/healpix.js'
import { nestPixel, ringToNest } from '../healpix/healpix-nest.js'
import { createPixelBits, markPixels, rangesFromBits } from '../healpix/pixel-bits.js'
import {
  countPixels,
  hasPixel,
  type PixelRanges,
  rangesFromBounds,
  scaleNestedRanges,
} from '../healpix/pixel-ranges.js'
import { nestedToRingRanges } from '../healpix/ring-ranges.js'
import type { FlatSkyMap, MultiOrderSkyMap, SkyMap } from './skymap.js'

/** A part of the sky. */
export interface SkyRegion {
  readonly nside: number
  /** Pixels in NESTED order. */
  readonly ranges: PixelRanges
}

/** More than rounding adds up to in sums over a whole sky. */
const LEVEL_TOLERANCE = 1e-12

/**
 * Credible region of a sky map.
 *
 * @param level probability, 0 to 1; at 1 the region is all cells of any probability
 * @throws RangeError when the level is out of range
 */
export function credibleRegion(map: SkyMap, level: number): SkyRegion {
  if (!(level >= 0 && level <= 1)) {
    throw new RangeError(`expected a credible level from 0 to 1, got ${level}`)
  }
  const limit = level === 1 ? Number.POSITIVE_INFINITY : level + LEVEL_TOLERANCE
  if (map.kind === 'flat') {
    const floor = densityBelow({ density: map.probability, weight: map.probability }, limit)
    return { nside: map.nside, ranges: flatRanges(map, floor) }
  }
  const floor = densityBelow({ density: map.density, weight: map.probability }, limit)
  return { nside: map.nside, ranges: cellRanges(map, floor) }
}

/** Whether a position is in the region. */
export function regionHas(region: SkyRegion, raDeg: number, decDeg: number): boolean {
  return hasPixel(region.ranges, nestPixel(region.nside, raDeg, decDeg))
}

/** Part of the sky that the region covers, 0 to 1. */
export function skyFraction(region: SkyRegion): number {
  return countPixels(region.ranges) / pixelCount(region.nside)
}

/**
 * The pixels of another resolution that touch the region, in RING order. When they are larger than
 * the cells of the region, not all positions in them are in the region: see `regionHas()`.
 *
 * @throws RangeError when `nside` is not a power of two up to 8192
 */
export function regionRanges(region: SkyRegion, nside: number): PixelRanges {
  const scaled = scaleNestedRanges(region.ranges, pixelCount(nside) / pixelCount(region.nside))
  return nestedToRingRanges(scaled, nside)
}

/** Values of a digit of a double, cut into four digits of 16 bits. */
const DIGIT_VALUES = 2 ** 16
const DIGITS = 4
/** Whether the first 16 bits of a double come first in memory. */
const IS_BIG_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0

interface Cells {
  readonly density: Float64Array
  /** The same array as the densities when they are equal. */
  readonly weight: Float64Array
}

/**
 * Largest density such that all cells denser than it weigh at most `limit` together, while with
 * those of that density they weigh more; 0 when all cells fit. Positive doubles are ordered as
 * their bits are, so the density is found digit by digit, without sorting.
 */
function densityBelow(all: Cells, limit: number): number {
  let cells = all
  let weightAbove = 0
  for (let digit = 0; digit < DIGITS; digit++) {
    const { weights, counts } = tally(cells, digit)
    let crossing = DIGIT_VALUES - 1
    while (crossing >= 0 && weightAbove + weights[crossing]! <= limit) {
      weightAbove += weights[crossing--]!
    }
    if (crossing < 0 && digit === 0) return 0
    // Rounding may lose the crossing among the cells that were found to have it.
    if (crossing < 0) crossing = counts.findIndex(count => count > 0)
    cells = select(cells, digit, { value: crossing, count: counts[crossing]! })
  }
  return cells.density[0]!
}

function digitsOf({ density }: Cells): Uint16Array {
  return new Uint16Array(density.buffer, density.byteOffset, density.length * DIGITS)
}

function placeOf(digit: number): number {
  return IS_BIG_ENDIAN ? digit : DIGITS - 1 - digit
}

interface Tally {
  readonly weights: Float64Array
  readonly counts: Uint32Array
}

/** Weight and number of the cells that have each value of a digit. */
function tally(cells: Cells, digit: number): Tally {
  const digits = digitsOf(cells)
  const { weight } = cells
  const weights = new Float64Array(DIGIT_VALUES)
  const counts = new Uint32Array(DIGIT_VALUES)
  // Neighbours on the sky mostly share the first digit: whole runs are added at once.
  let value = 0
  let runWeight = 0
  let runStart = 0
  for (let i = 0, at = placeOf(digit); i < weight.length; i++, at += DIGITS) {
    if (digits[at] !== value) {
      weights[value]! += runWeight
      counts[value]! += i - runStart
      value = digits[at]!
      runWeight = 0
      runStart = i
    }
    runWeight += weight[i]!
  }
  weights[value]! += runWeight
  counts[value]! += weight.length - runStart
  return { weights, counts }
}

/** The cells whose digit has a value; `count` is their number. */
function select(
  cells: Cells,
  digit: number,
  { value, count }: { readonly value: number; readonly count: number },
): Cells {
  if (count === cells.density.length) return cells
  const digits = digitsOf(cells)
  const density = new Float64Array(count)
  const isSame = cells.density === cells.weight
  const weight = isSame ? density : new Float64Array(count)
  let length = 0
  for (let i = 0, at = placeOf(digit); length < count; i++, at += DIGITS) {
    if (digits[at] !== value) continue
    weight[length] = cells.weight[i]!
    density[length++] = cells.density[i]!
  }
  return { density, weight }
}

/** Pixels of a flat map that are denser than `floor`. */
function flatRanges({ nside, order, probability }: FlatSkyMap, floor: number): PixelRanges {
  if (order === 'RING') {
    const bits = createPixelBits(probability.length)
    for (let ring = 0; ring < probability.length; ring++) {
      if (!(probability[ring]! > floor)) continue
      const pixel = ringToNest(nside, ring)
      markPixels(bits, pixel, pixel + 1)
    }
    return rangesFromBits(bits)
  }
  const bounds: number[] = []
  for (let pixel = 0; pixel < probability.length; ) {
    while (pixel < probability.length && !(probability[pixel]! > floor)) pixel++
    if (pixel === probability.length) break
    bounds.push(pixel)
    while (pixel < probability.length && probability[pixel]! > floor) pixel++
    bounds.push(pixel)
  }
  return Float64Array.from(bounds)
}

/** Pixels of the cells of a multi-order map that are denser than `floor`. */
function cellRanges({ start, end, density }: MultiOrderSkyMap, floor: number): PixelRanges {
  const isDense = (_: number, i: number): boolean => density[i]! > floor
  return rangesFromBounds(start.filter(isDense).sort(), end.filter(isDense).sort())
}
