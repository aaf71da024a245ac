/** Texts of Julian dates. */

const DAY_MS = 86_400_000

/**
 * `YYYY-MM-DD hh:mm:ss.sss` of a Julian date, rounded half up to the millisecond, in the scale the
 * date is in; undefined when the date is missing. Days outside the years 0 to 9999 give undefined.
 */
export function formatJulianDate(jd: number): string | undefined {
  if (Number.isNaN(jd) || jd < 1_721_060 || jd >= 5_373_484) return undefined
  // The fraction of the day is taken apart first, so that no digit of it is lost.
  const whole = Math.round(jd)
  const rest = jd - whole
  const day = Math.floor(whole + 0.5 + rest)
  const ms = Math.floor((whole - day + 0.5 + rest) * DAY_MS + 0.5)
  return new Date((day - 2_440_588) * DAY_MS + ms).toISOString().replace('T', ' ').slice(0, 23)
}
