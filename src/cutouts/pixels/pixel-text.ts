/**
 * JSON texts of pixels: the shortest digits that read back as the same double, in the notation of
 * `formatDouble`. Most pixels are binary32 values widened to doubles, whose few significant bits
 * allow exact decimal digits by plain arithmetic, several times as fast as by a general algorithm.
 */
import { formatDouble } from '../../rows/number-text.js'
import { writeEightDigits, writeNineDigits, writeWhole } from './decimal-digits.js'

/**
 * Room for one text, of 24 bytes at most (`-1.7976931348623157e+308`), and a comma: while it is
 * written, zeros may stand behind it.
 */
export const PIXEL_ROOM_BYTES = 28

const COMMA = 0x2c
const DOT = 0x2e
const MINUS = 0x2d
const DIGIT_0 = 0x30

/** Values from here on are written in the fast way: below, they have more decimals than fit. */
const FAST_BEGIN = 0.01
/** Below, the first decimal is a zero that counts for nothing. */
const TENTH = 0.1
/** Up to here: from 2^23 on binary32 has no fractions. */
const FAST_EDGE = 2 ** 23
/** Decimals found at first. */
const HIGH_DECIMALS = 8
const HIGH_SCALE = 10 ** HIGH_DECIMALS
/** Most decimals behind them. */
const LOW_DECIMALS = 9
/** Half the step between doubles from 2^(i-7) on, in units of the eighth decimal. */
const HALF_STEPS = Float64Array.from({ length: 30 }, (_, i) => 2 ** (i - 7 - 53) * HIGH_SCALE)
const POWERS_OF_TEN = Int32Array.from({ length: 10 }, (_, k) => 10 ** k)
/** Added to a number below 2^51 and taken off again, it rounds to the nearest, or even, integer. */
const ROUNDER = 2 ** 52

/** Which pixels to write, and where. */
export interface PixelRange {
  /** The first pixel, and the one behind the last. */
  readonly start: number
  readonly end: number
  /** Offset of the first byte. */
  readonly at: number
}

/**
 * Writes the texts of pixels with commas between them and gives the offset behind; NaN and
 * infinities, which JSON cannot carry, are `null`. All in one loop, because the engine would make an
 * object of every number that is handed to a function of this size.
 *
 * @param view has room for `PIXEL_ROOM_BYTES` for each pixel
 */
export function writePixels(pixels: Float64Array, range: PixelRange, view: DataView): number {
  const { start, end } = range
  let { at } = range
  for (let i = start; i < end; i++) {
    if (i > start) view.setUint8(at++, COMMA)
    const value = pixels[i]!
    const size = Math.abs(value)
    if (!(size >= FAST_BEGIN && size < FAST_EDGE && Math.fround(value) === value)) {
      at = writeAscii(Number.isFinite(value) ? formatDouble(value) : 'null', view, at)
      continue
    }
    // Half of the differences are below zero, at random: a branch would often be guessed wrong.
    view.setUint8(at, MINUS)
    at += Math.floor(value) >>> 31
    const whole = size | 0
    const wholeDigits = writeWhole(whole, view, at)
    at += wholeDigits
    view.setUint8(at++, DOT)
    let scaled = (size - whole) * HIGH_SCALE
    let halfStep = HALF_STEPS[31 - Math.clz32(size * 2 ** 7)]!
    if (size < TENTH) {
      view.setUint8(at++, DIGIT_0)
      scaled *= 10
      halfStep *= 10
    }
    const high = scaled | 0
    // A zero before the point is no significant digit.
    const decimals = 17 - HIGH_DECIMALS - wholeDigits + ((whole - 1) >>> 31)
    const low = lowDigits(scaled - high, decimals, halfStep)
    const carry = low === POWERS_OF_TEN[decimals] ? 1 : 0
    writeEightDigits(high + carry, view, at)
    const shifted = Math.imul(low, (1 - carry) * POWERS_OF_TEN[LOW_DECIMALS - decimals]!)
    writeNineDigits(shifted, view, at + HIGH_DECIMALS)
    // Every other text has sixteen digits: the zero behind them goes without a branch, too.
    const lastDigit = low - ((low / 10) | 0) * 10
    at = withoutZeros(view, at + HIGH_DECIMALS + decimals - ((lastDigit - 1) >>> 31))
  }
  return at
}

/**
 * The fraction of a binary32 value from 1 to 2^23 is a multiple of 2^-23, from 0.01 on of 2^-30. Its
 * first eight decimals, after a zero the next eight, leave a multiple of 2^-21, of which nine more
 * are exact in a double. Fifteen significant digits tell doubles apart, so the shortest text has
 * these, sixteen or seventeen: the first whose distance from the value is at most half the step
 * between doubles. All three are made and one is taken by its bits, again because a branch would be
 * guessed wrong every other time.
 *
 * @param rest what the first decimals leave, in units of the last of them
 * @param decimals further ones, up to the seventeenth significant digit
 * @param halfStep in the same units
 * @returns the further decimals as an integer, zeros in place of those that are not needed
 */
function lowDigits(rest: number, decimals: number, halfStep: number): number {
  const shortScale = POWERS_OF_TEN[decimals - 2]!
  const mediumScale = shortScale * 10
  const exactShort = rest * shortScale
  const exactMedium = rest * mediumScale
  const exactLong = rest * (shortScale * 100)
  const short = exactShort + ROUNDER - ROUNDER
  const medium = exactMedium + ROUNDER - ROUNDER
  const long = exactLong + ROUNDER - ROUNDER
  // All bits set where the digits are too few.
  const notShort = Math.floor(halfStep * shortScale - Math.abs(short - exactShort)) >> 31
  const notMedium = Math.floor(halfStep * mediumScale - Math.abs(medium - exactMedium)) >> 31
  return (
    (Math.imul(short, 100) & ~notShort) |
    (Math.imul(medium, 10) & notShort & ~notMedium) |
    (long & notMedium)
  )
}

/** Where a text ends when zeros at its end are taken away, but the one behind the point. */
function withoutZeros(view: DataView, end: number): number {
  let at = end
  while (view.getUint8(at - 1) === DIGIT_0 && view.getUint8(at - 2) !== DOT) at--
  return at
}

function writeAscii(text: string, view: DataView, at: number): number {
  for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i))
  return at + text.length
}
