/**
 * JSON texts of pixels: the shortest digits that read back as the same double, in the notation of
 * `formatDouble`. Most pixels are binary32 values widened to doubles, whose few significant bits
 * allow exact decimal digits by plain arithmetic, twice as fast as by a general algorithm.
 */
import { formatDouble } from '../../rows/number-text.js'

/** Most bytes of one text, as of `-1.7976931348623157e+308`. */
export const MAX_PIXEL_TEXT_BYTES = 24

const DOT = 0x2e
const MINUS = 0x2d
const DIGIT_0 = 0x30

/** The integer digits end here for the fast way: 2^23, from where binary32 has no fractions. */
const FAST_EDGE = 2 ** 23
/** From here to one the digits are found in the same way. */
const FRACTION_EDGE = 0.01
/** Decimals found at first, of values from one on and below. */
const HIGH_DECIMALS = 7
const FRACTION_DECIMALS = 9
/** Half the step between doubles from 2^i on, in units of the seventh decimal. */
const HALF_STEPS = Float64Array.from({ length: 23 }, (_, i) => 2 ** (i - 53) * 10 ** HIGH_DECIMALS)
/** Half the step between doubles from 2^-i on, in units of the ninth decimal. */
const FRACTION_HALF_STEPS = Float64Array.from(
  { length: 8 },
  (_, i) => 2 ** (-i - 53) * 10 ** FRACTION_DECIMALS,
)
const POWERS_OF_TEN = Float64Array.from({ length: 18 }, (_, k) => Number(`1e${k}`))
/** The digits of 00 to 99. */
const PAIRS = Buffer.from(
  Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0')).join(''),
  'latin1',
)

/**
 * Writes the text of a pixel at `at` and gives the offset behind it; NaN and infinities, which JSON
 * cannot carry, are `null`.
 *
 * @param bytes has room for `MAX_PIXEL_TEXT_BYTES` from `at` on
 */
export function writePixel(value: number, bytes: Uint8Array, at: number): number {
  const size = Math.abs(value)
  if (!(size >= FRACTION_EDGE && size < FAST_EDGE && Math.fround(value) === value)) {
    return writeAscii(Number.isFinite(value) ? formatDouble(value) : 'null', bytes, at)
  }
  if (value < 0) bytes[at++] = MINUS
  if (size < 1) return writeFraction(size, bytes, at)
  const whole = Math.floor(size)
  const wholeDigits = countDigits(whole)
  at = writeDigits(whole, wholeDigits, bytes, at)
  bytes[at++] = DOT
  const scaled = (size - whole) * POWERS_OF_TEN[HIGH_DECIMALS]!
  const halfStep = HALF_STEPS[31 - Math.clz32(whole)]!
  return writeDecimals(scaled, HIGH_DECIMALS, 15 - wholeDigits - HIGH_DECIMALS, halfStep, bytes, at)
}

function writeFraction(size: number, bytes: Uint8Array, at: number): number {
  bytes[at++] = DIGIT_0
  bytes[at++] = DOT
  const scaled = size * POWERS_OF_TEN[FRACTION_DECIMALS]!
  const zeros = size < 0.1 ? 1 : 0
  const halfStep = FRACTION_HALF_STEPS[Math.clz32(size * 2 ** 31)]!
  const lowDecimals = 15 + zeros - FRACTION_DECIMALS
  return writeDecimals(scaled, FRACTION_DECIMALS, lowDecimals, halfStep, bytes, at)
}

/**
 * The fraction of a binary32 value from 1 to 2^23 is a multiple of 2^-23. Its first seven decimals
 * leave a multiple of 2^-16, of which up to nine more decimals are exact in a double; below 1, nine
 * decimals leave a multiple of 2^-21, of which again up to nine are. Fifteen significant digits tell
 * doubles apart, so the shortest text has these, sixteen or seventeen: the first whose distance from
 * the value is at most half the step between doubles.
 *
 * @param scaled the fraction in units of the last of the first decimals
 * @param lowDecimals further ones, up to the fifteenth significant digit
 * @param halfStep in the same units
 */
function writeDecimals(
  scaled: number,
  highDecimals: number,
  lowDecimals: number,
  halfStep: number,
  bytes: Uint8Array,
  at: number,
): number {
  let high = Math.floor(scaled)
  const rest = scaled - high
  let low = 0
  if (rest !== 0) {
    const most = lowDecimals + 2
    let power = POWERS_OF_TEN[lowDecimals]!
    low = roundHalfEven(rest * power)
    while (lowDecimals < most && Math.abs(low - rest * power) > halfStep * power) {
      lowDecimals++
      power *= 10
      low = roundHalfEven(rest * power)
    }
    if (low === power) {
      low = 0
      high++
    }
  }
  at = writeDigits(high, highDecimals, bytes, at)
  if (low !== 0) at = writeDigits(low, lowDecimals, bytes, at)
  while (bytes[at - 1] === DIGIT_0 && bytes[at - 2] !== DOT) at--
  return at
}

/** Nearest integer, the even one of two equally near. */
function roundHalfEven(value: number): number {
  const rounded = Math.floor(value + 0.5)
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

function countDigits(whole: number): number {
  let digits = 1
  while (whole >= POWERS_OF_TEN[digits]!) digits++
  return digits
}

/** Writes an integer below 2^31 with leading zeros up to `count` digits. */
function writeDigits(value: number, count: number, bytes: Uint8Array, at: number): number {
  let rest = value | 0
  let i = at + count
  while (i - at >= 2) {
    const hundredth = (rest / 100) | 0
    const pair = (rest - hundredth * 100) * 2
    bytes[--i] = PAIRS[pair + 1]!
    bytes[--i] = PAIRS[pair]!
    rest = hundredth
  }
  if (i > at) bytes[at] = DIGIT_0 + rest
  return at + count
}

function writeAscii(text: string, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
  return at + text.length
}
