/** Literals of packed rows written straight into bytes; the texts are those of `toLiteral`. */
import type { CellType } from './layout.js'
import { writeDouble, writeFloat, writeInteger } from './number-bytes.js'
import { type CellValue, toLiteral } from './packed-row.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const FIRST_PRINTABLE = 0x20
const LAST_PRINTABLE = 0x7e
/** Bytes of a UTF-16 code unit in JSON at most: six, as in `\u0000`. */
const UNIT_BYTES = 6
/** More than any number or truth value has: the greatest double as an integer has 309 digits. */
const OTHER_BYTES = 320

/** A number of bytes that the literal of a value fits into. */
export function maxLiteralBytes(value: CellValue): number {
  return typeof value === 'string' ? value.length * UNIT_BYTES + OTHER_BYTES : OTHER_BYTES
}

/**
 * Writes the literal of a value; returns the offset behind it.
 *
 * @param target has room for `maxLiteralBytes`
 * @throws RangeError when an integer column is given a fraction
 */
export function writeLiteral(target: Buffer, at: number, value: CellValue, type: CellType): number {
  if (typeof value === 'number') {
    if (type === 'float') return writeFloat(target, at, value)
    if (type === 'double') return writeDouble(target, at, value)
    const isWhole = type === 'integer' || type === 'long'
    if (isWhole && Number.isSafeInteger(value)) return writeInteger(target, at, value)
  } else if (typeof value === 'string' && (type === 'string' || type === 'timestamp')) {
    return writeText(target, at, value)
  }
  return at + target.write(toLiteral(value, type), at)
}

function writeText(target: Buffer, start: number, text: string): number {
  let at = start
  target[at++] = QUOTE
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const isPlain =
      code >= FIRST_PRINTABLE && code <= LAST_PRINTABLE && code !== QUOTE && code !== BACKSLASH
    if (!isPlain) return start + target.write(JSON.stringify(text), start)
    target[at++] = code
  }
  target[at++] = QUOTE
  return at
}
