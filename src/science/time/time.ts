/**
 * Times in UTC as a day and a fraction of it, and their conversion from and to Julian dates in UTC
 * and in TAI. Texts are read in `time-text.ts` and written in `time-format.ts`. Days follow the
 * Gregorian calendar throughout, and UTC Julian dates the convention of IAU SOFA: a day that ends
 * with a leap second is stretched, so that its fractions still run from 0 to 1.
 */
import { dayLengthSec, taiDayLengthSec, taiMinusUtcSec } from './leap-seconds.js'

/**
 * A time in UTC. Two numbers, because one double holds a Julian date only to 40 microseconds.
 */
export interface UtcTime {
  /** Julian day number of the calendar day: 2459376 is 2021-06-10. */
  readonly dayNumber: number
  /** Part of the day that has passed, from 0 up to but not including 1. */
  readonly dayFraction: number
}

/** Julian day number of 0000-01-01, the first day of the texts. */
export const FIRST_DAY = 1_721_060
/** Julian day number of 9999-12-31, the last day of the texts. */
export const LAST_DAY = 5_373_484

/** Julian day number of the day that begins at MJD 0. */
const MJD_ZERO_DAY = 2_400_001
/** Julian day number of 1970-01-01. */
const UNIX_ZERO_DAY = 2_440_588
const DAY_MS = 86_400_000

/** Julian date in UTC. */
export function toJd({ dayNumber, dayFraction }: UtcTime): number {
  return dayNumber - 0.5 + dayFraction
}

/** Modified Julian date in UTC, a thousand times more precise than the Julian date. */
export function toMjd({ dayNumber, dayFraction }: UtcTime): number {
  return dayNumber - MJD_ZERO_DAY + dayFraction
}

/** Julian date in TAI. */
export function toJdTai(time: UtcTime): number {
  return time.dayNumber - 0.5 + taiFraction(time)
}

/** Modified Julian date in TAI, the scale of Rubin's times: 37 s ahead of UTC since 2017. */
export function toMjdTai(time: UtcTime): number {
  return time.dayNumber - MJD_ZERO_DAY + taiFraction(time)
}

/** TAI at the time, in days since the UTC day would have begun if clocks of TAI began it. */
function taiFraction({ dayNumber, dayFraction }: UtcTime): number {
  const passed = dayFraction * (taiDayLengthSec(dayNumber) / 86_400)
  return passed + taiMinusUtcSec(dayNumber) / 86_400
}

/**
 * Time of a Julian date in UTC.
 *
 * @throws RangeError when it is not in the years 0 to 9999
 */
export function fromJd(jdUtc: number): UtcTime {
  const dayNumber = dayOfJd(jdUtc)
  return checkedTime({ dayNumber, dayFraction: fractionOfJd(jdUtc, dayNumber) }, `JD ${jdUtc}`)
}

/**
 * Time of a modified Julian date in UTC.
 *
 * @throws RangeError when it is not in the years 0 to 9999
 */
export function fromMjd(mjdUtc: number): UtcTime {
  const day = Math.floor(mjdUtc)
  const time = { dayNumber: day + MJD_ZERO_DAY, dayFraction: mjdUtc - day }
  return checkedTime(time, `MJD ${mjdUtc}`)
}

/**
 * Time of a modified Julian date in TAI.
 *
 * @throws RangeError when it is not in the years 0 to 9999
 */
export function fromMjdTai(mjdTai: number): UtcTime {
  const day = Math.floor(mjdTai)
  const passedSec = (mjdTai - day) * 86_400
  const dayNumber = day + MJD_ZERO_DAY
  const sinceStartSec = passedSec - taiMinusUtcSec(dayNumber)
  const time =
    sinceStartSec >= 0
      ? { dayNumber, dayFraction: sinceStartSec / taiDayLengthSec(dayNumber) }
      : fractionFromEnd(dayNumber - 1, passedSec)
  return checkedTime(time, `MJD(TAI) ${mjdTai}`)
}

/** Time of the UTC day before, when `passedSec` of the next day have passed in TAI. */
function fractionFromEnd(dayNumber: number, passedSec: number): UtcTime {
  const sinceStartSec = 86_400 + passedSec - taiMinusUtcSec(dayNumber)
  const dayFraction = sinceStartSec / taiDayLengthSec(dayNumber)
  return dayFraction < 1 ? { dayNumber, dayFraction } : { dayNumber: dayNumber + 1, dayFraction: 0 }
}

/** Time of a count of milliseconds since 1970 (`Date.now()`), which knows no leap seconds. */
export function fromUnixMs(ms: number): UtcTime {
  const day = Math.floor(ms / DAY_MS)
  const time = { dayNumber: day + UNIX_ZERO_DAY, dayFraction: (ms - day * DAY_MS) / DAY_MS }
  return checkedTime(time, `Unix time ${ms} ms`)
}

/** Time of a day and a count of seconds since its beginning, at most its length. */
export function fromDaySeconds(dayNumber: number, seconds: number): UtcTime {
  const dayFraction = seconds / dayLengthSec(dayNumber)
  return dayFraction < 1 ? { dayNumber, dayFraction } : { dayNumber: dayNumber + 1, dayFraction: 0 }
}

/** Julian day number of the calendar day that holds a Julian date. */
export function dayOfJd(jd: number): number {
  const nearest = Math.round(jd)
  return Math.floor(nearest + 0.5 + (jd - nearest))
}

/** Part of the calendar day that has passed at a Julian date; no digit of the date is lost. */
export function fractionOfJd(jd: number, dayNumber: number): number {
  const nearest = Math.round(jd)
  return nearest - dayNumber + 0.5 + (jd - nearest)
}

/** Julian day number of a date of the Gregorian calendar; month and day must be valid. */
export function dayNumberOf(year: number, month: number, day: number): number {
  // Years that begin in March put the leap day last.
  const marchYear = month > 2 ? year : year - 1
  const marchMonth = month > 2 ? month - 3 : month + 9
  const leapDays =
    Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400)
  return 1_721_119 + 365 * marchYear + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day
}

/** Days of a month of the Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  const next = month === 12 ? dayNumberOf(year + 1, 1, 1) : dayNumberOf(year, month + 1, 1)
  return next - dayNumberOf(year, month, 1)
}

function checkedTime(time: UtcTime, what: string): UtcTime {
  if (time.dayNumber >= FIRST_DAY && time.dayNumber <= LAST_DAY) return time
  throw new RangeError(`expected a time within the years 0 to 9999, got ${what}`)
}
