import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ztf } from '../surveys/ztf/ztf.js'
import { dateParam, startDate, stopDate, toSpan } from './span.js'

const now = new Date('2025-01-01T00:00:00Z')
const date = dateParam({ description: 'A date', defaultText: 'none' })

test('dateParam() reads ISO dates, JD and MJD, as text and as number', () => {
  const expected = date.parse('2024-11-05 12:00:00')
  for (const value of ['2024-11-05T12:00:00Z', ' 2460620 ', 2460620, '60619.5', 60619.5]) {
    assert.deepEqual(date.parse(value), expected, String(value))
  }
})

test('dateParam() refuses what is no date', () => {
  for (const value of ['yesterday', '', '2024-13-01', '2024-11-05 12', '1e999', 'NaN', true, {}]) {
    assert.throws(() => date.parse(value), Error, String(value))
  }
})

test('stopDate() takes one day more in when told so', () => {
  const options = { aliases: ['stop'], isDayIncluded: true }
  assert.deepEqual(stopDate(options).parse('2024-12-31'), date.parse('2025-01-01'))
  assert.deepEqual(stopDate(options).aliases, ['stop'])
  assert.equal(startDate(ztf, { aliases: [] }).defaultText, '2019-11-01')
})

test('toSpan() goes from the first public alerts until now unless told otherwise', () => {
  const span = toSpan({ start: undefined, stop: undefined }, ztf, now)
  assert.deepEqual(span, { from: 2458788.5, to: 2460676.5 })
})

test('toSpan() exchanges dates that are in the wrong order', () => {
  const start = date.parse('2024-11-05')
  const stop = date.parse('2024-11-01')
  assert.deepEqual(toSpan({ start, stop }, ztf, now), { from: 2460615.5, to: 2460619.5 })
})

test('toSpan() without start finds nothing after an early stop', () => {
  const stop = date.parse('2018-01-01')
  const { from, to } = toSpan({ start: undefined, stop }, ztf, now)
  assert.deepEqual([from, to], [2458119.5, 2458119.5])
})

test('toSpan() tells times in the scale of the survey', () => {
  const tai = { ...ztf, timeSystem: { scale: 'TAI', origin: 'MJD-origin' } } as const
  const { to } = toSpan({ start: undefined, stop: undefined }, tai, now)
  assert.ok(Math.abs(to - (60676 + 37 / 86_400)) < 1e-9)
})
