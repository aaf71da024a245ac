import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDouble } from '../../rows/number-text.js'
import { PIXEL_ROOM_BYTES, writePixels } from './pixel-text.js'

function pixelText(value: number): string {
  const bytes = Buffer.alloc(PIXEL_ROOM_BYTES + 4, '#')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = writePixels(Float64Array.of(value), { start: 0, end: 1, at: 2 }, view)
  assert.ok(end <= 24 + 2)
  assert.equal(bytes.toString('latin1', 0, 2), '##')
  assert.equal(bytes.toString('latin1', PIXEL_ROOM_BYTES + 2), '##')
  return bytes.toString('latin1', 2, end)
}

test('writePixels() writes the shortest text of the double', () => {
  const texts: [number, string][] = [
    [Math.fround(5070.8755), '5070.87548828125'],
    [Math.fround(234.16714), '234.16714477539062'],
    [Math.fround(-36.692287), '-36.69228744506836'],
    [191, '191.0'],
    [-2, '-2.0'],
    [1.5, '1.5'],
    [Math.fround(1 + 2 ** -23), '1.0000001192092896'],
    [Math.fround(9.999999), '9.999999046325684'],
    [8388607.5, '8388607.5'],
    [8388608, '8388608.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [Math.fround(0.1), '0.10000000149011612'],
    [Math.fround(0.01), '0.009999999776482582'],
    [Math.fround(0.0100001), '0.01000010035932064'],
    [-0.5, '-0.5'],
    [Math.fround(1 - 2 ** -24), '0.9999999403953552'],
    [0.1, '0.1'],
    [1e-5, '1e-05'],
    [Math.fround(3e20), '3.000000060122632e+20'],
    [-Number.MAX_VALUE, '-1.7976931348623157e+308'],
  ]
  for (const [value, text] of texts) assert.equal(pixelText(value), text)
})

test('writePixels() writes a range of pixels with commas between', () => {
  const pixels = Float64Array.of(1, -0.05, 2.5, Number.NaN, 70_000.25, 6)
  const bytes = Buffer.alloc(6 * PIXEL_ROOM_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = writePixels(pixels, { start: 1, end: 5, at: 0 }, view)
  assert.equal(bytes.toString('latin1', 0, end), '-0.05,2.5,null,70000.25')
  assert.equal(writePixels(pixels, { start: 3, end: 3, at: 7 }, view), 7)
})

test('writePixels() writes null for NaN and infinities', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.equal(pixelText(value), 'null')
  }
})

test('writePixels() equals formatDouble() on any binary32 and binary64 value', () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true })
  const usual = fc.float({ min: -70000, max: 70000, noNaN: true })
  // Binary32 values with few bits left make exact and half-way decimals.
  const small = fc.float({ min: -1, max: 1, noNaN: true })
  const round = fc
    .tuple(fc.integer({ min: -(2 ** 23), max: 2 ** 23 }), fc.integer({ min: 0, max: 23 }))
    .map(([units, bits]) => units / 2 ** bits)
  const double = fc.double({ noNaN: true, noDefaultInfinity: true })
  fc.assert(
    fc.property(fc.oneof(float, usual, usual, small, small, round, double), value => {
      assert.equal(pixelText(value), formatDouble(value))
    }),
    { numRuns: 30_000 },
  )
})
