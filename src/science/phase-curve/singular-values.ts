/**
 * Singular values of a small linear least-squares problem (many rows, few columns): Householder
 * reduction to a triangle, then one-sided Jacobi rotations (Golub & Van Loan, Matrix Computations,
 * sections 5.2 and 8.6), which find small singular values to full relative precision.
 */

/** A system `matrix * x = right side`, row by row. */
export interface LinearSystem {
  /** Row-major. Overwritten. */
  readonly matrix: Float64Array
  /** Overwritten. */
  readonly right: Float64Array
  readonly columns: number
}

/** `matrix = U diag(values) V^T`, in no particular order. */
export interface SingularSystem {
  readonly values: Float64Array
  /** Columns of V one after the other: that of value k starts at `k * columns`. */
  readonly vectors: Float64Array
  /** `U^T right`; 0 where the singular value is 0. */
  readonly projected: Float64Array
}

/** Rotations of columns converge quadratically after a few sweeps; this is a guard. */
const MAX_SWEEPS = 30

/** Decomposes a system, whose arrays it overwrites. Values that are not finite give NaN. */
export function decomposeSystem(system: LinearSystem): SingularSystem {
  const { matrix, right, columns: n } = system
  reduceToTriangle(system)
  const rows = Math.min(n, right.length)
  const triangle = new Float64Array(n * n)
  const vectors = new Float64Array(n * n)
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k && i < rows; i++) triangle[k * n + i] = matrix[i * n + k]!
    vectors[k * n + k] = 1
  }
  orthogonalise(triangle, vectors, n)
  const values = new Float64Array(n)
  const projected = new Float64Array(n)
  for (let k = 0; k < n; k++) {
    const value = Math.sqrt(dotSlices(triangle, { from: k * n, to: k * n, length: n }))
    let sum = 0
    for (let i = 0; i < rows; i++) sum += triangle[k * n + i]! * right[i]!
    values[k] = value
    projected[k] = value === 0 ? 0 : sum / value
  }
  return { values, vectors, projected }
}

/** Householder reflections; the triangle is left in the first rows, the rest is meaningless. */
function reduceToTriangle({ matrix, right, columns: n }: LinearSystem): void {
  const m = right.length
  const sums = new Float64Array(n)
  for (let k = 0; k < Math.min(n, m); k++) {
    // Lengths are measured against the largest entry, whose square might underflow.
    let largest = 0
    for (let i = k; i < m; i++) largest = Math.max(largest, Math.abs(matrix[i * n + k]!))
    if (largest === 0) continue
    let squares = 0
    for (let i = k; i < m; i++) {
      matrix[i * n + k]! /= largest
      squares += matrix[i * n + k]! ** 2
    }
    const head = matrix[k * n + k]!
    const diagonal = head > 0 ? -Math.sqrt(squares) : Math.sqrt(squares)
    const factor = 1 / (squares - head * diagonal)
    matrix[k * n + k] = head - diagonal
    sums.fill(0)
    let rightSum = 0
    for (let i = k; i < m; i++) {
      const v = matrix[i * n + k]!
      rightSum += v * right[i]!
      for (let j = k + 1; j < n; j++) sums[j]! += v * matrix[i * n + j]!
    }
    for (let i = k; i < m; i++) {
      const v = matrix[i * n + k]! * factor
      right[i]! -= v * rightSum
      for (let j = k + 1; j < n; j++) matrix[i * n + j]! -= v * sums[j]!
    }
    matrix[k * n + k] = diagonal * largest
  }
}

/** Rotates pairs of columns, of both matrices alike, until those of the first are orthogonal. */
function orthogonalise(triangle: Float64Array, vectors: Float64Array, n: number): void {
  let squares = 0
  for (const entry of triangle) squares += entry * entry
  // Columns this short are nothing but rounding errors, which would be turned about for ever.
  const noise = Number.EPSILON ** 2 * squares
  for (let sweep = 0, isDone = false; sweep < MAX_SWEEPS && !isDone; sweep++) {
    isDone = true
    for (let from = 0; from < (n - 1) * n; from += n) {
      for (let to = from + n; to < n * n; to += n) {
        const pq = dotSlices(triangle, { from, to, length: n })
        if (Math.abs(pq) <= noise) continue
        const pp = dotSlices(triangle, { from, to: from, length: n })
        const qq = dotSlices(triangle, { from: to, to, length: n })
        if (Math.abs(pq) <= Number.EPSILON * Math.sqrt(pp * qq)) continue
        isDone = false
        const zeta = (qq - pp) / (2 * pq)
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
        rotateSlices(triangle, { from, to, length: n }, tangent)
        rotateSlices(vectors, { from, to, length: n }, tangent)
      }
    }
  }
}

/** Two slices of one array, by where they start. */
interface SlicePair {
  readonly from: number
  readonly to: number
  readonly length: number
}

function dotSlices(array: Float64Array, { from, to, length }: SlicePair): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += array[from + i]! * array[to + i]!
  return sum
}

function rotateSlices(array: Float64Array, { from, to, length }: SlicePair, tangent: number): void {
  const cosine = 1 / Math.sqrt(1 + tangent * tangent)
  const sine = cosine * tangent
  for (let i = 0; i < length; i++) {
    const a = array[from + i]!
    const b = array[to + i]!
    array[from + i] = cosine * a - sine * b
    array[to + i] = sine * a + cosine * b
  }
}
