/** `startdate`, `stopdate`, `window`: objects by the time of their first detection. */
import { custom, number } from '../api/declarations/params.js'
import type { FirstSeen } from '../queries/position/cone-plan.js'
import { fromUnixMs, toJd, toMjdTai, type UtcTime } from '../science/time/time.js'
import { parseTime } from '../science/time/time-text.js'
import type { Survey } from '../surveys/survey.js'

/** The dates of a search by first detection. */
export interface FirstSeenValues {
  readonly startdate: UtcTime | undefined
  readonly stopdate: UtcTime | undefined
  readonly window: number | undefined
}

/** Longest window: longer than any survey. */
const MAX_WINDOW_DAYS = 36_525

/** The three parameters. */
export function firstSeenParams() {
  const date = (description: string, defaultText: string) =>
    custom<UtcTime>(
      {
        description,
        expected: 'a date such as 2021-11-05, 2021-11-05 10:00:00, a Julian date or an MJD (UTC)',
        examples: ['2021-11-05 10:00:00', '2459523.5'],
        defaultText,
        maxLength: 64,
      },
      parseTime,
    )
  return {
    startdate: date('First detection not before this', 'no limit'),
    stopdate: date('First detection not after this', 'now'),
    window: number({
      description: 'Length of the time after `startdate`, in place of `stopdate`',
      min: 0,
      max: MAX_WINDOW_DAYS,
      unit: 'days',
      examples: [7],
    }),
  }
}

/** The span of first detections in the time of the survey's columns, undefined when none is asked. */
export function readFirstSeen(
  { startdate, stopdate, window }: FirstSeenValues,
  { timeSystem }: Survey,
  now: Date,
): FirstSeen | undefined {
  if (startdate === undefined && stopdate === undefined) return undefined
  const value = timeSystem.origin === 'JD-origin' ? toJd : toMjdTai
  const from = startdate === undefined ? 0 : value(startdate)
  if (stopdate !== undefined) return { from, through: value(stopdate) }
  return { from, through: window === undefined ? value(fromUnixMs(now.getTime())) : from + window }
}
