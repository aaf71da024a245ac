/**
 * Number texts: the one canonical text of a stored float (shortest digits that round-trip in its
 * own width, in the notation of Python's `repr`, which is also valid JSON), the Java notation that
 * the old gateway showed, and fast parsing of such texts from bytes.
 */

const MINUS = 0x2d
const DOT = 0x2e
const DIGIT_0 = 0x30

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`))

/** Texts of the values JSON cannot carry; `1e999` reads as infinity in every JSON parser. */
const NON_FINITE = { nan: 'null', plus: '1e999', minus: '-1e999' } as const

/** Scientific notation of Python: an exponent of at least two digits, with its sign. */
function notationOutsideFixed(value: number): string {
  const text = value.toExponential()
  const isShort = text.charCodeAt(text.length - 2) < DIGIT_0
  return isShort ? `${text.slice(0, -1)}0${text.slice(-1)}` : text
}

/**
 * Canonical text of a double: shortest digits that read back as the same double, Python notation
 * (`17.0`, `0.0001`, `1e-05`, `1e+16`). NaN gives `null`, infinities give `1e999` and `-1e999`.
 */
export function formatDouble(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e16) {
    const text = String(value)
    return Number.isInteger(value) ? `${text}.0` : text
  }
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (size < Number.POSITIVE_INFINITY) return notationOutsideFixed(value)
  if (value === Number.POSITIVE_INFINITY) return NON_FINITE.plus
  return value === Number.NEGATIVE_INFINITY ? NON_FINITE.minus : NON_FINITE.nan
}

/** Digits that binary32 always keeps (FLT_DIG); a shortest text has these or up to three more. */
const FLOAT_DIGITS = 6
/** Binary32 values below this have fewer digits. */
const MIN_NORMAL_FLOAT = 2 ** -126

/** Nearest integer, the even one of two equally near, as every shortest-text algorithm rounds. */
function roundHalfEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

/**
 * Number of decimals of the shortest text of a binary32 value between 1e-5 and 1e7. Texts of up
 * to six digits are unique, so the first rounding that reads back is the shortest one.
 */
function floatDecimals(size: number): number {
  // The small excess makes a value next to a power of ten start one digit early, never late.
  const exponent = Math.floor(Math.log10(size) + 1e-9)
  let decimals = Math.max(0, FLOAT_DIGITS - 1 - exponent)
  while (decimals < 14) {
    const scale = POWERS_OF_TEN[decimals]!
    if (Math.fround(roundHalfEven(size * scale) / scale) === size) return decimals
    decimals++
  }
  return decimals
}

/**
 * The double nearest to the shortest decimal text of a binary32 value (`18.123457`, not
 * `18.12345695495605`): what a reader of that text gets.
 *
 * @param value a number that binary32 holds exactly; NaN and infinities are returned as they are
 */
export function widenFloat(value: number): number {
  const size = Math.abs(value)
  if (size >= 1e-5 && size < 1e7) {
    const scale = POWERS_OF_TEN[floatDecimals(size)]!
    const widened = roundHalfEven(size * scale) / scale
    return value < 0 ? -widened : widened
  }
  if (value === 0 || !Number.isFinite(value)) return value
  // Where all digits count, a shorter text is the one of six digits with zeros at its end.
  for (let digits = size < MIN_NORMAL_FLOAT ? 1 : FLOAT_DIGITS; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits))
    if (Math.fround(candidate) === value) return candidate
  }
  return value
}

/** Canonical text of a binary32 value; see `formatDouble` for the notation. */
export function formatFloat(value: number): string {
  const size = Math.abs(value)
  if (!(size >= 1e-4 && size < 1e7)) return formatDouble(widenFloat(value))
  let decimals = floatDecimals(size)
  let digits = roundHalfEven(size * POWERS_OF_TEN[decimals]!)
  while (decimals > 0 && digits % 10 === 0) {
    digits /= 10
    decimals--
  }
  const sign = value < 0 ? '-' : ''
  if (decimals === 0) return `${sign}${digits}.0`
  const text = String(digits).padStart(decimals + 1, '0')
  return `${sign}${text.slice(0, -decimals)}.${text.slice(-decimals)}`
}

/**
 * Text of a stored number in Java's notation (`Double.toString`: `7.6809E-6`, `1.0E7`, `NaN`),
 * from its canonical text.
 */
export function toJavaText(canonical: string): string {
  if (canonical === NON_FINITE.nan) return 'NaN'
  const value = Number(canonical)
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return canonical
  const size = Math.abs(value)
  // Both notations are the same where neither uses an exponent.
  if (size >= 1e-3 && size < 1e7) return canonical
  return javaScientific(value)
}

/** Text of a double in Java's notation; see `toJavaText`. */
export function formatJavaDouble(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e-3 && size < 1e7) return formatDouble(value)
  const isOrdinary = size > 0 && size < Number.POSITIVE_INFINITY
  return isOrdinary ? javaScientific(value) : toJavaText(formatDouble(value))
}

function javaScientific(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  const decimal = mantissa.includes('.') ? mantissa : `${mantissa}.0`
  return `${decimal}E${exponent.startsWith('+') ? exponent.slice(1) : exponent}`
}

/** Reads a number as the old gateway or a Python client would write it (`NaN`, `Infinity`, `1.0E7`). */
export function parseFloatText(text: string): number {
  const trimmed = text.trim()
  if (trimmed === 'null') return Number.NaN
  if (/^[+-]?(inf|infinity)$/i.test(trimmed)) {
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (/^[+-]?nan$/i.test(trimmed)) return Number.NaN
  const value = Number(trimmed)
  if (trimmed === '' || Number.isNaN(value)) {
    throw new SyntaxError(`Cannot read "${text}" as a number`)
  }
  return value
}

/**
 * Value of the canonical number text `bytes[start, end)`; `null` gives NaN. Texts of at most 15
 * digits without exponent take an exact integer path (Clinger 1990), others go through `Number`.
 */
export function readNumberText(bytes: Uint8Array, start: number, end: number): number {
  let mantissa = 0
  let digits = 0
  let decimals = -1
  let at = bytes[start] === MINUS ? start + 1 : start
  for (; at < end; at++) {
    const code = bytes[at]!
    const digit = code - DIGIT_0
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      digits++
      if (decimals >= 0) decimals++
    } else if (code === DOT) decimals = 0
    else break
  }
  if (at < end || digits > 15) return Number(asciiText(bytes, start, end).replace('null', 'NaN'))
  const size = decimals > 0 ? mantissa / POWERS_OF_TEN[decimals]! : mantissa
  return bytes[start] === MINUS ? -size : size
}

function asciiText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
}
