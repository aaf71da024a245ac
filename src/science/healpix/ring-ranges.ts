/**
 * Pixel ranges from NESTED to RING order. A square of pixels on a face of the sphere is, in RING
 * order, one run of pixels along each of its diagonals.
 */
import { pixelCount, ringLength, ringOf, ringStart } from './healpix.js'
import { interleave, nestToRing } from './healpix-nest.js'
import { createPixelBits, markPixels, type PixelBits, rangesFromBits } from './pixel-bits.js'
import type { PixelRanges } from './pixel-ranges.js'

/** Largest `nside`: the bit map of the sky takes 100 MB then. */
const MAX_BIT_MAP_NSIDE = 8192
/** The face that right ascension 0 passes through. */
const FACE_AT_ZERO = 4

/**
 * The same pixels in RING order.
 *
 * @throws RangeError when `nside` is not a power of two up to 8192
 */
export function nestedToRingRanges(ranges: PixelRanges, nside: number): PixelRanges {
  if (!(nside <= MAX_BIT_MAP_NSIDE)) {
    throw new RangeError(`expected nside up to ${MAX_BIT_MAP_NSIDE}, got ${nside}`)
  }
  const bits = createPixelBits(pixelCount(nside))
  for (let i = 0; i < ranges.length; i += 2) {
    const end = ranges[i + 1]!
    for (let pixel = ranges[i]!; pixel < end; ) {
      const side = squareSide(nside, pixel, end)
      markSquare(bits, nside, { pixel, side })
      pixel += side * side
    }
  }
  return rangesFromBits(bits)
}

/** Side of the largest square of a face that begins at a pixel and does not pass the end. */
function squareSide(nside: number, pixel: number, end: number): number {
  let side = 1
  while (2 * side <= nside) {
    const next = 4 * side * side
    if (pixel % next !== 0 || pixel + next > end) break
    side *= 2
  }
  return side
}

interface Square {
  /** First pixel, the southern corner. */
  readonly pixel: number
  readonly side: number
}

function markSquare(bits: PixelBits, nside: number, { pixel, side }: Square): void {
  const isAtZero = Math.floor(pixel / (nside * nside)) === FACE_AT_ZERO
  for (let diagonal = 0; diagonal < 2 * side - 1; diagonal++) {
    const x = Math.max(0, diagonal - side + 1)
    const start = nestToRing(nside, pixel + interleave(x, diagonal - x))
    const end = start + Math.min(diagonal, 2 * side - 2 - diagonal) + 1
    const ringEnd = isAtZero ? endOfRing(nside, start) : end
    markPixels(bits, start, Math.min(end, ringEnd))
    if (end > ringEnd) {
      const ring = ringOf(nside, start)
      markPixels(bits, ringStart(nside, ring), ringStart(nside, ring) + end - ringEnd)
    }
  }
}

function endOfRing(nside: number, pixel: number): number {
  const ring = ringOf(nside, pixel)
  return ringStart(nside, ring) + ringLength(nside, ring)
}
