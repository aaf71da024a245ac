import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPixelBits, markPixels, rangesFromBits } from './pixel-bits.js'
import {
  countPixels,
  hasPixel,
  listPixels,
  mergeRanges,
  type PixelRanges,
  rangesFromBounds,
  scaleNestedRanges,
} from './pixel-ranges.js'

const SIZE = 200
const pixelSet = fc.uniqueArray(fc.nat(SIZE - 1)).map(list => new Set(list))

function toRanges(pixels: ReadonlySet<number>): PixelRanges {
  const bounds: number[] = []
  for (let i = 0; i <= SIZE; i++) if (pixels.has(i) !== pixels.has(i - 1)) bounds.push(i)
  return Float64Array.from(bounds)
}

const sorted = (pixels: Iterable<number>): Float64Array => Float64Array.from(pixels).sort()

test('countPixels(), listPixels() and hasPixel() agree with the set', () => {
  fc.assert(
    fc.property(pixelSet, pixels => {
      const ranges = toRanges(pixels)
      assert.equal(countPixels(ranges), pixels.size)
      assert.deepEqual(listPixels(ranges, SIZE), sorted(pixels))
      for (let i = -1; i <= SIZE; i++) assert.equal(hasPixel(ranges, i), pixels.has(i))
    }),
  )
})

test('listPixels() has a limit', () => {
  assert.throws(() => listPixels(Float64Array.of(0, 1e15), 1000), RangeError)
})

test('mergeRanges() unites sets and joins what touches', () => {
  fc.assert(
    fc.property(fc.array(pixelSet, { maxLength: 4 }), sets => {
      const union = new Set(sets.flatMap(set => [...set]))
      assert.deepEqual(mergeRanges(...sets.map(toRanges)), toRanges(union))
    }),
  )
  assert.deepEqual(mergeRanges(), new Float64Array(0))
})

test('rangesFromBounds() covers nested and touching intervals', () => {
  const ranges = rangesFromBounds(Float64Array.of(0, 2, 5, 9), Float64Array.of(3, 7, 9, 10))
  assert.deepEqual(ranges, Float64Array.of(0, 10))
})

test('rangesFromBits() returns what markPixels() marked', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(SIZE - 1), fc.nat(99))), runs => {
      const bits = createPixelBits(SIZE)
      const pixels = new Set<number>()
      for (const [start, length] of runs) {
        const end = Math.min(SIZE, start + length + 1)
        markPixels(bits, start, end)
        for (let pixel = start; pixel < end; pixel++) pixels.add(pixel)
      }
      assert.deepEqual(rangesFromBits(bits), toRanges(pixels))
    }),
  )
})

test('rangesFromBits() closes a range at the end of the map', () => {
  const bits = createPixelBits(64)
  markPixels(bits, 30, 64)
  assert.deepEqual(rangesFromBits(bits), Float64Array.of(30, 64))
})

test('scaleNestedRanges() covers with larger pixels and divides into smaller ones', () => {
  const ranges = Float64Array.of(3, 9, 13, 14, 40, 44)
  assert.deepEqual(scaleNestedRanges(ranges, 4), Float64Array.of(12, 36, 52, 56, 160, 176))
  assert.deepEqual(scaleNestedRanges(ranges, 1 / 4), Float64Array.of(0, 4, 10, 11))
  assert.deepEqual(scaleNestedRanges(ranges, 1), ranges)
})
