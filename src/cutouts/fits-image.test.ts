import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeFitsImage } from './fits-image.js'
import { decodeStamp } from './stamp.js'

test('encodeFitsImage() writes one HDU of whole blocks with the cards of a ZTF stamp', () => {
  const file = encodeFitsImage(new Float32Array(63 * 63), 63, 63)
  assert.equal(file.length, 20160)
  const cards = file.toString('latin1', 0, 2880).match(/.{80}/g) ?? []
  assert.deepEqual(
    cards.slice(0, 8).map(card => card.trimEnd()),
    [
      'SIMPLE  =                    T',
      'BITPIX  =                  -32',
      'NAXIS   =                    2',
      'NAXIS1  =                   63',
      'NAXIS2  =                   63',
      "BUNIT   = 'DN      '",
      'END',
      '',
    ],
  )
})

test('encodeFitsImage() takes the unit', () => {
  const file = encodeFitsImage([0], 1, 1, { bunit: 'nJy' })
  assert.match(file.toString('latin1', 0, 2880), /BUNIT {3}= 'nJy {5}'/)
})

test('encodeFitsImage() refuses pixels that do not fill the image, and unprintable units', () => {
  assert.throws(() => encodeFitsImage([1, 2, 3], 2, 2), RangeError)
  assert.throws(() => encodeFitsImage([], 0, 0), RangeError)
  assert.throws(() => encodeFitsImage([1], 1, 1, { bunit: "it's" }), RangeError)
  assert.throws(() => encodeFitsImage([1], 1, 1, { bunit: 'x'.repeat(69) }), RangeError)
})

test('decodeStamp() gives back what encodeFitsImage() wrote', () => {
  const image = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
    .chain(([width, height]) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        pixels: fc.float32Array({ minLength: width * height, maxLength: width * height }),
      }),
    )
  fc.assert(
    fc.property(image, ({ width, height, pixels }) => {
      const stamp = decodeStamp(encodeFitsImage(pixels, width, height))
      assert.deepEqual([stamp.width, stamp.height], [width, height])
      assert.deepEqual(stamp.pixels, Float64Array.from(pixels))
    }),
  )
})
