/**
 * Texts of times: `YYYY-MM-DD hh:mm:ss.sss`, in the scale the time is in, rounded half up to the
 * millisecond. Years outside 0 to 9999 have no such text.
 */
import { dayLengthSec } from './leap-seconds.js'
import { dayOfJd, FIRST_DAY, fractionOfJd, LAST_DAY, type UtcTime } from './time.js'

/** Length of the texts, in ASCII bytes. */
export const TIME_TEXT_LENGTH = 23

/** Text of a UTC Julian date; undefined when it is NaN or not in the years 0 to 9999. */
export function formatJulianDate(jdUtc: number): string | undefined {
  const dayNumber = dayOfJd(jdUtc)
  return textOf(dayNumber, fractionOfJd(jdUtc, dayNumber))
}

/**
 * Text of a time.
 *
 * @throws RangeError when rounding carries it beyond the year 9999
 */
export function formatTime({ dayNumber, dayFraction }: UtcTime): string {
  const text = textOf(dayNumber, dayFraction)
  if (text !== undefined) return text
  throw new RangeError(`expected a time within the years 0 to 9999, got day ${dayNumber}`)
}

/**
 * Writes the text of a UTC Julian date as ASCII; for code that runs once per row.
 *
 * @returns the number of bytes written: 23, or 0 when there is no text
 * @throws RangeError when the target is too small
 */
export function encodeJulianDate(jdUtc: number, target: Uint8Array, offset: number): number {
  if (offset + TIME_TEXT_LENGTH > target.length) {
    throw new RangeError(`expected ${TIME_TEXT_LENGTH} bytes from ${offset}, got ${target.length}`)
  }
  const startDay = dayOfJd(jdUtc)
  const startMs = millisecondsOf(startDay, fractionOfJd(jdUtc, startDay))
  const dayNumber = startMs < 0 ? startDay + 1 : startDay
  if (!hasText(dayNumber)) return 0
  const date = dateDigits(dayNumber)
  const clock = clockDigits(Math.max(startMs, 0))
  writePair(target, offset, (date / 1_000_000) | 0)
  writePair(target, offset + 2, ((date / 10_000) | 0) % 100)
  target[offset + 4] = 0x2d
  writePair(target, offset + 5, ((date / 100) | 0) % 100)
  target[offset + 7] = 0x2d
  writePair(target, offset + 8, date % 100)
  target[offset + 10] = 0x20
  writePair(target, offset + 11, (clock / 10_000_000) | 0)
  target[offset + 13] = 0x3a
  writePair(target, offset + 14, ((clock / 100_000) | 0) % 100)
  target[offset + 16] = 0x3a
  writePair(target, offset + 17, ((clock / 1000) | 0) % 100)
  target[offset + 19] = 0x2e
  target[offset + 20] = ZERO + (((clock / 100) | 0) % 10)
  writePair(target, offset + 21, clock % 100)
  return TIME_TEXT_LENGTH
}

const ZERO = 0x30

/** Writes two digits. */
function writePair(target: Uint8Array, offset: number, value: number): void {
  const tens = (value / 10) | 0
  target[offset] = ZERO + tens
  target[offset + 1] = ZERO + value - 10 * tens
}

function textOf(startDay: number, dayFraction: number): string | undefined {
  const startMs = millisecondsOf(startDay, dayFraction)
  const dayNumber = startMs < 0 ? startDay + 1 : startDay
  if (!hasText(dayNumber)) return undefined
  const date = String(dateDigits(dayNumber) + 100_000_000)
  const clock = String(clockDigits(Math.max(startMs, 0)) + 1_000_000_000)
  return (
    `${date.slice(1, 5)}-${date.slice(5, 7)}-${date.slice(7)} ` +
    `${clock.slice(1, 3)}:${clock.slice(3, 5)}:${clock.slice(5, 7)}.${clock.slice(7)}`
  )
}

/** Whether the day is one of the years 0 to 9999; NaN is not. */
function hasText(dayNumber: number): boolean {
  return dayNumber >= FIRST_DAY && dayNumber <= LAST_DAY
}

/** Milliseconds since the beginning of the day, -1 when rounding reaches the next one. */
function millisecondsOf(dayNumber: number, dayFraction: number): number {
  const lengthMs = dayLengthSec(dayNumber) * 1000
  const ms = Math.floor(dayFraction * lengthMs + 0.5)
  return ms < lengthMs ? ms : -1
}

/** The digits `YYYYMMDD` of a Julian day number, as one number. */
function dateDigits(dayNumber: number): number {
  // Counted from 0000-03-01, 400 years earlier to stay positive: years that begin in March put
  // the leap day last.
  const days = dayNumber - 1_721_120 + 146_097
  const century = ((4 * days + 3) / 146_097) | 0
  const dayOfCentury = days - (((146_097 * century) / 4) | 0)
  const yearOfCentury = ((4 * dayOfCentury + 3) / 1461) | 0
  const dayOfYear = dayOfCentury - (((1461 * yearOfCentury) / 4) | 0)
  const marchMonth = ((5 * dayOfYear + 2) / 153) | 0
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  const year = 100 * century + yearOfCentury - 400 + (month <= 2 ? 1 : 0)
  const day = dayOfYear - (((153 * marchMonth + 2) / 5) | 0) + 1
  return year * 10_000 + month * 100 + day
}

/**
 * The digits `hhmmsssss` of a count of milliseconds, as one number. What exceeds 23:59 is seconds,
 * as on days with a leap second.
 */
function clockDigits(ms: number): number {
  const minutes = Math.min((ms / 60_000) | 0, 1439)
  const hours = (minutes / 60) | 0
  return hours * 10_000_000 + (minutes - hours * 60) * 100_000 + ms - minutes * 60_000
}
