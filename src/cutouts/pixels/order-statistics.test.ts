import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { median, percentile, selectRank } from './order-statistics.js'

const numbers = fc
  .float64Array({ minLength: 1, maxLength: 200, noNaN: true })
  .map(values => values.map(value => value + 0))

test('selectRank() gives the value of the sorted array and parts the rest around it', () => {
  fc.assert(
    fc.property(numbers, fc.nat(), (values, seed) => {
      const rank = seed % values.length
      const sorted = values.toSorted()
      const scratch = values.slice()
      assert.equal(selectRank(scratch, rank), sorted[rank])
      assert.ok(scratch.subarray(0, rank).every(value => value <= sorted[rank]!))
      assert.ok(scratch.subarray(rank).every(value => value >= sorted[rank]!))
      assert.deepEqual(scratch.toSorted(), sorted)
    }),
  )
})

test('selectRank() is right on runs, ramps and few distinct values', () => {
  const shapes = [
    (i: number) => i,
    (i: number) => -i,
    (i: number) => i % 3,
    () => 5,
    (i: number) => Math.min(i, 1000 - i),
    (i: number) => (i * 7919) % 1000,
  ]
  for (const shape of shapes) {
    const values = Float64Array.from({ length: 1000 }, (_, i) => shape(i))
    const sorted = values.toSorted()
    for (const rank of [0, 1, 499, 500, 998, 999]) {
      assert.equal(selectRank(values.slice(), rank), sorted[rank])
    }
  }
})

test('percentile() interpolates between neighbours', () => {
  const values = () => Float64Array.of(40, 10, 30, 20)
  assert.deepEqual(
    [0, 25, 50, 75, 100].map(percent => percentile(values(), percent)),
    [10, 17.5, 25, 32.5, 40],
  )
  assert.equal(percentile(Float64Array.of(3), 12), 3)
})

test('median() of an even number of values is the mean of the middle two', () => {
  assert.equal(median(Float64Array.of(4, 1, 3, 2)), 2.5)
  assert.equal(median(Float64Array.of(9, 1, 5)), 5)
})
