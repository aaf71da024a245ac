/**
 * Difference between TAI and UTC, day by day. Steps of whole seconds since 1972, small steps and a
 * constant drift from 1960 to 1971; before 1960 UTC did not exist and the difference counts as
 * zero. Source: IERS Bulletin C and the historical table of the USNO (`tai-utc.dat`).
 */

/** Text of the first day for which the table does not say whether a leap second was announced. */
export const LEAP_SECONDS_EXPIRE = '2027-06-28'

/** Days of a constant law: TAI - UTC (s) = base + (MJD - originMjd) * driftSec. */
interface Era {
  /** Julian day number of the first day. */
  readonly start: number
  readonly baseSec: number
  readonly originMjd: number
  /** Change per day. */
  readonly driftSec: number
}

/** MJD of the first day, base in seconds, MJD of no drift, drift in seconds per day. */
const DRIFTING: readonly (readonly [number, number, number, number])[] = [
  [36934, 1.417818, 37300, 0.001296],
  [37300, 1.422818, 37300, 0.001296],
  [37512, 1.372818, 37300, 0.001296],
  [37665, 1.845858, 37665, 0.0011232],
  [38334, 1.945858, 37665, 0.0011232],
  [38395, 3.24013, 38761, 0.001296],
  [38486, 3.34013, 38761, 0.001296],
  [38639, 3.44013, 38761, 0.001296],
  [38761, 3.54013, 38761, 0.001296],
  [38820, 3.64013, 38761, 0.001296],
  [38942, 3.74013, 38761, 0.001296],
  [39004, 3.84013, 38761, 0.001296],
  [39126, 4.31317, 39126, 0.002592],
  [39887, 4.21317, 39126, 0.002592],
]

/** Seconds of TAI - UTC on the first day of `STEPS`. */
const FIRST_STEP_SEC = 10

/** MJD of the days since which TAI - UTC is 10, 11, 12 ... seconds. */
const STEPS: readonly number[] = [
  41317, 41499, 41683, 42048, 42413, 42778, 43144, 43509, 43874, 44239, 44786, 45151, 45516, 46247,
  47161, 47892, 48257, 48804, 49169, 49534, 50083, 50630, 51179, 53736, 54832, 56109, 57204, 57754,
]

/** Julian day number of the day that begins at MJD 0. */
const MJD_ZERO_DAY = 2_400_001

const ERAS: readonly Era[] = [
  ...DRIFTING.map(([startMjd, baseSec, originMjd, driftSec]) => ({
    start: startMjd + MJD_ZERO_DAY,
    baseSec,
    originMjd,
    driftSec,
  })),
  ...STEPS.map((startMjd, i) => ({
    start: startMjd + MJD_ZERO_DAY,
    baseSec: FIRST_STEP_SEC + i,
    originMjd: 0,
    driftSec: 0,
  })),
]

/** Julian day number of the first day that no known leap second follows. */
const LAST_START = ERAS[ERAS.length - 1]!.start

function eraOf(dayNumber: number): Era | undefined {
  for (let i = ERAS.length - 1; i >= 0; i--) if (dayNumber >= ERAS[i]!.start) return ERAS[i]
  return undefined
}

/** TAI - UTC in seconds at the beginning of the UTC day with this Julian day number. */
export function taiMinusUtcSec(dayNumber: number): number {
  const era = eraOf(dayNumber)
  if (era === undefined) return 0
  return era.baseSec + (dayNumber - MJD_ZERO_DAY - era.originMjd) * era.driftSec
}

/** Seconds that clocks of UTC show in the day: 86400, or 86401 when it ends with a leap second. */
export function dayLengthSec(dayNumber: number): number {
  // Nearly all days asked for are here, in code that runs once per row.
  if (dayNumber >= LAST_START) return 86_400
  const era = eraOf(dayNumber)
  if (era === undefined) return 86_400
  const stepSec = taiMinusUtcSec(dayNumber + 1) - taiMinusUtcSec(dayNumber) - era.driftSec
  // The steps have at most six decimals; what is left beyond is rounding of the sums.
  return 86_400 + Math.round(stepSec * 1e6) / 1e6
}

/** Seconds of TAI that pass during the UTC day. */
export function taiDayLengthSec(dayNumber: number): number {
  if (eraOf(dayNumber) === undefined) return 86_400
  return 86_400 + taiMinusUtcSec(dayNumber + 1) - taiMinusUtcSec(dayNumber)
}
