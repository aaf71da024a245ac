/**
 * Decimal digits of whole numbers as bytes, four at a time out of tables: a pixel has some sixteen
 * digits, and a table takes a few stores for what divisions take one by one. Only numbers up to a
 * known count of digits; signs, points and rounding are those of the caller.
 */

const DIGIT_0 = 0x30
const GROUP = 10_000

/** The texts of 0 to 9999, as little-endian words: with leading zeros, and without. */
const PADDED = new Uint32Array(GROUP)
const PLAIN = new Uint32Array(GROUP)
/** Digits of 0 to 9999. */
const COUNTS = new Uint8Array(GROUP)

for (let group = 0; group < GROUP; group++) {
  const text = String(group)
  PADDED[group] = Buffer.from(text.padStart(4, '0'), 'latin1').readUInt32LE()
  PLAIN[group] = Buffer.from(text.padEnd(4, '0'), 'latin1').readUInt32LE()
  COUNTS[group] = text.length
}

/**
 * Writes a whole number from 0 to 99,999,999 without leading zeros.
 *
 * @param view has room for eight bytes from `at` on; those behind the digits may be changed
 * @returns how many digits it has
 */
export function writeWhole(value: number, view: DataView, at: number): number {
  if (value < GROUP) {
    view.setUint32(at, PLAIN[value]!, true)
    return COUNTS[value]!
  }
  const upper = (value / GROUP) | 0
  const count = COUNTS[upper]!
  view.setUint32(at, PLAIN[upper]!, true)
  view.setUint32(at + count, PADDED[value - upper * GROUP]!, true)
  return count + 4
}

/** Writes eight digits of a whole number from 0 to 99,999,999, with leading zeros. */
export function writeEightDigits(value: number, view: DataView, at: number): void {
  const upper = (value / GROUP) | 0
  view.setUint32(at, PADDED[upper]!, true)
  view.setUint32(at + 4, PADDED[value - upper * GROUP]!, true)
}

/** Writes nine digits of a whole number from 0 to 999,999,999, with leading zeros. */
export function writeNineDigits(value: number, view: DataView, at: number): void {
  const upper = (value / 10) | 0
  writeEightDigits(upper, view, at)
  view.setUint8(at + 8, DIGIT_0 + value - upper * 10)
}
