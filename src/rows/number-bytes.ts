/**
 * Canonical number texts (number-text.ts) written straight into bytes, without a string in
 * between. The usual magnitudes take a fast path of whole-number arithmetic; all others go through
 * the formatters that define the texts.
 */
import { formatDouble, formatFloat } from './number-text.js'

const ZERO = 0x30
const DOT = 0x2e
const MINUS = 0x2d
const BILLION = 1e9
const HUNDRED_MILLION = 1e8
const WORD = 2 ** 32
const HALF_WORD = 2 ** 16
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`))

/** Digits that binary32 and binary64 always keep: a text of so many digits is the only one. */
const FLOAT_DIGITS = 6
/** Decimals of the longest text of a binary32 value from 1e-4 on, and some more. */
const MAX_FLOAT_DECIMALS = 14
const DOUBLE_DIGITS = 15

/** Most bytes that the functions here write. */
export const MAX_NUMBER_BYTES = 32

/** Writes ASCII text; returns the offset behind it. */
function writeAscii(target: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i)
  return at + text.length
}

/** Writes exactly `count` digits of a whole number below 2^31, zeros in front. */
function writeDigits(target: Uint8Array, at: number, value: number, count: number): number {
  let rest = value | 0
  for (let i = at + count - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0
    target[i] = ZERO + rest - tenth * 10
    rest = tenth
  }
  return at + count
}

function digitCount(value: number): number {
  if (value < 1e4) {
    if (value < 100) return value < 10 ? 1 : 2
    return value < 1000 ? 3 : 4
  }
  if (value < 1e7) {
    if (value < 1e6) return value < 1e5 ? 5 : 6
    return 7
  }
  return value < 1e8 ? 8 : 9
}

/** Writes a whole number from 0 to 2^53; returns the offset behind it. */
export function writeCount(target: Uint8Array, at: number, value: number): number {
  if (value < BILLION) return writeDigits(target, at, value, digitCount(value))
  const high = Math.floor(value / BILLION)
  const next = writeCount(target, at, high)
  return writeDigits(target, next, value - high * BILLION, 9)
}

/** Writes a whole number between -2^53 and 2^53; returns the offset behind it. */
export function writeInteger(target: Uint8Array, at: number, value: number): number {
  if (value >= 0) return writeCount(target, at, value)
  target[at] = MINUS
  return writeCount(target, at + 1, -value)
}

/**
 * Writes a 64-bit two's complement number given as its upper (signed) and lower (unsigned) half;
 * returns the offset behind it.
 */
export function writeLong(target: Uint8Array, at: number, high: number, low: number): number {
  if (high >= 0) return writeUnsigned(target, at, high, low)
  target[at] = MINUS
  const isBorrowed = low !== 0
  const upper = isBorrowed ? ~high >>> 0 : -high
  return writeUnsigned(target, at + 1, upper, isBorrowed ? WORD - low : 0)
}

function writeUnsigned(target: Uint8Array, at: number, high: number, low: number): number {
  if (high < 0x20_0000) return writeCount(target, at, high * WORD + low)
  // Long division by 10^9 in steps of 16 bits: every intermediate stays below 2^53.
  let quotient = Math.floor(high / BILLION)
  let rest = high - quotient * BILLION
  for (const half of [Math.floor(low / HALF_WORD), low % HALF_WORD]) {
    const part = rest * HALF_WORD + half
    const step = Math.floor(part / BILLION)
    quotient = quotient * HALF_WORD + step
    rest = part - step * BILLION
  }
  return writeDigits(target, writeCount(target, at, quotient), rest, 9)
}

/** Exponent of the first digit of a number from 1e-4 to below 1e16. */
function exponentOf(size: number): number {
  if (size >= 1) {
    let exponent = size >= 1e4 ? 4 : 0
    while (size >= POWERS_OF_TEN[exponent + 1]!) exponent++
    return exponent
  }
  if (size >= 0.01) return size >= 0.1 ? -1 : -2
  return size >= 0.001 ? -3 : -4
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

/** Writes `digits / 10^decimals`, without zeros at its end but at least one decimal. */
function writeFixed(target: Uint8Array, at: number, digits: number, decimals: number): number {
  const scale = POWERS_OF_TEN[decimals]!
  const whole = decimals === 0 ? digits : Math.floor(digits / scale)
  let fraction = digits - whole * scale
  let next = writeCount(target, at, whole)
  target[next++] = DOT
  if (fraction === 0) {
    target[next] = ZERO
    return next + 1
  }
  let count = decimals
  for (;;) {
    const tenth = Math.floor(fraction / 10)
    if (tenth * 10 !== fraction) break
    fraction = tenth
    count--
  }
  if (count <= 8) return writeDigits(target, next, fraction, count)
  const high = Math.floor(fraction / HUNDRED_MILLION)
  next = writeDigits(target, next, high, count - 8)
  return writeDigits(target, next, fraction - high * HUNDRED_MILLION, 8)
}

/**
 * Writes a binary32 value as `formatFloat` does; returns the offset behind it.
 *
 * @param value a number that binary32 holds exactly, or NaN or an infinity
 */
export function writeFloat(target: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value)
  if (!(size >= 1e-4 && size < 1e7)) return writeAscii(target, at, formatFloat(value))
  const first = Math.max(0, FLOAT_DIGITS - 1 - exponentOf(size))
  for (let decimals = first; decimals < MAX_FLOAT_DECIMALS; decimals++) {
    const scale = POWERS_OF_TEN[decimals]!
    const digits = roundHalfEven(size * scale)
    if (Math.fround(digits / scale) !== size) continue
    if (value < 0) target[at++] = MINUS
    return writeFixed(target, at, digits, decimals)
  }
  // Only numbers that binary32 cannot hold get here.
  return writeAscii(target, at, formatFloat(value))
}

/** Writes a binary64 value as `formatDouble` does; returns the offset behind it. */
export function writeDouble(target: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value)
  if (!(size >= 1e-4 && size < 1e15)) return writeAscii(target, at, formatDouble(value))
  // A text of at most 15 digits is found from its whole-number form, and is the shortest one.
  const decimals = DOUBLE_DIGITS - 1 - exponentOf(size)
  const scale = POWERS_OF_TEN[decimals]!
  const digits = Math.round(size * scale)
  if (digits / scale !== size) return writeAscii(target, at, formatDouble(value))
  if (value < 0) target[at++] = MINUS
  return writeFixed(target, at, digits, decimals)
}
