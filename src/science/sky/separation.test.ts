import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { separationDeg, separationFrom } from './separation.js'

const position = fc.record({
  raDeg: fc.double({ min: 0, max: 360, noNaN: true }),
  decDeg: fc.double({ min: -90, max: 90, noNaN: true }),
})

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-13 * Math.max(1, expected), `${actual} ${expected}`)
}

test('separationDeg() of simple positions', () => {
  assert.equal(separationDeg({ raDeg: 10, decDeg: 20 }, { raDeg: 10, decDeg: 20 }), 0)
  assertClose(separationDeg({ raDeg: 10, decDeg: 20 }, { raDeg: 190, decDeg: -20 }), 180)
  assertClose(separationDeg({ raDeg: 359.5, decDeg: 0 }, { raDeg: 0.5, decDeg: 0 }), 1)
  assertClose(separationDeg({ raDeg: 77, decDeg: 90 }, { raDeg: 3, decDeg: 89 }), 1)
})

test('separationDeg() keeps the digits of tiny separations', () => {
  const near = 60 + 2 ** -30
  const actual = separationDeg({ raDeg: 100, decDeg: 60 }, { raDeg: 100, decDeg: near })
  assert.ok(Math.abs(actual - 2 ** -30) < 1e-13)
})

test('separationDeg() is symmetric', () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      assertClose(separationDeg(a, b), separationDeg(b, a))
    }),
  )
})

test('separationFrom() gives what separationDeg() gives', () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      assert.equal(separationFrom(a)(b.raDeg, b.decDeg), separationDeg(a, b))
    }),
  )
})
