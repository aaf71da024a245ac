import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sortNearestFirst } from './nearest-first.js'

const byDistance = (a: { separationDeg: number }, b: { separationDeg: number }): number =>
  a.separationDeg - b.separationDeg

test('sortNearestFirst() sorts as a stable sort does, however things lie', () => {
  const crowd = fc.constantFrom(0, 1e-9, 2e-9, 0.5, 180)
  const anywhere = fc.double({ min: 0, max: 180, noNaN: true })
  const distances = fc.array(fc.oneof(crowd, anywhere), { maxLength: 300 })
  fc.assert(
    fc.property(distances, list => {
      const things = list.map((separationDeg, index) => ({ separationDeg, index }))
      assert.deepEqual(sortNearestFirst(things), [...things].sort(byDistance))
    }),
  )
})

test('sortNearestFirst() takes no longer for a crowd and one thing far away', () => {
  const count = 200_000
  const things = Array.from({ length: count }, (_, i) => ({
    separationDeg: i === 0 ? 100 : ((i * 7919) % count) * 1e-9,
  }))
  assert.deepEqual(sortNearestFirst(things), [...things].sort(byDistance))
})
