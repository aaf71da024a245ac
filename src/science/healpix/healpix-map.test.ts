import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import { nsideOf, regradeMap, reorderMap, UNSEEN } from './healpix-map.js'

const counted = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i)

test('nsideOf() takes whole skies only', () => {
  assert.equal(nsideOf(12), 1)
  assert.equal(nsideOf(196_608), 128)
  for (const count of [0, 11, 13, 108]) assert.throws(() => nsideOf(count), RangeError)
})

test('reorderMap() undoes itself', () => {
  const values = counted(12 * 16 * 16)
  assert.deepEqual(reorderMap(reorderMap(values, 'NESTED'), 'RING'), values)
  assert.notDeepEqual(reorderMap(values, 'NESTED'), values)
})

test('regradeMap() averages, copies and keeps', () => {
  const means = [5.5, 7.25, 9, 10.75, 21.75, 21.75, 23.75, 25.75, 36.5, 38.25, 40, 41.75]
  assert.deepEqual(regradeMap(counted(48), 1, 'RING'), Float64Array.from(means))
  assert.deepEqual(regradeMap(counted(48), 1, 'NESTED').slice(0, 2), Float64Array.of(1.5, 5.5))
  assert.deepEqual(regradeMap(counted(12), 2, 'NESTED').slice(3, 5), Float64Array.of(0, 1))
  assert.deepEqual(regradeMap(counted(48), 2, 'RING'), counted(48))
  assert.throws(() => regradeMap(counted(48), 3, 'RING'), RangeError)
})

test('regradeMap() leaves out missing pixels', () => {
  const values = Float64Array.of(1, UNSEEN, Number.NaN, 3, ...counted(44))
  assert.equal(regradeMap(values, 1, 'NESTED')[0], 2)
  assert.equal(regradeMap(new Float64Array(48).fill(Number.NaN), 1, 'NESTED')[0], UNSEEN)
})

interface Vectors {
  readonly ud_grade: {
    readonly in_nside4_ring_arange_to_2: number[]
    readonly in_nside4_ring_arange_to_1: number[]
    readonly in_nside2_ring_arange_to_4: number[]
    readonly with_unseen5_nan10_to_2: (number | null)[]
    readonly all_unseen_to_2_first: number
  }
  readonly reorder_n2r_nside2_arange: number[]
}

testWithShared('regradeMap() and reorderMap() equal the reference vectors', path => {
  const { ud_grade: vectors, reorder_n2r_nside2_arange: reordered } = JSON.parse(
    readFileSync(path('spec/data/vectors-healpix.json'), 'utf8'),
  ) as Vectors
  assert.deepEqual([...reorderMap(counted(48), 'NESTED')], reordered)
  assert.deepEqual([...regradeMap(counted(192), 2, 'RING')], vectors.in_nside4_ring_arange_to_2)
  assert.deepEqual([...regradeMap(counted(192), 1, 'RING')], vectors.in_nside4_ring_arange_to_1)
  assert.deepEqual([...regradeMap(counted(48), 4, 'RING')], vectors.in_nside2_ring_arange_to_4)
  const unseen = regradeMap(new Float64Array(192).fill(UNSEEN), 2, 'RING')
  assert.equal(unseen[0], vectors.all_unseen_to_2_first)
  const gaps = counted(192)
  gaps[5] = UNSEEN
  gaps[10] = Number.NaN
  const regraded = regradeMap(gaps, 2, 'RING')
  vectors.with_unseen5_nan10_to_2.forEach((value, i) => {
    // The reference meant to leave out NaN, but its sum becomes NaN.
    assert.equal(regraded[i], value ?? 12)
  })
})
