/**
 * Medians and percentiles by selection (Hoare's quickselect), which takes linear time where a sort
 * does not. The given arrays are scratch: they come back reordered.
 */

/** Rounds of partition before the rest is sorted: a bound on adversarial input. */
const MAX_ROUNDS = 64

/**
 * The value at `rank` (from 0) of the sorted values, which afterwards stands at `values[rank]` with
 * none greater before it and none smaller behind it.
 *
 * @param values numbers without NaN
 */
export function selectRank(values: Float64Array, rank: number): number {
  let low = 0
  let high = values.length - 1
  for (let round = 0; low < high; round++) {
    if (round === MAX_ROUNDS) {
      values.subarray(low, high + 1).sort()
      break
    }
    const pivot = middleOfThree(values[low]!, values[(low + high) >> 1]!, values[high]!)
    let left = low
    let right = high
    while (left <= right) {
      while (values[left]! < pivot) left++
      while (values[right]! > pivot) right--
      if (left > right) break
      const swapped = values[left]!
      values[left++] = values[right]!
      values[right--] = swapped
    }
    if (rank <= right) high = right
    else if (rank >= left) low = left
    else break
  }
  return values[rank]!
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}

/**
 * Percentile with linear interpolation between neighbours, the default of NumPy.
 *
 * @param values at least one number, no NaN
 * @param percent 0 to 100
 */
export function percentile(values: Float64Array, percent: number): number {
  const position = (percent / 100) * (values.length - 1)
  const rank = Math.floor(position)
  const below = selectRank(values, rank)
  const share = position - rank
  if (share === 0) return below
  let above = values[rank + 1]!
  for (let i = rank + 2; i < values.length; i++) above = Math.min(above, values[i]!)
  return below + (above - below) * share
}

/** Median; the mean of the two middle values when their number is even. */
export function median(values: Float64Array): number {
  return percentile(values, 50)
}
