import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CastProblems, castCell, castColumn, castLists } from './cell-cast.js'

test('castCell() rounds doubles to binary32 in float cells', () => {
  assert.equal(castCell(18.123456789, 'float'), Math.fround(18.123456789))
  assert.equal(castCell(0.1, 'double'), 0.1)
})

test('castCell() keeps all digits of 64-bit integers', () => {
  assert.equal(castCell(1786412164315010007n, 'long'), 1786412164315010007n)
  assert.equal(castCell('1786412164315010007', 'long'), 1786412164315010007n)
  assert.equal(castCell(42, 'long'), 42)
})

test('castCell() cuts fractions in integer cells, where NaN is missing', () => {
  assert.equal(castCell(3.0, 'integer'), 3)
  assert.equal(castCell(-2.9, 'integer'), -2)
  assert.equal(castCell(7n, 'integer'), 7)
  assert.equal(castCell(Number.NaN, 'integer'), null)
  assert.equal(castCell(Number.NaN, 'long'), null)
})

test('castCell() keeps NaN in floating cells', () => {
  assert.ok(Number.isNaN(castCell(Number.NaN, 'float')))
  assert.ok(Number.isNaN(castCell('nan', 'double')))
})

test('castCell() writes numbers in text cells as Spark does', () => {
  assert.equal(castCell(57.0461566445, 'string'), '57.0461566445')
  assert.equal(castCell(12n, 'string'), '12')
  assert.equal(castCell(true, 'string'), 'true')
})

test('castCell() gives null for null and undefined of every type', () => {
  for (const type of ['string', 'integer', 'long', 'float', 'double', 'boolean'] as const) {
    assert.equal(castCell(null, type), null)
    assert.equal(castCell(undefined, type), null)
  }
})

test('castCell() refuses values without meaning or out of range', () => {
  assert.throws(() => castCell('abc', 'double'), /expected double, got "abc"/)
  assert.throws(() => castCell({}, 'float'), TypeError)
  assert.throws(() => castCell(2 ** 31, 'integer'), RangeError)
  assert.throws(() => castCell(2n ** 63n, 'long'), RangeError)
  assert.throws(() => castCell(Number.POSITIVE_INFINITY, 'long'), RangeError)
  assert.throws(() => castCell('yes', 'boolean'), TypeError)
})

test('castColumn() and castLists() note the first problem of a row and go on', () => {
  const problems: CastProblems = new Map()
  const cells = castColumn([1, 'x', 3], { path: 'candidate.jd', type: 'double' }, problems)
  const lists = castLists([[1], ['y'], null], { path: 'p.jd', type: 'double' }, problems)
  assert.deepEqual(cells, [1, null, 3])
  assert.deepEqual(lists, [[1], null, null])
  assert.deepEqual([...problems], [[1, 'candidate.jd: expected double, got "x"']])
})
