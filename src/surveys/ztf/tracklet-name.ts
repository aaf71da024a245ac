/** Names of tracks of moving objects: `TRCK_YYYYMMDD_HHMMSS_NN`. */

/** Longest text that an error message repeats. */
const MAX_SHOWN = 80

/** The digits of a date, then those of a time of day, then the number of the track. */
const BEGINNING = /^(?:\d{0,8}|\d{8}_\d{0,6}|\d{8}_\d{6}_\d{0,2})$/

/**
 * What the names of the tracks of a date begin with. The date is ISO 8601 up to any point: a year,
 * a day, an hour, a second; the number of a track may follow. An empty one selects every track.
 *
 * @throws SyntaxError when the text is not the beginning of a date
 */
export function trackletPrefix(date: string): string {
  const digits = date.trim().replace(/Z$/, '').replace(/[-:]/g, '').replace(/T|\s+/g, '_')
  if (BEGINNING.test(digits)) return `TRCK_${digits}`
  throw new SyntaxError(
    `expected the beginning of a date such as 2021-06-04 09:36:09, got "${date.slice(0, MAX_SHOWN)}"`,
  )
}
