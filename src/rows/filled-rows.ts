/**
 * Filled rows: rows of one group (the points of a light curve) in the form in which they are asked
 * for together. Cells that a row lacks and another row of the group has are members too, as null,
 * and the texts of neighbouring rows follow each other as the objects of a JSON array, so that many
 * whole rows are one copy:
 *
 *     {"a":1,"b":null},{"a":2,"b":3},
 *
 * The last member of a text ends with the brace in place of its comma. Offsets and missing columns
 * are those of any packed row.
 */
import type { Layout } from './layout.js'
import { packPlain } from './members.js'
import {
  headLength,
  memberEnd,
  missingColumn,
  missingCount,
  type PackedRow,
  packedLength,
  textLength,
  textStart,
} from './packed-row.js'

/** Which cells stand in the texts of the rows of a group. The same cells are the same object. */
export interface FilledCells {
  readonly layout: Layout
  /** Columns that no row of the group has a cell in, ascending. */
  readonly missing: readonly number[]
  /** Those of them that have no members; the others are null in all rows. */
  readonly absent: readonly number[]
}

/** Lengths in bytes of a row that is stored with its text apart, braces not counted. */
export interface RowLengths {
  readonly head: number
  readonly text: number
}

/** Bytes around each text: a brace, and the comma to the next object. */
export const AROUND_TEXT_BYTES = 2

/** Sets of cells that are remembered for each layout; groups with others are read more slowly. */
const MAX_SETS = 1000

/** Greater than any column. */
const SEPARATOR = 0xffff
const FLAG_WIDE = 1
const MAX_NARROW = 0xffff
const FLAGS_AND_COUNT = 3
const COMMA = 0x2c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const NULL_MEMBER_END = Buffer.from('null,')

const setsByLayout = new WeakMap<Layout, Map<string, FilledCells>>()

/**
 * The cells of groups of that layout in which `missing`, ascending, are in no row.
 *
 * @param absent those that have no members, all of them when not given
 */
export function filledCells(
  layout: Layout,
  missing: readonly number[],
  absent: readonly number[] = missing,
): FilledCells {
  let sets = setsByLayout.get(layout)
  if (sets === undefined) {
    sets = new Map()
    setsByLayout.set(layout, sets)
  }
  const name = String.fromCharCode(...missing, SEPARATOR, ...absent)
  let cells = sets.get(name)
  if (cells === undefined) {
    cells = { layout, missing, absent }
    if (sets.size < MAX_SETS) sets.set(name, cells)
  }
  return cells
}

/**
 * True when the row can be written with the cells as it is: it has no member that they have not.
 * Others must be made plain first.
 */
export function canFill({ filled }: PackedRow, cells: FilledCells | undefined): boolean {
  if (filled === undefined || filled === cells) return true
  return cells?.absent.every(column => filled.absent.includes(column)) === true
}

/** Lengths of the row when it is written by `writeFilled` with the same cells. */
export function filledLengths(row: PackedRow, cells: FilledCells | undefined): RowLengths {
  if (cells === undefined || row.filled === cells) {
    return { head: headLength(row), text: textLength(row) }
  }
  let text = textLength(row)
  for (const column of columnsToFill(row, cells)) {
    text += row.layout.labels[column]!.length + NULL_MEMBER_END.length
  }
  return { head: headSize(row, text), text }
}

/**
 * Writes offsets and the rest of the head at `headAt` and, from `textAt` on, brace, text, brace and
 * comma.
 *
 * @param row see `canFill`
 * @param cells undefined: the text stays as it is
 */
export function writeFilled(
  row: PackedRow,
  cells: FilledCells | undefined,
  { target, headAt, textAt }: { target: Buffer; headAt: number; textAt: number },
): void {
  const isReady = cells === undefined || row.filled === cells
  if (isReady) row.bytes.copy(target, headAt, row.start, row.start + headLength(row))
  else writeHead(row, cells, target, headAt)
  target[textAt] = OPEN_OBJECT
  const end = isReady ? copyText(row, target, textAt + 1) : fillText(row, cells, target, textAt + 1)
  target[end - 1] = CLOSE_OBJECT
  target[end] = COMMA
}

/** The row as any packed row, without members of missing cells. */
export function plainRow(row: PackedRow): PackedRow {
  return row.filled === undefined && row.text === undefined
    ? row
    : { key: row.key, layout: row.layout, bytes: plainBytes(row), start: 0 }
}

/** The bytes of the plain row: two rows with the same layout and cells have the same. */
export function plainBytes(row: PackedRow): Buffer {
  if (row.filled === undefined && row.text === undefined) {
    return row.bytes.subarray(row.start, row.start + packedLength(row))
  }
  return packPlain(row)
}

/** Missing cells that are to have members and have none. */
function columnsToFill(row: PackedRow, { absent }: FilledCells): number[] {
  const columns: number[] = []
  const count = missingCount(row)
  let next = 0
  for (let i = 0; i < count; i++) {
    const column = missingColumn(row, i)
    while (next < absent.length && absent[next]! < column) next++
    const isThere = memberEnd(row, column) !== memberEnd(row, column - 1)
    if (absent[next] !== column && !isThere) columns.push(column)
  }
  return columns
}

function headSize(row: PackedRow, text: number): number {
  const width = text > MAX_NARROW ? 4 : 2
  return FLAGS_AND_COUNT + missingCount(row) * 2 + row.layout.columns.length * width
}

function writeHead(row: PackedRow, cells: FilledCells, target: Buffer, headAt: number): void {
  const { labels } = row.layout
  const filled = columnsToFill(row, cells)
  const isWide = filledLengths(row, cells).text > MAX_NARROW
  const flags = row.bytes[row.start]! & ~FLAG_WIDE
  target[headAt] = isWide ? flags | FLAG_WIDE : flags
  const lists = FLAGS_AND_COUNT + missingCount(row) * 2
  row.bytes.copy(target, headAt + 1, row.start + 1, row.start + lists)
  let at = headAt + lists
  let added = 0
  let next = 0
  for (let column = 0; column < labels.length; column++) {
    if (filled[next] === column) {
      added += labels[column]!.length + NULL_MEMBER_END.length
      next++
    }
    const end = memberEnd(row, column) + added
    at = isWide ? target.writeUInt32LE(end, at) : target.writeUInt16LE(end, at)
  }
}

function copyText(row: PackedRow, target: Buffer, at: number): number {
  const from = textStart(row)
  return at + row.bytes.copy(target, at, from, from + textLength(row))
}

function fillText(row: PackedRow, cells: FilledCells, target: Buffer, textAt: number): number {
  const text = textStart(row)
  let at = textAt
  let copied = 0
  for (const column of columnsToFill(row, cells)) {
    const end = memberEnd(row, column)
    at += row.bytes.copy(target, at, text + copied, text + end)
    // Where the row ended, there may be a brace.
    if (end > copied) target[at - 1] = COMMA
    at += row.layout.labels[column]!.copy(target, at)
    at += NULL_MEMBER_END.copy(target, at)
    copied = end
  }
  return at + row.bytes.copy(target, at, text + copied, text + textLength(row))
}
