import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applyLogistic } from './logistic.js'

function logistic(value: number, mean = 0, deviation = 1): number {
  const values = Float64Array.of(value)
  applyLogistic(values, mean, deviation)
  return values[0]!
}

test('applyLogistic() is within 2e-10 of the exact function', () => {
  const near = fc.double({ min: -30, max: 30, noNaN: true })
  fc.assert(
    fc.property(near, z => {
      assert.ok(Math.abs(logistic(z) - 1 / (1 + Math.exp(-z))) < 2e-10)
    }),
    { numRuns: 5000 },
  )
})

test('applyLogistic() measures from the mean in deviations', () => {
  assert.ok(Math.abs(logistic(130, 100, 30) - 0.7310585786300049) < 2e-10)
})

test('applyLogistic() goes from 0 to 1, and NaN to NaN', () => {
  assert.deepEqual(
    [-1e9, -800, 800, 1e300].map(value => logistic(value)),
    [0, 0, 1, 1],
  )
  assert.ok(Number.isNaN(logistic(5, 5, 0)))
  assert.ok(Number.isNaN(logistic(Number.NaN)))
})

test('applyLogistic() never leaves the ends of the range at the edges of its table', () => {
  for (const z of [-24, 24, -24.0001, 24.0001, 23.9999, -23.9999]) {
    const value = logistic(z)
    assert.ok(value > 0 && value < 1, `${z} gives ${value}`)
  }
})
