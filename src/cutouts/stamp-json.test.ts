import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Stamp } from './stamp.js'
import { encodeStampJson } from './stamp-json.js'

function stampOf(width: number, pixels: readonly number[]): Stamp {
  return { width, height: pixels.length / width, pixels: Float64Array.from(pixels) }
}

test('encodeStampJson() writes rows of numbers without blanks', () => {
  const stamp = stampOf(3, [1, 2.5, -0.25, Number.NaN, 1e16, Number.POSITIVE_INFINITY])
  assert.equal(encodeStampJson(stamp).toString(), '[[1.0,2.5,-0.25],[null,1e+16,null]]')
})

test('encodeStampJson() writes texts that read back as the same doubles', () => {
  const values = fc.array(fc.oneof(fc.double(), fc.float()), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 5 }), (row, height) => {
      const stamp = stampOf(row.length, Array.from({ length: height }, () => row).flat())
      const expected = row.map(value => (Number.isFinite(value) ? value : null))
      assert.deepEqual(
        JSON.parse(encodeStampJson(stamp).toString()),
        Array.from({ length: height }, () => expected),
      )
    }),
  )
})

test('encodeStampJson() grows for stamps of the longest texts', () => {
  const row = Array.from({ length: 100 }, () => -Number.MAX_VALUE)
  const text = encodeStampJson(stampOf(100, [...row, ...row])).toString()
  assert.equal(text.length, 2 * (100 * 25 + 1) + 3)
  assert.deepEqual(JSON.parse(text), [row, row])
})
