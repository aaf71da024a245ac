/**
 * Sets of HEALPix pixels as sorted, disjoint ranges. They say nothing of the resolution or the
 * order of the pixels; whoever passes them on does.
 */

/**
 * Ranges of pixels, flat: start, end, start, end ... Each range holds the pixels from its start up
 * to but not including its end; the ranges ascend and do not touch.
 */
export type PixelRanges = Float64Array

/** Number of pixels in the ranges. */
export function countPixels(ranges: PixelRanges): number {
  let count = 0
  for (let i = 0; i < ranges.length; i += 2) count += ranges[i + 1]! - ranges[i]!
  return count
}

/** Whether a pixel is in the ranges; takes the logarithm of their number. */
export function hasPixel(ranges: PixelRanges, pixel: number): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle]! <= pixel) low = middle + 1
    else high = middle
  }
  // An odd number of bounds at or before the pixel: the last of them is a start.
  return low % 2 === 1
}

/**
 * All pixels of the ranges, in ascending order.
 *
 * @throws RangeError when there are more than `limit`
 */
export function listPixels(ranges: PixelRanges, limit: number): Float64Array {
  const count = countPixels(ranges)
  if (count > limit) throw new RangeError(`expected at most ${limit} pixels, got ${count}`)
  const pixels = new Float64Array(count)
  let at = 0
  for (let i = 0; i < ranges.length; i += 2) {
    for (let pixel = ranges[i]!; pixel < ranges[i + 1]!; pixel++) pixels[at++] = pixel
  }
  return pixels
}

/** The pixels that are in any of the sets. */
export function mergeRanges(...sets: readonly PixelRanges[]): PixelRanges {
  const starts = new Float64Array(sets.reduce((sum, set) => sum + set.length / 2, 0))
  const ends = new Float64Array(starts.length)
  let at = 0
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      starts[at] = set[i]!
      ends[at++] = set[i + 1]!
    }
  }
  return rangesFromBounds(starts.sort(), ends.sort())
}

/**
 * Ranges that cover intervals, which may touch and overlap: where as many intervals have ended as
 * have started, a range ends.
 *
 * @param starts where the intervals start, ascending
 * @param ends where they end, ascending, and so not in the order of the starts
 */
export function rangesFromBounds(starts: Float64Array, ends: Float64Array): PixelRanges {
  const ranges = new Float64Array(2 * starts.length)
  let length = 0
  for (let i = 0; i < starts.length; i++) {
    if (i === 0 || starts[i]! > ends[i - 1]!) ranges[length++] = starts[i]!
    if (i === starts.length - 1 || starts[i + 1]! > ends[i]!) ranges[length++] = ends[i]!
  }
  return ranges.slice(0, length)
}

/**
 * The ranges seen at another resolution, for pixels in NESTED order.
 *
 * @param ratio how many times the number of pixels grows: a power of four; below one the pixels
 * that hold any of the ranges
 */
export function scaleNestedRanges(ranges: PixelRanges, ratio: number): PixelRanges {
  if (ratio >= 1) return ranges.map(bound => bound * ratio)
  const starts = new Float64Array(ranges.length / 2)
  const ends = new Float64Array(ranges.length / 2)
  for (let i = 0; i < starts.length; i++) {
    starts[i] = Math.floor(ranges[2 * i]! * ratio)
    ends[i] = Math.ceil(ranges[2 * i + 1]! * ratio)
  }
  return rangesFromBounds(starts, ends)
}
