import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import {
  dayLengthSec,
  LEAP_SECONDS_EXPIRE,
  taiDayLengthSec,
  taiMinusUtcSec,
} from './leap-seconds.js'
import { dayNumberOf } from './time.js'

test('taiMinusUtcSec() is 37 s since 2017 and nothing before 1960', () => {
  assert.equal(taiMinusUtcSec(dayNumberOf(2017, 1, 1)), 37)
  assert.equal(taiMinusUtcSec(dayNumberOf(2100, 1, 1)), 37)
  assert.equal(taiMinusUtcSec(dayNumberOf(2016, 12, 31)), 36)
  assert.equal(taiMinusUtcSec(dayNumberOf(1959, 12, 31)), 0)
})

test('taiMinusUtcSec() drifts before 1972', () => {
  const drift = taiMinusUtcSec(dayNumberOf(1966, 1, 2)) - taiMinusUtcSec(dayNumberOf(1966, 1, 1))
  assert.ok(Math.abs(drift - 0.002592) < 1e-12)
})

test('dayLengthSec() counts leap seconds and the small steps of the sixties', () => {
  assert.equal(dayLengthSec(dayNumberOf(2016, 12, 31)), 86_401)
  assert.equal(dayLengthSec(dayNumberOf(2016, 12, 30)), 86_400)
  assert.equal(dayLengthSec(dayNumberOf(2026, 6, 30)), 86_400)
  assert.equal(dayLengthSec(dayNumberOf(1963, 10, 31)), 86_400.1)
  assert.equal(dayLengthSec(dayNumberOf(1961, 7, 31)), 86_399.95)
})

test('taiDayLengthSec() leads from each day to the next', () => {
  for (let day = dayNumberOf(1958, 1, 1); day < dayNumberOf(2020, 1, 1); day += 1) {
    const next = taiMinusUtcSec(day) + taiDayLengthSec(day) - 86_400
    // UTC begins with a step on 1960-01-01.
    if (day !== dayNumberOf(1959, 12, 31))
      assert.ok(Math.abs(next - taiMinusUtcSec(day + 1)) < 1e-9)
  }
})

testWithShared('taiMinusUtcSec() has the steps of the reference table', path => {
  const { expires, table } = JSON.parse(
    readFileSync(path('spec/data/leap_seconds.json'), 'utf8'),
  ) as {
    readonly expires: string
    readonly table: {
      readonly year: number
      readonly month: number
      readonly tai_minus_utc: number
    }[]
  }
  assert.equal(expires.slice(0, 10), LEAP_SECONDS_EXPIRE)
  for (const { year, month, tai_minus_utc: seconds } of table) {
    if (year >= 1972) assert.equal(taiMinusUtcSec(dayNumberOf(year, month, 1)), seconds)
  }
  assert.equal(table.filter(({ year }) => year >= 1972).length, 28)
})
