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
const HIGH_DECIMALS = 7
/** Half the step between doubles from 2^i on, in units of the seventh decimal. */
const HALF_STEPS = Float64Array.from({ length: 23 }, (_, i) => 2 ** (i - 53) * 10 ** HIGH_DECIMALS)
const POWERS_OF_TEN = Float64Array.from({ length: 18 }, (_, k) => Number(`1e${k}`))

/**
 * Writes the text of a pixel at `at` and gives the offset behind it; NaN and infinities, which JSON
 * cannot carry, are `null`.
 *
 * @param bytes has room for `MAX_PIXEL_TEXT_BYTES` from `at` on
 */
export function writePixel(value: number, bytes: Uint8Array, at: number): number {
  const size = Math.abs(value)
  if (!(size >= 1 && size < FAST_EDGE && Math.fround(value) === value)) {
    return writeAscii(Number.isFinite(value) ? formatDouble(value) : 'null', bytes, at)
  }
  if (value < 0) bytes[at++] = MINUS
  const whole = Math.floor(size)
  const wholeDigits = countDigits(whole)
  at = writeDigits(whole, wholeDigits, bytes, at)
  bytes[at++] = DOT
  return writeDecimals(size, whole, wholeDigits, bytes, at)
}

/**
 * The fraction of a binary32 value from 1 to 2^23 is a multiple of 2^-23. Its first seven decimals
 * leave a multiple of 2^-16, of which up to nine more decimals are exact in a double. Fifteen
 * significant digits tell doubles apart, so the shortest text has these, sixteen or seventeen: the
 * first whose distance from the value is at most half the step between doubles.
 */
function writeDecimals(
  size: number,
  whole: number,
  wholeDigits: number,
  bytes: Uint8Array,
  at: number,
): number {
  const scaled = (size - whole) * POWERS_OF_TEN[HIGH_DECIMALS]!
  let high = Math.floor(scaled)
  const rest = scaled - high
  let lowDecimals = 15 - wholeDigits - HIGH_DECIMALS
  let low = roundHalfEven(rest * POWERS_OF_TEN[lowDecimals]!)
  if (low !== 0 || rest !== 0) {
    const halfStep = HALF_STEPS[31 - Math.clz32(whole)]!
    while (
      lowDecimals < 17 - wholeDigits - HIGH_DECIMALS &&
      Math.abs(low - rest * POWERS_OF_TEN[lowDecimals]!) > halfStep * POWERS_OF_TEN[lowDecimals]!
    ) {
      lowDecimals++
      low = roundHalfEven(rest * POWERS_OF_TEN[lowDecimals]!)
    }
    if (low === POWERS_OF_TEN[lowDecimals]) {
      low = 0
      high++
    }
  }
  at = writeDigits(high, HIGH_DECIMALS, bytes, at)
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
  for (let i = at + count - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0
    bytes[i] = DIGIT_0 + rest - tenth * 10
    rest = tenth
  }
  return at + count
}

function writeAscii(text: string, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
  return at + text.length
}
