import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWithShared } from '../../../test/shared.js'
import { toJd, toMjd, toMjdTai } from './time.js'
import { formatTime } from './time-format.js'
import { parseTime, parseTimeText } from './time-text.js'

const isoOf = (value: string | number): string => formatTime(parseTime(value))

test('parseTimeText() reads dates with one or two digits', () => {
  assert.equal(isoOf('2021-06-10'), '2021-06-10 00:00:00.000')
  assert.equal(isoOf('2021-6-1T1:2:3.5'), '2021-06-01 01:02:03.500')
  assert.equal(isoOf('2021-06-10 12:30'), '2021-06-10 12:30:00.000')
  assert.equal(isoOf('2021-06-10T12:30:00.Z'), '2021-06-10 12:30:00.000')
})

test('parseTimeText() reads days of the year and epochs', () => {
  assert.equal(isoOf('2021:161:12:30:00.25'), '2021-06-10 12:30:00.250')
  assert.equal(isoOf('2020:366'), '2020-12-31 00:00:00.000')
  assert.equal(isoOf('J2021.5'), '2021-07-02 09:00:00.000')
  assert.equal(isoOf('b1950'), '1949-12-31 22:09:46.862')
})

test('parseTimeText() reads a leap second where there is one', () => {
  assert.equal(isoOf('2016-12-31 23:59:60.5'), '2016-12-31 23:59:60.500')
  for (const text of ['2021-06-10 23:59:60', '2016-12-31 22:59:60', '2016-12-31 23:59:61']) {
    assert.throws(() => parseTimeText(text), { name: 'RangeError', message: /seconds below/ })
  }
})

test('parseTimeText() refuses dates and times of day that do not exist', () => {
  const texts = ['2021-02-29', '2021-13-01', '2021-00-10', '2021:366', '2021:0', '2021-06-10 24:00']
  for (const text of [...texts, '2021-06-10 12:60', 'J12000', 'B-5000']) {
    assert.throws(() => parseTimeText(text), { name: 'RangeError', message: /^expected .* got/ })
  }
})

test('parseTimeText() refuses other texts', () => {
  const texts = ['', 'now', '2021', '2021-06', ' 2021-06-10', '2021/06/10', '2021-06-10 12']
  for (const text of [...texts, '2021-06-10T12:30+00:00', '2459375.5', 'Jnan', '1'.repeat(500)]) {
    assert.throws(() => parseTimeText(text), SyntaxError)
  }
})

test('parseTime() takes numbers from 2400000 on as JD and smaller ones as MJD', () => {
  assert.equal(isoOf(2459375.5), '2021-06-10 00:00:00.000')
  assert.equal(isoOf(' 59375.5 '), '2021-06-10 12:00:00.000')
  assert.equal(isoOf('1e5'), '2132-09-01 00:00:00.000')
  assert.equal(isoOf('2021'), '1864-05-30 00:00:00.000')
  for (const value of [-1, '-1', '20210610', Number.NaN, Number.POSITIVE_INFINITY, '1e999']) {
    assert.throws(() => parseTime(value), RangeError)
  }
  assert.throws(() => parseTime('0x10'), { name: 'SyntaxError', message: /, a JD or an MJD, got/ })
})

test('parseTimeText() reads what formatTime() writes', () => {
  const ms = fc.integer({ min: 0, max: 4_102_444_799_999 })
  fc.assert(
    fc.property(ms, value => {
      const text = new Date(value).toISOString().replace('T', ' ').slice(0, 23)
      assert.equal(isoOf(text), text)
    }),
  )
})

test('parseTime() reads any text or throws a SyntaxError or a RangeError', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9:. TZJB+-]{0,24}$/))
  fc.assert(
    fc.property(text, value => {
      try {
        assert.ok(Number.isFinite(toJd(parseTime(value))))
      } catch (error) {
        assert.ok(error instanceof SyntaxError || error instanceof RangeError)
      }
    }),
  )
})

interface Vector {
  readonly in: string | number | boolean | null
  readonly isoify: string | null
  readonly jd: number
  readonly mjd: number
  readonly mjd_tai_from_utc: number
  readonly 'Time(x).jd': number | null
}

testWithShared('parseTime() equals the reference vectors', path => {
  const file = JSON.parse(readFileSync(path('spec/data/vectors-time.json'), 'utf8')) as {
    readonly isoify: Vector[]
  }
  let count = 0
  for (const vector of file.isoify) {
    const { in: value, isoify } = vector
    // Neither is a time; the types exclude them.
    if (typeof value === 'boolean' || value === null) continue
    count++
    if (isoify === null) {
      assert.throws(() => parseTime(value), `${value}`)
      continue
    }
    assert.equal(isoOf(value), isoify)
    const time = parseTime(isoify)
    const expected = [vector.jd, vector.mjd, vector.mjd_tai_from_utc]
    assert.deepEqual([toJd(time), toMjd(time), toMjdTai(time)], expected, isoify)
    const jd = vector['Time(x).jd']
    if (jd === null) assert.throws(() => parseTimeText(String(value)), SyntaxError, `${value}`)
    else assert.equal(toJd(parseTimeText(String(value))), jd)
  }
  assert.equal(count, 48)
})
