/**
 * Packed rows: the one form in which a wide row travels from store to answer. The cells stand as
 * ready JSON members in column order, so that a whole row is copied at once and a single cell is
 * found through a table of offsets.
 *
 *     byte 0     flags: 1 = 32-bit offsets, 2 = a float is infinite
 *     u16        number of missing cells, then a u16 for the column of each, ascending
 *     then       one little-endian offset per column of the layout: end of its member in the text,
 *                equal to the one before when the cell is missing
 *     then       the text: `"name":literal,` for each present cell, in layout order
 *
 * Strings are JSON strings (UTF-8, escaped), numbers are canonical texts (number-text.ts), a
 * present NaN is `null`. The text of a filled row stands apart from its offsets: `filled-rows.ts`.
 */
import type { FilledCells } from './filled-rows.js'
import type { CellType, Layout } from './layout.js'
import { formatDouble, formatFloat, readNumberText, toJavaText } from './number-text.js'

/** Value of one cell: 64-bit integers are bigint or safe numbers, floats are numbers. */
export type CellValue = string | number | bigint | boolean

/** A row of a table: its key and its cells in packed form. */
export interface PackedRow {
  readonly key: string
  readonly layout: Layout
  /** Holds the packed row from `start` on; may be shared with other rows. Never modified. */
  readonly bytes: Buffer
  readonly start: number
  /** Where the text begins in `bytes`; absent when it follows the offsets. */
  readonly text?: number
  /** Set for a filled row: members of missing cells stand in its text, as null. */
  readonly filled?: FilledCells | undefined
}

/** Flags of a packed row. */
export const FLAG_WIDE = 1
export const FLAG_INFINITE = 2
/** Longest text whose offsets have 16 bits. */
export const MAX_NARROW = 0xffff
/** Flags and the number of missing cells. */
export const HEAD_BYTES = 3
const LOWER_N = 0x6e

/** Literal of a value as it stands in the text of a packed row. */
export function toLiteral(value: CellValue, type: CellType): string {
  switch (type) {
    case 'float':
      return formatFloat(Number(value))
    case 'double':
      return formatDouble(Number(value))
    case 'integer':
    case 'long':
      return integerLiteral(value)
    case 'boolean':
      return String(value) === 'true' ? 'true' : 'false'
    default:
      return JSON.stringify(String(value))
  }
}

function integerLiteral(value: CellValue): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return BigInt(value).toString()
  const number = Number(value)
  if (!Number.isInteger(number)) {
    throw new RangeError(`Cannot store "${value}" in an integer column`)
  }
  return BigInt(number).toString()
}

/**
 * Packs literals (see `toLiteral`) in layout order; undefined is a missing cell.
 *
 * @throws RangeError when the row is longer than 2 GiB
 */
export function encodeLiterals(layout: Layout, literals: readonly (string | undefined)[]): Buffer {
  const count = layout.columns.length
  const lengths = new Uint32Array(count)
  let text = ''
  let flags = 0
  for (let i = 0; i < count; i++) {
    const literal = literals[i]
    if (literal !== undefined) {
      if (layout.isFloat[i] === 1 && literal.endsWith('1e999')) flags |= FLAG_INFINITE
      text += `${layout.labelTexts[i]}${literal},`
    }
    lengths[i] = text.length
  }
  // Offsets count bytes: a text with anything but ASCII is measured again, cell by cell.
  const isAscii = Buffer.byteLength(text) === text.length
  if (!isAscii) return encodeBytes(layout, literals, lengths, flags)
  return writeRow(lengths, text.length, flags, (row, at) => row.write(text, at, 'latin1'))
}

function encodeBytes(
  layout: Layout,
  literals: readonly (string | undefined)[],
  lengths: Uint32Array,
  flags: number,
): Buffer {
  const members: Buffer[] = []
  let total = 0
  for (let i = 0; i < lengths.length; i++) {
    const literal = literals[i]
    if (literal !== undefined) {
      const member = Buffer.from(`${layout.labelTexts[i]}${literal},`)
      members.push(member)
      total += member.length
    }
    lengths[i] = total
  }
  return writeRow(lengths, total, flags, (row, at) => {
    for (const member of members) at += member.copy(row, at)
  })
}

function writeRow(
  lengths: Uint32Array,
  total: number,
  flags: number,
  writeText: (target: Buffer, at: number) => void,
): Buffer {
  const missing = missingAmong(lengths)
  const isWide = total > MAX_NARROW
  const offsets = HEAD_BYTES + missing.length * 2
  const text = offsets + lengths.length * (isWide ? 4 : 2)
  const row = Buffer.allocUnsafe(text + total)
  row[0] = flags | (isWide ? FLAG_WIDE : 0)
  row.writeUInt16LE(missing.length, 1)
  missing.forEach((column, i) => {
    row.writeUInt16LE(column, HEAD_BYTES + i * 2)
  })
  for (let i = 0, at = offsets; i < lengths.length; i++) {
    const length = lengths[i]!
    row[at++] = length
    row[at++] = length >>> 8
    if (!isWide) continue
    row[at++] = length >>> 16
    row[at++] = length >>> 24
  }
  writeText(row, text)
  return row
}

function missingAmong(lengths: Uint32Array): number[] {
  const missing: number[] = []
  for (let i = 0; i < lengths.length; i++) {
    if (lengths[i] === (i === 0 ? 0 : lengths[i - 1])) missing.push(i)
  }
  return missing
}

/** Packs values given in layout order; null and undefined are missing cells. */
export function encodeRow(
  layout: Layout,
  values: readonly (CellValue | null | undefined)[],
): Buffer {
  const literals = layout.columns.map((column, i) => {
    const value = values[i]
    return value === null || value === undefined ? undefined : toLiteral(value, column.type)
  })
  return encodeLiterals(layout, literals)
}

/** True when a float of the row is infinite, so that its text must not be copied into JSON whole. */
export function hasInfinity(row: PackedRow): boolean {
  return (row.bytes[row.start]! & FLAG_INFINITE) !== 0
}

/** Number of columns of the layout that the row has no cell in. */
export function missingCount({ bytes, start }: PackedRow): number {
  return bytes[start + 1]! | (bytes[start + 2]! << 8)
}

/** Column of missing cell number `i`, ascending. */
export function missingColumn({ bytes, start }: PackedRow, i: number): number {
  const at = start + HEAD_BYTES + i * 2
  return bytes[at]! | (bytes[at + 1]! << 8)
}

/** Position in `row.bytes` where the text of the row begins. */
export function textStart(row: PackedRow): number {
  return row.text ?? row.start + headLength(row)
}

/** Length in bytes of flags, missing columns and offsets. */
export function headLength(row: PackedRow): number {
  const width = (row.bytes[row.start]! & FLAG_WIDE) !== 0 ? 4 : 2
  return HEAD_BYTES + missingCount(row) * 2 + row.layout.columns.length * width
}

/** Length in bytes of the text. */
export function textLength(row: PackedRow): number {
  return memberEnd(row, row.layout.columns.length - 1)
}

/**
 * Offset in the text of the end of member `column`, counted from `textStart(row)`; column -1
 * gives 0. There is no member when the offset equals that of the column before.
 */
export function memberEnd(row: PackedRow, column: number): number {
  if (column < 0) return 0
  const { bytes, start } = row
  const offsets = start + HEAD_BYTES + (bytes[start + 1]! | (bytes[start + 2]! << 8)) * 2
  if ((bytes[start]! & FLAG_WIDE) === 0) {
    const at = offsets + column * 2
    return bytes[at]! | (bytes[at + 1]! << 8)
  }
  return bytes.readUInt32LE(offsets + column * 4)
}

/** True when the row has a cell in that column of its layout. */
export function hasCell(row: PackedRow, column: number): boolean {
  return literalStart(row, column) >= 0
}

/**
 * True for the member of a missing cell, which a filled row has.
 *
 * @param literalAt where its literal begins in `row.bytes`
 */
export function isFiller(row: PackedRow, column: number, literalAt: number): boolean {
  if (row.filled === undefined || row.bytes[literalAt] !== LOWER_N) return false
  const count = missingCount(row)
  for (let i = 0; i < count; i++) {
    const missing = missingColumn(row, i)
    if (missing >= column) return missing === column
  }
  return false
}

/** Length in bytes of the packed row, offsets included. */
export function packedLength(row: PackedRow): number {
  return headLength(row) + textLength(row)
}

/** Start of the literal of a cell in `row.bytes`, or -1 when the cell is missing. */
export function literalStart(row: PackedRow, column: number): number {
  if (column < 0) return -1
  const before = memberEnd(row, column - 1)
  if (memberEnd(row, column) === before) return -1
  const start = textStart(row) + before + row.layout.labels[column]!.length
  return isFiller(row, column, start) ? -1 : start
}

/** End (exclusive) of the literal of a present cell in `row.bytes`. */
export function literalEnd(row: PackedRow, column: number): number {
  return textStart(row) + memberEnd(row, column) - 1
}

/** Literal of a cell as text, or undefined when the cell is missing. */
export function readLiteral(row: PackedRow, column: number): string | undefined {
  const start = column < 0 ? -1 : literalStart(row, column)
  return start < 0 ? undefined : row.bytes.toString('utf8', start, literalEnd(row, column))
}

/** Number in a numeric cell, NaN when the cell is missing; integers beyond 2^53 are rounded. */
export function readNumber(row: PackedRow, column: number): number {
  const start = column < 0 ? -1 : literalStart(row, column)
  return start < 0 ? Number.NaN : readNumberText(row.bytes, start, literalEnd(row, column))
}

/**
 * Cell as the plain text the old gateway showed (Java notation for floats), or undefined when the
 * cell is missing.
 */
export function readText(row: PackedRow, column: number): string | undefined {
  const literal = readLiteral(row, column)
  if (literal === undefined) return undefined
  const { type } = row.layout.columns[column]!
  if (type === 'float' || type === 'double') return toJavaText(literal)
  if (literal.charCodeAt(0) !== 0x22) return literal
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1)
}

/** Position of a named column in the layout of the row, -1 when the layout lacks it. */
export function columnOf(row: PackedRow, name: string): number {
  return row.layout.index.get(name) ?? -1
}
