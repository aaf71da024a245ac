/**
 * Chunks: several rows of one group in one value, so that a light curve costs a few look-ups and
 * not one per point.
 *
 *     u16            number of rows
 *     u16            number of columns that no row of the group has a cell in, 0xffff: not filled
 *     u16            length of the key of the next chunk of the group behind the prefix, 0: the last
 *     per row        u16 length of the key behind the group prefix, u16 layout number,
 *                    u32 length of the head (see rows/packed-row.ts), u32 length of the text
 *     the key of the next chunk
 *     the keys; the columns that no row has (u16 each, 0x8000 added when they have null members
 *                    all the same); the heads; all in key order
 *     the texts, last row first: the order in which light curves are asked for (rows/filled-rows.ts)
 */
import { missingColumns } from '../../rows/cell-reader.js'
import {
  AROUND_TEXT_BYTES,
  canFill,
  type FilledCells,
  filledCells,
  filledLengths,
  plainRow,
  writeFilled,
} from '../../rows/filled-rows.js'
import type { Layout } from '../../rows/layout.js'
import type { Allocate } from '../../rows/members.js'
import { type PackedRow, textLength } from '../../rows/packed-row.js'

/** Values below the size of LMDB's read buffer (32 KiB) are read without an allocation of theirs. */
export const MAX_CHUNK_BYTES = 30 * 1024

const HEAD_BYTES = 6
const ENTRY_BYTES = 12
const NOT_FILLED = 0xffff
/** Marks a column that no row has and that has members. */
const HAS_MEMBERS = 0x8000

/** Finds the layout of a number. */
export type LayoutLookup = (number: number) => Layout

/** Finds the number of a layout. */
export type LayoutNumber = (layout: Layout) => number

/** Rows of a chunk, whose keys begin with `prefix`; they share the bytes of the chunk. */
export function decodeChunk(bytes: Buffer, prefix: string, layoutOf: LayoutLookup): PackedRow[] {
  const count = bytes.readUInt16LE(0)
  const missing = bytes.readUInt16LE(2)
  const entriesEnd = HEAD_BYTES + count * ENTRY_BYTES
  let keyEnd = entriesEnd + bytes.readUInt16LE(4)
  let heads = 0
  for (let entry = HEAD_BYTES; entry < entriesEnd; entry += ENTRY_BYTES) {
    keyEnd += bytes.readUInt16LE(entry)
    heads += bytes.readUInt32LE(entry + 4)
  }
  const isFilled = missing !== NOT_FILLED
  const listEnd = keyEnd + (isFilled ? missing * 2 : 0)
  const filled = isFilled ? decodeFilled(bytes, keyEnd, listEnd, layoutOf) : undefined
  const rows: PackedRow[] = new Array(count)
  let headEnd = listEnd + heads
  let textAt = headEnd + 1
  for (let i = count - 1; i >= 0; i--) {
    const entry = HEAD_BYTES + i * ENTRY_BYTES
    const keyAt = keyEnd - bytes.readUInt16LE(entry)
    const start = headEnd - bytes.readUInt32LE(entry + 4)
    const layout = layoutOf(bytes.readUInt16LE(entry + 2))
    rows[i] = new ChunkRow({ layout, bytes, start, text: textAt, filled }, prefix, keyAt, keyEnd)
    keyEnd = keyAt
    headEnd = start
    textAt += bytes.readUInt32LE(entry + 8) + AROUND_TEXT_BYTES
  }
  return rows
}

/** Key of the next chunk of the group; undefined in the last one. */
export function nextChunkKey(bytes: Buffer, prefix: string): string | undefined {
  const length = bytes.readUInt16LE(4)
  const start = HEAD_BYTES + bytes.readUInt16LE(0) * ENTRY_BYTES
  return length === 0 ? undefined : prefix + bytes.toString('utf8', start, start + length)
}

function decodeFilled(
  bytes: Buffer,
  start: number,
  end: number,
  layoutOf: LayoutLookup,
): FilledCells {
  const missing: number[] = []
  const absent: number[] = []
  for (let at = start; at < end; at += 2) {
    const entry = bytes.readUInt16LE(at)
    missing.push(entry & ~HAS_MEMBERS)
    if (entry < HAS_MEMBERS) absent.push(entry)
  }
  return filledCells(layoutOf(bytes.readUInt16LE(HEAD_BYTES + 2)), missing, absent)
}

/** A row whose key is made when it is asked for: most answers need none. */
class ChunkRow implements PackedRow {
  readonly layout: Layout
  readonly bytes: Buffer
  readonly start: number
  readonly text: number
  readonly filled: FilledCells | undefined

  constructor(
    { layout, bytes, start, text, filled }: Required<Omit<PackedRow, 'key'>>,
    private readonly prefix: string,
    private readonly keyStart: number,
    private readonly keyEnd: number,
  ) {
    this.layout = layout
    this.bytes = bytes
    this.start = start
    this.text = text
    this.filled = filled
  }

  get key(): string {
    return this.prefix + this.bytes.toString('utf8', this.keyStart, this.keyEnd)
  }
}

/**
 * Which cells stand in the texts of a group: those that any of its rows has, and derived ones,
 * which answers have in any case. Undefined when the rows cannot be filled.
 */
export function groupCells(
  rows: readonly PackedRow[],
  derived: ReadonlySet<string>,
): FilledCells | undefined {
  const layout = rows[0]?.layout
  const canFill =
    layout !== undefined && rows.every(row => row.layout === layout && textLength(row) > 0)
  if (!canFill) return undefined
  const missing = missingColumns(rows)
  const isAbsent = (column: number): boolean => !derived.has(layout.columns[column]!.name)
  return filledCells(layout, missing, missing.filter(isAbsent))
}

/** What the chunks of a group share, and where the one behind this is. */
export interface ChunkPlace {
  /** What the keys begin with. */
  readonly prefix: string
  readonly cells: FilledCells | undefined
  readonly numberOf: LayoutNumber
  readonly allocate: Allocate
  /** Key of the next chunk of the group. */
  readonly next: string | undefined
}

/** Bytes of a chunk with these rows of a group. */
export function encodeChunk(
  given: readonly PackedRow[],
  { prefix, cells, numberOf, allocate, next }: ChunkPlace,
): Buffer {
  const rows = given.map(row => (canFill(row, cells) ? row : plainRow(row)))
  const keys = rows.map(row => Buffer.from(row.key.slice(prefix.length)))
  const nextKey = Buffer.from(next?.slice(prefix.length) ?? '')
  const lengths = rows.map(row => filledLengths(row, cells))
  const nextAt = HEAD_BYTES + rows.length * ENTRY_BYTES
  const keysAt = nextAt + nextKey.length
  const missingAt = keys.reduce((at, key) => at + key.length, keysAt)
  const headsAt = missingAt + (cells?.missing.length ?? 0) * 2
  const textsAt = lengths.reduce((at, { head }) => at + head, headsAt)
  const end = lengths.reduce((at, { text }) => at + text + AROUND_TEXT_BYTES, textsAt)
  const chunk = allocate(end)
  chunk.writeUInt16LE(rows.length, 0)
  chunk.writeUInt16LE(cells?.missing.length ?? NOT_FILLED, 2)
  chunk.writeUInt16LE(nextKey.length, 4)
  nextKey.copy(chunk, nextAt)
  cells?.missing.forEach((column, i) => {
    const entry = cells.absent.includes(column) ? column : column | HAS_MEMBERS
    chunk.writeUInt16LE(entry, missingAt + i * 2)
  })
  let keyAt = keysAt
  let headAt = headsAt
  let textAt = end
  rows.forEach((row, i) => {
    const { head, text } = lengths[i]!
    textAt -= text + AROUND_TEXT_BYTES
    const entry = HEAD_BYTES + i * ENTRY_BYTES
    chunk.writeUInt16LE(keys[i]!.length, entry)
    chunk.writeUInt16LE(numberOf(row.layout), entry + 2)
    chunk.writeUInt32LE(head, entry + 4)
    chunk.writeUInt32LE(text, entry + 8)
    keyAt += keys[i]!.copy(chunk, keyAt)
    writeFilled(row, cells, { target: chunk, headAt, textAt })
    headAt += head
  })
  return chunk
}

/** Cuts rows into runs that each make a chunk of at most `MAX_CHUNK_BYTES` (or one row). */
export function cutChunks(
  rows: readonly PackedRow[],
  cells: FilledCells | undefined,
): PackedRow[][] {
  const runs: PackedRow[][] = []
  const base = HEAD_BYTES + (cells?.missing.length ?? 0) * 2
  let size = Number.POSITIVE_INFINITY
  for (const row of rows) {
    const length = rowBytes(row, cells) + ENTRY_BYTES + row.key.length * 3
    if (size + length > MAX_CHUNK_BYTES) {
      runs.push([])
      size = base
    }
    runs[runs.length - 1]!.push(row)
    size += length
  }
  return runs
}

function rowBytes(row: PackedRow, cells: FilledCells | undefined): number {
  const { head, text } = filledLengths(canFill(row, cells) ? row : plainRow(row), cells)
  return head + text + AROUND_TEXT_BYTES
}
