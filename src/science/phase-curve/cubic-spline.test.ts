import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clampedSpline, evaluateSpline } from './cubic-spline.js'

test('clampedSpline() reproduces a cubic exactly', () => {
  const cubic = (x: number): number => 1 - 2 * x + 3 * x ** 2 - x ** 3
  const nodes = [-1, 0, 0.5, 2]
  const spline = clampedSpline({ nodes, values: nodes.map(cubic), endSlopes: [-11, -2] })
  for (let x = -1; x <= 2; x += 0.125) {
    assert.ok(Math.abs(evaluateSpline(spline, x) - cubic(x)) < 1e-12)
  }
})

test('evaluateSpline() goes on in straight lines outside the nodes', () => {
  const spline = clampedSpline({ nodes: [0, 1], values: [0, 1], endSlopes: [2, 3] })
  assert.equal(evaluateSpline(spline, -1), -2)
  assert.equal(evaluateSpline(spline, 1), 1)
  assert.equal(evaluateSpline(spline, 3), 7)
  assert.equal(evaluateSpline(spline, Number.NaN), Number.NaN)
})

test('clampedSpline() passes through its nodes and bends without a break', () => {
  const steps = fc.array(fc.double({ min: 0.1, max: 2, noNaN: true }), {
    minLength: 2,
    maxLength: 9,
  })
  const value = fc.double({ min: -5, max: 5, noNaN: true })
  fc.assert(
    fc.property(steps, fc.array(value, { minLength: 10, maxLength: 10 }), (widths, all) => {
      const nodes = [0]
      for (const width of widths) nodes.push(nodes.at(-1)! + width)
      const values = all.slice(0, nodes.length)
      const spline = clampedSpline({ nodes, values, endSlopes: [1, -1] })
      nodes.forEach((node, i) => {
        assert.ok(Math.abs(evaluateSpline(spline, node) - values[i]!) < 1e-9)
      })
      for (let i = 1; i < widths.length; i++) {
        const [, , c, d] = spline.coefficients[i - 1]!
        const bend = 2 * c + 6 * d * widths[i - 1]!
        assert.ok(Math.abs(bend - 2 * spline.coefficients[i]![2]) < 1e-6 * (1 + Math.abs(bend)))
      }
    }),
  )
})

test('clampedSpline() refuses a single node and lists of different lengths', () => {
  const endSlopes = [0, 0] as const
  assert.throws(() => clampedSpline({ nodes: [0], values: [0], endSlopes }), RangeError)
  assert.throws(() => clampedSpline({ nodes: [0, 1], values: [0], endSlopes }), /at least 2/)
})
