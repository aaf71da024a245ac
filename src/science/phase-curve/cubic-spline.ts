/**
 * Cubic splines with given slopes at both ends ("clamped"), continued by straight lines of these
 * slopes. They are built once from a few nodes and evaluated often.
 */

/** What a spline goes through; all lists in ascending order of node. */
export interface SplineNodes {
  /** At least two, strictly ascending. */
  readonly nodes: readonly number[]
  readonly values: readonly number[]
  /** Derivatives at the first and the last node. */
  readonly endSlopes: readonly [number, number]
}

/** A spline as polynomials: on interval i, powers 0 to 3 of the distance from node i. */
export interface CubicSpline {
  readonly nodes: readonly number[]
  readonly coefficients: readonly (readonly [number, number, number, number])[]
  readonly lastValue: number
  readonly endSlopes: readonly [number, number]
}

/**
 * The spline through all nodes with continuous first and second derivatives.
 *
 * @throws RangeError when there are fewer than two nodes, or not one value for each
 */
export function clampedSpline({ nodes, values, endSlopes }: SplineNodes): CubicSpline {
  if (nodes.length < 2 || nodes.length !== values.length) {
    throw new RangeError(
      `Cannot build a spline from "${nodes.length}" nodes and "${values.length}" values: ` +
        'expected as many of both, at least 2',
    )
  }
  const widths = nodes.slice(1).map((node, i) => node - nodes[i]!)
  const secants = widths.map((width, i) => (values[i + 1]! - values[i]!) / width)
  const slopes = nodeSlopes(widths, secants, endSlopes)
  const coefficients = widths.map((width, i) => {
    const [here, next, secant] = [slopes[i]!, slopes[i + 1]!, secants[i]!]
    const quadratic = (3 * secant - 2 * here - next) / width
    const cubic = (here + next - 2 * secant) / width ** 2
    return [values[i]!, here, quadratic, cubic] as const
  })
  return { nodes, coefficients, lastValue: values.at(-1)!, endSlopes }
}

/** Value of a spline at any x; NaN for NaN. */
export function evaluateSpline(spline: CubicSpline, x: number): number {
  const { nodes, coefficients, endSlopes } = spline
  const first = nodes[0]!
  const last = nodes[nodes.length - 1]!
  if (x < first) return coefficients[0]![0] + endSlopes[0] * (x - first)
  if (x >= last) return spline.lastValue + endSlopes[1] * (x - last)
  let i = 0
  while (i + 2 < nodes.length && x >= nodes[i + 1]!) i++
  const [a, b, c, d] = coefficients[i]!
  const s = x - nodes[i]!
  return a + s * (b + s * (c + s * d))
}

/** Slopes at the nodes from the continuity of the second derivative, a tridiagonal system. */
function nodeSlopes(
  widths: readonly number[],
  secants: readonly number[],
  [firstSlope, lastSlope]: readonly [number, number],
): number[] {
  const last = widths.length
  const slopes = [firstSlope, ...new Array<number>(last - 1).fill(0), lastSlope]
  const upper = new Array<number>(last).fill(0)
  // Forward elimination leaves slope k as slopes[k] - upper[k] * slope k+1.
  for (let k = 1; k < last; k++) {
    const [before, after] = [widths[k - 1]!, widths[k]!]
    const pivot = 2 * (before + after) - after * upper[k - 1]!
    const right = 3 * (secants[k - 1]! * after + secants[k]! * before)
    upper[k] = before / pivot
    slopes[k] = (right - after * slopes[k - 1]!) / pivot
  }
  for (let k = last - 1; k > 0; k--) slopes[k]! -= upper[k]! * slopes[k + 1]!
  return slopes
}
