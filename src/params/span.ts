/** Spans of time: from one date through another, both included. */

import type { Param } from '../api/declarations/param.js'
import { custom } from '../api/declarations/params.js'
import type { TimeSpan } from '../queries/alerts/time-keys.js'
import { fromUnixMs, type UtcTime } from '../science/time/time.js'
import { parseTime } from '../science/time/time-text.js'
import { type Survey, toSurveyTime } from '../surveys/survey.js'

/** Most characters of a date. */
const MAX_DATE_LENGTH = 64

/** What a declaration of a date may say. */
export interface DateOptions {
  readonly description: string
  readonly aliases?: readonly string[]
  /** What holds when the date is absent, in words. */
  readonly defaultText: string
  /** The date stands for the time one day later: as an end, it takes the whole day in. */
  readonly isDayIncluded?: boolean
}

/** A date in UTC: ISO 8601, a Julian date, or a modified Julian date. */
export function dateParam(options: DateOptions): Param<UtcTime | undefined> {
  const { description, defaultText, aliases = [], isDayIncluded = false } = options
  return custom<UtcTime>(
    {
      description: `${description}: a date in UTC, or a JD, or an MJD`,
      expected: 'a date such as 2021-11-05, 2021-11-05 10:00:00, a JD or an MJD',
      examples: ['2021-11-05 10:00:00', '2459523.5', '2021-11-05'],
      aliases,
      defaultText,
      maxLength: MAX_DATE_LENGTH,
    },
    text => {
      const time = parseTime(text.trim())
      return isDayIncluded ? { ...time, dayNumber: time.dayNumber + 1 } : time
    },
  )
}

/** The date a span of alerts begins with; the first public alerts when absent. */
export function startDate(
  { firstDate }: Survey,
  { aliases }: { readonly aliases: readonly string[] },
): Param<UtcTime | undefined> {
  return dateParam({ description: 'Alerts from this time on', defaultText: firstDate, aliases })
}

/** The date a span of alerts ends with; now when absent. */
export function stopDate(options: {
  readonly aliases: readonly string[]
  readonly isDayIncluded?: boolean
}): Param<UtcTime | undefined> {
  const description =
    options.isDayIncluded === true
      ? 'Alerts up to one day after this time'
      : 'Alerts up to and including this time'
  return dateParam({ description, defaultText: 'now', ...options })
}

/**
 * The span between two dates in the time of the survey's keys, both included; dates in the wrong
 * order are exchanged.
 */
export function toSpan(
  { start, stop }: { readonly start: UtcTime | undefined; readonly stop: UtcTime | undefined },
  survey: Survey,
  now: Date,
): TimeSpan {
  const end = toSurveyTime(survey, stop ?? fromUnixMs(now.getTime()))
  const first = toSurveyTime(survey, start ?? parseTime(survey.firstDate))
  // An end before the first public alerts is no reason to show what came after it.
  if (start === undefined) return { from: Math.min(first, end), to: end }
  return { from: Math.min(first, end), to: Math.max(first, end) }
}
