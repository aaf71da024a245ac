import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type LeastSquaresProblem, minimiseSoftL1 } from './least-squares.js'

const UNBOUNDED = (n: number) => ({
  lower: new Float64Array(n).fill(-Infinity),
  upper: new Float64Array(n).fill(Infinity),
})

/** Rosenbrock's valley, with its floor at (1, 1). */
const VALLEY: LeastSquaresProblem = {
  count: 2,
  start: Float64Array.of(-1.2, 1),
  box: UNBOUNDED(2),
  evaluate: ([x, y], residuals, jacobian) => {
    residuals.set([10 * (y! - x! ** 2), 1 - x!])
    jacobian.set([-20 * x!, 10, -1, 0])
  },
}

/** A constant through some values. */
const level = (values: readonly number[]): LeastSquaresProblem => ({
  count: values.length,
  start: Float64Array.of(0),
  box: UNBOUNDED(1),
  evaluate: ([x], residuals, jacobian) => {
    residuals.set(values.map(value => x! - value))
    jacobian.fill(1)
  },
})

function assertPoint(actual: Float64Array, expected: readonly number[], tolerance = 1e-5): void {
  expected.forEach((value, k) => {
    assert.ok(Math.abs(actual[k]! - value) < tolerance, `${actual} is not ${expected}`)
  })
}

test('minimiseSoftL1() reaches the floor of a curved valley', () => {
  const { point, cost, status, evaluations } = minimiseSoftL1(VALLEY)
  assertPoint(point, [1, 1])
  assert.ok(cost < 1e-12)
  assert.ok(status > 0)
  assert.ok(evaluations < 100)
})

test('minimiseSoftL1() stops at a bound', () => {
  const box = { lower: Float64Array.of(-2, -1), upper: Float64Array.of(0.5, 2) }
  const { point } = minimiseSoftL1({ ...VALLEY, start: Float64Array.of(-1.2, 1), box })
  assertPoint(point, [0.5, 0.25])
  assert.ok(point[0]! <= 0.5)
})

test('minimiseSoftL1() starts from a bound', () => {
  const box = { lower: Float64Array.of(-2, 1), upper: Float64Array.of(2, 2) }
  const { point } = minimiseSoftL1({ ...VALLEY, start: Float64Array.of(-2, 1), box })
  assertPoint(point, [1, 1], 1e-4)
})

test('minimiseSoftL1() is drawn little by an outlier', () => {
  const { point } = minimiseSoftL1(level([0.9, 1, 1.1, 1, 100]))
  assert.ok(point[0]! > 1 && point[0]! < 1.4)
})

test('minimiseSoftL1() leaves a variable alone that nothing depends on', () => {
  const { point, status } = minimiseSoftL1({
    count: 2,
    start: Float64Array.of(0, 7),
    box: UNBOUNDED(2),
    evaluate: ([x], residuals, jacobian) => {
      residuals.set([x! - 3, x! - 3])
      jacobian.set([1, 0, 1, 0])
    },
  })
  assertPoint(point, [3, 7])
  assert.ok(status > 0)
})

test('minimiseSoftL1() steps back from where residuals are not finite', () => {
  const { point } = minimiseSoftL1({
    count: 1,
    start: Float64Array.of(20),
    box: UNBOUNDED(1),
    evaluate: ([x], residuals, jacobian) => {
      residuals[0] = Math.log(x!)
      jacobian[0] = 1 / x!
    },
  })
  assertPoint(point, [1])
})

test('minimiseSoftL1() refuses a start where residuals are not finite', () => {
  assert.throws(() => minimiseSoftL1(level([1, Number.NaN])), /finite residuals/)
})

test('minimiseSoftL1() ends after a limited number of evaluations', () => {
  const { status, evaluations } = minimiseSoftL1({
    count: 1,
    start: Float64Array.of(0),
    box: UNBOUNDED(1),
    // Falls for ever, ever more slowly than a step could tell.
    evaluate: ([x], residuals, jacobian) => {
      residuals[0] = 1e6 - x! + 1e3 * Math.sin(x! * 1e3)
      jacobian[0] = -1
    },
  })
  assert.ok(evaluations <= 100)
  assert.ok(status >= 0)
})

test('minimiseSoftL1() stays within bounds and has no slope inside them', () => {
  const number = fc.double({ min: -5, max: 5, noNaN: true })
  const problem = fc.record({
    values: fc.array(number, { minLength: 2, maxLength: 8 }),
    lower: fc.double({ min: -6, max: 0, noNaN: true }),
    width: fc.double({ min: 0.5, max: 6, noNaN: true }),
  })
  fc.assert(
    fc.property(problem, ({ values, lower, width }) => {
      const upper = lower + width
      const { point, residuals } = minimiseSoftL1({
        ...level(values),
        start: Float64Array.of(lower + width / 3),
        box: { lower: Float64Array.of(lower), upper: Float64Array.of(upper) },
      })
      const [x] = point
      assert.ok(x! > lower && x! < upper)
      const slope = residuals.reduce((sum, f) => sum + f / Math.sqrt(1 + f * f), 0)
      const room = slope > 0 ? x! - lower : upper - x!
      assert.ok(Math.abs(slope) * Math.min(1, room) < 1e-3, `slope ${slope} at ${x}`)
    }),
  )
})
