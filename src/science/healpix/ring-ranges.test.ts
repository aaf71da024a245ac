import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pixelCount } from './healpix.js'
import { nestToRing } from './healpix-nest.js'
import { listPixels, rangesFromBounds } from './pixel-ranges.js'
import { nestedToRingRanges } from './ring-ranges.js'

test('nestedToRingRanges() converts every pixel', () => {
  const order = fc.integer({ min: 0, max: 5 })
  const fraction = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(order, fc.array(fraction, { maxLength: 12 }), (exponent, fractions) => {
      const nside = 2 ** exponent
      const bounds = fractions
        .map(value => Math.floor(value * pixelCount(nside)))
        .sort((a, b) => a - b)
      const pairs = Math.floor(bounds.length / 2)
      const starts = Float64Array.from({ length: pairs }, (_, i) => bounds[2 * i]!)
      const ends = Float64Array.from({ length: pairs }, (_, i) => bounds[2 * i + 1]! + 1)
      const nested = rangesFromBounds(
        starts,
        ends.map(end => Math.min(end, pixelCount(nside))),
      )
      const expected = listPixels(nested, 1e6)
        .map(pixel => nestToRing(nside, pixel))
        .sort()
      assert.deepEqual(listPixels(nestedToRingRanges(nested, nside), 1e6), expected)
    }),
    { numRuns: 300 },
  )
})

test('nestedToRingRanges() converts the whole sky and none of it', () => {
  assert.deepEqual(
    nestedToRingRanges(Float64Array.of(0, 12 * 64 * 64), 64),
    Float64Array.of(0, 49152),
  )
  assert.deepEqual(nestedToRingRanges(new Float64Array(0), 64), new Float64Array(0))
})

test('nestedToRingRanges() has a limit of resolution', () => {
  for (const nside of [2 ** 14, 3, Number.NaN]) {
    assert.throws(() => nestedToRingRanges(new Float64Array(0), nside), RangeError)
  }
})
