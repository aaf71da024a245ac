/**
 * What pixels of a ring reach an arc beside it: the borders of HEALPix pixels, ring by ring.
 * Gorski et al. 2005, ApJ 622, 759, section 4 and 5.
 */
import { ringShift } from './healpix.js'

/** Columns of a ring, from `low` to `high`, counted on beyond its ends; changed in place. */
export interface Span {
  low: number
  high: number
}

/** An arc along a ring; changed in place, so that one record serves a whole disc. */
export interface Arc {
  readonly nside: number
  /** Right ascensions of both ends, in quarters of a turn. */
  from: number
  to: number
  /** Least distance from the line of the ring, 0 to 1, in units of the distance to the next. */
  offset: number
}

/** Makes a span hold no column. */
export function clearSpan(span: Span): Span {
  span.low = Number.MAX_SAFE_INTEGER
  span.high = Number.MIN_SAFE_INTEGER
  return span
}

/** Adds the pixels of a ring that reach an arc on its northern side. */
export function extendAbove(span: Span, ring: number, arc: Arc): void {
  const { nside } = arc
  if (ring <= nside) extendPoleward(span, ring, arc)
  else if (ring <= 3 * nside) extendBelt(span, ring, arc)
  else extendBeltward(span, 4 * nside - ring, arc)
}

/** Adds the pixels of a ring that reach an arc on its southern side. */
export function extendBelow(span: Span, ring: number, arc: Arc): void {
  const { nside } = arc
  if (ring < nside) extendBeltward(span, ring, arc)
  else if (ring < 3 * nside) extendBelt(span, ring, arc)
  else extendPoleward(span, 4 * nside - ring, arc)
}

/** In the belt pixels are rhombs, which narrow evenly with the distance from their ring. */
function extendBelt(span: Span, ring: number, { nside, from, to, offset }: Arc): void {
  const half = (1 - offset) / 2
  const shift = ringShift(nside, ring)
  extend(span, Math.ceil(from * nside - shift - half), Math.floor(to * nside - shift + half))
}

/*
 * A quarter of a cap, cut at `s` rings from the pole, is s units wide. Pixel j of ring i is there
 *   from j to j + 1 - (i - s)       towards the pole,  i - 1 <= s <= i
 *   from j + (s - i) to j + 1       towards the belt,  i <= s <= i + 1
 */

function extendPoleward(span: Span, ring: number, { from, to, offset }: Arc): void {
  const width = ring - offset
  const start = Math.floor(from)
  const end = Math.floor(to)
  const low = Math.ceil((from - start) * width - 1 + offset)
  const high = Math.floor((to - end) * width)
  extend(span, start * ring + clamp(low, ring), end * ring + Math.min(high, ring - 1))
}

function extendBeltward(span: Span, ring: number, { from, to, offset }: Arc): void {
  const width = ring + offset
  const start = Math.floor(from)
  const end = Math.floor(to)
  const low = Math.ceil((from - start) * width - 1)
  const high = Math.floor((to - end) * width - offset)
  extend(span, start * ring + clamp(low, ring), end * ring + Math.min(high, ring - 1))
}

function clamp(column: number, most: number): number {
  return column < 0 ? 0 : Math.min(column, most)
}

function extend(span: Span, low: number, high: number): void {
  if (low > high) return
  if (low < span.low) span.low = low
  if (high > span.high) span.high = high
}
