/**
 * The members of a row as ranges of bytes, in whatever order and wherever they stand: what rows are
 * put together from, and taken apart into. The form of packed rows is told in `packed-row.ts`.
 */
import type { Layout } from './layout.js'
import {
  FLAG_INFINITE,
  FLAG_WIDE,
  HEAD_BYTES,
  hasInfinity,
  MAX_NARROW,
  memberEnd,
  missingColumn,
  missingCount,
  type PackedRow,
  textStart,
} from './packed-row.js'

/** Where the member of each column of a layout begins and ends; a missing cell has an empty one. */
export interface Members {
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** Gives memory of that many bytes, with whatever content. */
export type Allocate = (bytes: number) => Buffer

const COMMA = 0x2c

/** Members of a row without cells. */
export function noMembers({ columns }: Layout): Members {
  return { starts: new Int32Array(columns.length), ends: new Int32Array(columns.length) }
}

/**
 * Where the members of a row are when its text begins at `textAt`. Those that a filled row has for
 * missing cells count as missing.
 */
export function placeMembers(row: PackedRow, textAt: number, { starts, ends }: Members): void {
  let before = textAt
  for (let i = 0; i < starts.length; i++) {
    starts[i] = before
    before = textAt + memberEnd(row, i)
    ends[i] = before
  }
  if (row.filled === undefined) return
  const count = missingCount(row)
  for (let i = 0; i < count; i++) {
    const column = missingColumn(row, i)
    ends[column] = starts[column]!
  }
}

/**
 * A packed row of members that stand in `text`.
 *
 * @param options.isInfinite see `hasInfinity`
 */
export function packMembers(
  text: Buffer,
  { starts, ends }: Members,
  { isInfinite, allocate }: { readonly isInfinite: boolean; readonly allocate: Allocate },
): Buffer {
  const columns = starts.length
  let missing = 0
  let total = 0
  for (let i = 0; i < columns; i++) {
    const length = ends[i]! - starts[i]!
    if (length === 0) missing++
    total += length
  }
  const isWide = total > MAX_NARROW
  const offsets = HEAD_BYTES + missing * 2
  const textAt = offsets + columns * (isWide ? 4 : 2)
  const row = allocate(textAt + total)
  row[0] = (isInfinite ? FLAG_INFINITE : 0) | (isWide ? FLAG_WIDE : 0)
  row[1] = missing
  row[2] = missing >>> 8
  let listAt = HEAD_BYTES
  let end = 0
  for (let i = 0, at = offsets; i < columns; i++) {
    const length = ends[i]! - starts[i]!
    if (length === 0) {
      row[listAt++] = i
      row[listAt++] = i >>> 8
    }
    end += length
    row[at++] = end
    row[at++] = end >>> 8
    if (!isWide) continue
    row[at++] = end >>> 16
    row[at++] = end >>> 24
  }
  copyMembers(text, { starts, ends }, row, textAt)
  // The last member of a filled row ends with a brace.
  if (total > 0) row[textAt + total - 1] = COMMA
  return row
}

/** Copies the members one behind the other; those that stand so already go together. */
function copyMembers(text: Buffer, { starts, ends }: Members, target: Buffer, at: number): void {
  let from = 0
  let to = 0
  for (let i = 0; i < starts.length; i++) {
    if (starts[i] === ends[i]) continue
    if (starts[i] !== to) {
      at += text.copy(target, at, from, to)
      from = starts[i]!
    }
    to = ends[i]!
  }
  text.copy(target, at, from, to)
}

/** The row on its own: packed without members of missing cells, its text behind its offsets. */
export function packPlain(row: PackedRow, allocate: Allocate = Buffer.allocUnsafe): Buffer {
  const members = noMembers(row.layout)
  placeMembers(row, textStart(row), members)
  return packMembers(row.bytes, members, { isInfinite: hasInfinity(row), allocate })
}
