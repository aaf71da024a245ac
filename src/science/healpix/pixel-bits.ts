/**
 * Bit maps of pixels, for sets that are built in no particular order: marking does not sort, and
 * what is marked twice counts once. Results leave as ranges.
 */
import type { PixelRanges } from './pixel-ranges.js'

/** One bit per pixel, lowest first. */
export type PixelBits = Uint32Array

/** An empty bit map. */
export function createPixelBits(pixels: number): PixelBits {
  return new Uint32Array(Math.ceil(pixels / 32))
}

/** Marks the pixels from `start` up to but not including `end`. */
export function markPixels(bits: PixelBits, start: number, end: number): void {
  const first = Math.floor(start / 32)
  const last = Math.floor((end - 1) / 32)
  const fromStart = -1 << (start % 32)
  const toEnd = -1 >>> (31 - ((end - 1) % 32))
  if (first === last) {
    bits[first]! |= fromStart & toEnd
    return
  }
  bits[first]! |= fromStart
  bits.fill(0xffff_ffff, first + 1, last)
  bits[last]! |= toEnd
}

/** The marked pixels as ranges. */
export function rangesFromBits(bits: PixelBits): PixelRanges {
  const bounds: number[] = []
  // All ones inside of a range, so that a change of state is a set bit of the difference.
  let state = 0
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]! | 0
    let changes = word ^ state
    let from = 0
    while (changes !== 0) {
      const bit = 31 - Math.clz32(changes & -changes)
      bounds.push(32 * i + bit)
      state = ~state
      from = bit + 1
      changes = from < 32 ? (word ^ state) & (-1 << from) : 0
    }
  }
  if (state !== 0) bounds.push(32 * bits.length)
  return Float64Array.from(bounds)
}
