import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWithShared } from '../../../test/shared.js'
import {
  dayNumberOf,
  daysInMonth,
  FIRST_DAY,
  fromJd,
  fromMjd,
  fromMjdTai,
  fromUnixMs,
  LAST_DAY,
  toJd,
  toJdTai,
  toMjd,
  toMjdTai,
} from './time.js'
import { parseTimeText } from './time-text.js'

test('toJd() and toMjd() of a text', () => {
  const time = parseTimeText('2021-06-10 12:30:00')
  assert.equal(toJd(time), 2459376.0208333335)
  assert.equal(toMjd(time), 59375.520833333336)
})

test('toMjdTai() is 37 s ahead of UTC', () => {
  assert.equal(toMjdTai(parseTimeText('2019-11-01')), 58788.00042824074)
  assert.equal(toJdTai(parseTimeText('2019-11-01')), 2458788.5004282407)
})

test('fromUnixMs() agrees with the calendar', () => {
  assert.deepEqual(fromUnixMs(0), { dayNumber: dayNumberOf(1970, 1, 1), dayFraction: 0 })
  assert.equal(toMjd(fromUnixMs(Date.UTC(2019, 10, 1, 12))), 58788.5)
  assert.equal(toMjd(fromUnixMs(-43_200_000)), 40586.5)
})

test('dayNumberOf() agrees with the calendar of Date', () => {
  const date = fc.date({ min: new Date(-62e12), max: new Date(253e12), noInvalidDate: true })
  fc.assert(
    fc.property(date, value => {
      const [year, month, day] = [value.getUTCFullYear(), value.getUTCMonth(), value.getUTCDate()]
      const days = Math.floor(value.getTime() / 86_400_000)
      assert.equal(dayNumberOf(year, month + 1, day), days + 2_440_588)
    }),
  )
  assert.equal(dayNumberOf(0, 1, 1), FIRST_DAY)
  assert.equal(dayNumberOf(9999, 12, 31), LAST_DAY)
})

test('daysInMonth() knows leap years', () => {
  assert.deepEqual(
    [2000, 1900, 2020, 2021].map(year => daysInMonth(year, 2)),
    [29, 28, 29, 28],
  )
  assert.equal(daysInMonth(2021, 12), 31)
})

test('fromJd(), fromMjd() and fromMjdTai() undo their counterparts', () => {
  const mjd = fc.double({ min: 30_000, max: 80_000, noNaN: true })
  fc.assert(
    fc.property(mjd, value => {
      assert.equal(toMjd(fromMjd(value)), value)
      assert.ok(Math.abs(toMjdTai(fromMjdTai(value)) - value) < 2e-11)
      assert.equal(toJd(fromJd(value + 2_400_000.5)), value + 2_400_000.5)
    }),
  )
})

test('fromMjdTai() finds the day on both sides of midnight UTC', () => {
  const midnight = 57_754 + 37 / 86_400
  assert.ok(Math.abs(toMjd(fromMjdTai(midnight)) - 57_754) < 1e-10)
  assert.ok(Math.abs(toMjd(fromMjdTai(midnight - 0.5 / 86_400)) - 57_754) < 1e-5)
  assert.equal(fromMjdTai(midnight - 0.5 / 86_400).dayNumber, dayNumberOf(2016, 12, 31))
})

test('fromJd(), fromMjd(), fromMjdTai() and fromUnixMs() refuse what is no time', () => {
  for (const convert of [fromJd, fromMjd, fromMjdTai, fromUnixMs]) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e15, -1e15]) {
      assert.throws(() => convert(value), RangeError)
    }
  }
})

testWithShared('toJd(), toMjd(), toJdTai() and toMjdTai() equal the reference vectors', path => {
  const { iso_to_jd: vectors } = JSON.parse(
    readFileSync(path('spec/data/vectors-time.json'), 'utf8'),
  ) as { readonly iso_to_jd: ({ readonly iso: string } & Readonly<Record<string, number>>)[] }
  for (const vector of vectors) {
    const time = parseTimeText(vector.iso)
    const values = [toJd(time), toMjd(time), toJdTai(time), toMjdTai(time)]
    const expected = [vector.jd_utc, vector.mjd_utc, vector.jd_tai, vector.mjd_tai]
    assert.deepEqual(values, expected, vector.iso)
  }
  assert.equal(vectors.length, 10)
})
