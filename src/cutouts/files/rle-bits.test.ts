import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'
import { decodeRleBits } from './rle-bits.js'

test('decodeRleBits() reads repeated and packed values', () => {
  // Six times 2; one group of eight 3-bit values 0 to 7.
  const bytes = Uint8Array.of(6 << 1, 2, 0b11, 0b10001000, 0b11000110, 0b11111010)
  const values = decodeRleBits(bytes, { width: 3, count: 14 })
  assert.deepEqual([...values], [2, 2, 2, 2, 2, 2, 0, 1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual([...decodeRleBits(bytes, { width: 3, count: 2 })], [2, 2])
})

test('decodeRleBits() of no bits is zeros', () => {
  assert.deepEqual([...decodeRleBits(Uint8Array.of(3 << 1), { width: 0, count: 3 })], [0, 0, 0])
})

test('decodeRleBits() ends with its bytes, however long runs claim to be', () => {
  assert.throws(() => decodeRleBits(Uint8Array.of(), { width: 1, count: 1 }), RangeError)
  assert.throws(() => decodeRleBits(Uint8Array.of(2), { width: 1, count: 1 }), RangeError)
  const long = Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 1)
  assert.deepEqual([...decodeRleBits(long, { width: 1, count: 3 })], [1, 1, 1])
  const endless = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
  assert.throws(() => decodeRleBits(endless, { width: 1, count: 3 }), RangeError)
})

test('decodeRleBits() agrees with another reader', () => {
  const runs = fc.array(
    fc.oneof(
      fc.record({ times: fc.integer({ min: 1, max: 60 }), value: fc.nat() }),
      fc.record({ packed: fc.array(fc.nat(255), { minLength: 20, maxLength: 20 }) }),
    ),
    { minLength: 1, maxLength: 5 },
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), runs, (width, parts) => {
      let count = 0
      const bytes = parts.flatMap(part => {
        if ('packed' in part) {
          count += 8
          return [0b11, ...part.packed.slice(0, width)]
        }
        count += part.times
        const value = part.value % 2 ** width
        const size = Math.ceil(width / 8)
        return [
          part.times << 1,
          ...Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 255),
        ]
      })
      const data = Uint8Array.from(bytes)
      const expected = new Array<number>(count)
      const reader = { view: new DataView(data.buffer), offset: 0 }
      readRleBitPackedHybrid(reader, width, expected, data.length)
      assert.deepEqual([...decodeRleBits(data, { width, count })], expected)
    }),
  )
})
