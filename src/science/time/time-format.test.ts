import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWithShared } from '../../../test/shared.js'
import { fromUnixMs, toJd } from './time.js'
import { encodeJulianDate, formatJulianDate, formatTime, TIME_TEXT_LENGTH } from './time-format.js'

function encoded(jd: number): string | undefined {
  const target = new Uint8Array(TIME_TEXT_LENGTH + 4).fill(0x23)
  const length = encodeJulianDate(jd, target, 2)
  const text = String.fromCharCode(...target)
  assert.equal(text.slice(0, 2) + text.slice(2 + length), '#'.repeat(27 - length))
  return length === 0 ? undefined : text.slice(2, 2 + length)
}

test('formatJulianDate() rounds half up to the millisecond and carries', () => {
  assert.equal(formatJulianDate(2459000.123456789), '2020-05-30 14:57:46.667')
  assert.equal(formatJulianDate(2458909.4999999995), '2020-03-01 00:00:00.000')
  assert.equal(formatJulianDate(2451545), '2000-01-01 12:00:00.000')
})

test('formatJulianDate() shows leap seconds', () => {
  assert.equal(formatJulianDate(2457754.49999), '2016-12-31 23:59:60.136')
  assert.equal(formatJulianDate(2457754.5), '2017-01-01 00:00:00.000')
})

test('formatJulianDate() and encodeJulianDate() have no text outside the years 0 to 9999', () => {
  const without = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1721059.4999, 5373484.5, 1e300]
  for (const jd of [...without, 5373484.499999999]) {
    assert.equal(formatJulianDate(jd), undefined)
    assert.equal(encoded(jd), undefined)
  }
  assert.equal(formatJulianDate(1721059.5), '0000-01-01 00:00:00.000')
  assert.equal(encoded(5373484.4), '9999-12-31 21:36:00.000')
})

test('formatTime() agrees with Date and refuses the year 10000', () => {
  fc.assert(
    fc.property(fc.integer({ min: -6e13, max: 2.5e14 }), ms => {
      // Days with a leap second are longer than those of Date.
      if (ms > -315_619_200_000 && ms < 1_483_228_800_000) return
      const text = new Date(ms).toISOString().replace('T', ' ').slice(0, 23)
      assert.equal(formatTime(fromUnixMs(ms)), text)
    }),
  )
  assert.throws(() => formatTime({ dayNumber: 5_373_484, dayFraction: 1 - 1e-12 }), RangeError)
})

test('encodeJulianDate() writes what formatJulianDate() returns', () => {
  fc.assert(
    fc.property(fc.double({ min: 1_721_060, max: 5_373_484, noNaN: true }), jd => {
      assert.equal(encoded(jd), formatJulianDate(jd))
    }),
  )
  assert.equal(encoded(toJd(fromUnixMs(1_600_000_000_000))), '2020-09-13 12:26:40.000')
})

test('encodeJulianDate() refuses a target that is too small', () => {
  assert.throws(() => encodeJulianDate(2459000.5, new Uint8Array(24), 2), RangeError)
})

testWithShared('formatJulianDate() and encodeJulianDate() equal the reference vectors', path => {
  const { jd_to_iso: vectors } = JSON.parse(
    readFileSync(path('spec/data/vectors-time.json'), 'utf8'),
  ) as { readonly jd_to_iso: [number, string][] }
  for (const [jd, text] of vectors) {
    assert.equal(formatJulianDate(jd), text)
    assert.equal(encoded(jd), text)
  }
  assert.equal(vectors.length, 310)
})
