/**
 * Reading times from texts and numbers, as the clients of the service write them: ISO 8601 dates,
 * year and day of the year, Julian and Besselian epochs, JD and MJD. All are in UTC; epochs are
 * taken as UTC too, though their scale is TT.
 */
import { dayLengthSec } from './leap-seconds.js'
import {
  dayNumberOf,
  daysInMonth,
  FIRST_DAY,
  fromDaySeconds,
  fromJd,
  fromMjd,
  LAST_DAY,
  type UtcTime,
} from './time.js'

/** Most characters of a text; the longest reasonable one has 30. */
const MAX_LENGTH = 64
/** Numbers from here on are Julian dates, those below are modified ones. */
const FIRST_JD = 2_400_000

const EXPECTED = 'expected a time such as 2021-06-10, 2021-06-10T12:30:00 or 2021:161:12:30'

/** One or two digits, where the old service read them. */
const CLOCK = String.raw`(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?`
const CALENDAR_DATE = new RegExp(String.raw`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]${CLOCK})?Z?$`)
const DAY_OF_YEAR = new RegExp(String.raw`^(\d{4}):(\d{1,3})(?::${CLOCK})?Z?$`)
const EPOCH = /^([JB])(-?\d+(?:\.\d*)?)$/i
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/

/**
 * Reads a time from a text in any of these forms: `2021-06-10`, `2021-06-10 12:30`,
 * `2021-06-10T12:30:00.5Z`, `2021:161:12:30:00`, `J2021.5`, `B1950.0`. Minutes are mandatory with
 * hours; seconds reach 60 only where there is a leap second.
 *
 * @throws SyntaxError when the text has none of these forms
 * @throws RangeError when the date or the time of day does not exist
 */
export function parseTimeText(text: string): UtcTime {
  if (text.length <= MAX_LENGTH) {
    const date = CALENDAR_DATE.exec(text)
    if (date !== null) return readCalendarDate(text, date)
    const dayOfYear = DAY_OF_YEAR.exec(text)
    if (dayOfYear !== null) return readDayOfYear(text, dayOfYear)
    const epoch = EPOCH.exec(text)
    if (epoch !== null) return readEpoch(epoch[1]!.toUpperCase(), Number(epoch[2]))
  }
  throw new SyntaxError(`${EXPECTED}, got "${text.slice(0, MAX_LENGTH)}"`)
}

/**
 * Reads a time from a text of `parseTimeText()`, or from a number, also written as text: a Julian
 * date from 2400000 on, otherwise a modified Julian date.
 *
 * @throws SyntaxError when it is neither
 * @throws RangeError when the time does not exist or is not in the years 0 to 9999
 */
export function parseTime(value: string | number): UtcTime {
  const isNumber = typeof value === 'number' || (value.length <= MAX_LENGTH && NUMBER.test(value))
  if (isNumber) return readDayCount(Number(value))
  try {
    return parseTimeText(value)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new SyntaxError(`${EXPECTED}, a JD or an MJD, got "${value.slice(0, MAX_LENGTH)}"`)
  }
}

function readDayCount(days: number): UtcTime {
  if (!Number.isFinite(days)) throw new RangeError(`expected a JD or an MJD, got ${days}`)
  // No MJD of interest is negative, so that a negative number is a mistaken JD.
  return days >= 0 && days < FIRST_JD ? fromMjd(days) : fromJd(days)
}

function readCalendarDate(text: string, match: RegExpExecArray): UtcTime {
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number]
  if (month < 1 || month > 12) throw invalid(text, 'a month from 1 to 12')
  const lastDay = daysInMonth(year, month)
  if (day < 1 || day > lastDay) throw invalid(text, `a day from 1 to ${lastDay}`)
  return readClock(text, dayNumberOf(year, month, day), match.slice(4))
}

function readDayOfYear(text: string, match: RegExpExecArray): UtcTime {
  const year = Number(match[1])
  const day = Number(match[2])
  const firstDay = dayNumberOf(year, 1, 1)
  const lastDay = dayNumberOf(year + 1, 1, 1) - firstDay
  if (day < 1 || day > lastDay) throw invalid(text, `a day from 1 to ${lastDay}`)
  return readClock(text, firstDay + day - 1, match.slice(3))
}

function readClock(text: string, dayNumber: number, fields: (string | undefined)[]): UtcTime {
  const [hour = 0, minute = 0, second = 0] = fields.map(field => Number(field ?? 0))
  if (hour > 23) throw invalid(text, 'an hour from 0 to 23')
  if (minute > 59) throw invalid(text, 'a minute from 0 to 59')
  const secondsOfDay = 3600 * hour + 60 * minute + second
  // The last minute is the one that a leap second makes longer.
  const isLastMinute = hour === 23 && minute === 59
  const limit = isLastMinute ? dayLengthSec(dayNumber) - 86_340 : 60
  if (second >= limit) throw invalid(text, `seconds below ${limit}`)
  return fromDaySeconds(dayNumber, secondsOfDay)
}

/** Julian years of 365.25 days from J2000.0, Besselian ones of 365.242198781 days from B1900.0. */
function readEpoch(kind: string, year: number): UtcTime {
  const [zeroDay, zeroFraction, days] =
    kind === 'J'
      ? [2_451_545, 0.5, (year - 2000) * 365.25]
      : [2_415_020, 0.81352, (year - 1900) * 365.242198781]
  const whole = Math.floor(days + zeroFraction)
  const time = { dayNumber: zeroDay + whole, dayFraction: days + zeroFraction - whole }
  if (time.dayNumber >= FIRST_DAY && time.dayNumber <= LAST_DAY) return time
  throw new RangeError(`expected a time within the years 0 to 9999, got "${kind}${year}"`)
}

function invalid(text: string, expected: string): RangeError {
  return new RangeError(`expected ${expected}, got "${text}"`)
}
