/**
 * The logistic function of many values, to within 2e-10 and over twice as fast as by `Math.exp`: a
 * table and the first terms of the Taylor series, whose coefficients the logistic function
 * itself gives (its derivative is s (1 - s), its second derivative s (1 - s) (1 - 2 s)).
 */

const CELLS_PER_UNIT = 256
/** The table reaches from -24 to 24; few pixels are farther from the mean. */
const TABLE_EDGE = 24
const CELLS = 2 * TABLE_EDGE * CELLS_PER_UNIT

function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z))
}

/** The function in the middle of every cell. */
const MIDDLES = Float64Array.from({ length: CELLS }, (_, i) =>
  logistic((i + 0.5) / CELLS_PER_UNIT - TABLE_EDGE),
)

/**
 * Replaces every value by 1 / (1 + exp(-(value - mean) / deviation)), between 0 and 1; NaN where
 * that is not a number.
 */
export function applyLogistic(values: Float64Array, mean: number, deviation: number): void {
  const cellsPerValue = CELLS_PER_UNIT / deviation
  for (let i = 0; i < values.length; i++) {
    const position = (values[i]! - mean) * cellsPerValue + TABLE_EDGE * CELLS_PER_UNIT
    if (position >= 0 && position < CELLS) {
      const cell = position | 0
      const rest = (position - cell - 0.5) / CELLS_PER_UNIT
      const middle = MIDDLES[cell]!
      values[i] = middle + middle * (1 - middle) * rest * (1 + rest * (0.5 - middle))
    } else values[i] = logistic((values[i]! - mean) / deviation)
  }
}
