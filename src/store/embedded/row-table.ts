/**
 * The rows of one table in LMDB. A table without groups has an entry per row: layout number, then
 * the packed row. A table with groups has chunks (grouped-rows.ts).
 */
import type { RowMemory } from '../../rows/byte-pool.js'
import { plainBytes } from '../../rows/filled-rows.js'
import type { Allocate } from '../../rows/members.js'
import type { PackedRow } from '../../rows/packed-row.js'
import type { RowTest } from '../match.js'
import type { KeyRange } from '../store.js'
import type { LayoutLookup, LayoutNumber } from './chunk.js'
import { type LmdbTable, MAX_KEY_BYTES, type ValueMemory } from './environment.js'

const LAYOUT_BYTES = 2

/** Most entries one look at the table passes over, so that selective scans stay cancellable. */
export const MAX_SEEN_ENTRIES = 4096

/** What to collect: at most `room` rows that pass the test. */
export interface Collecting {
  readonly isReversed: boolean
  readonly test: RowTest | undefined
  readonly room: number
  readonly memory: RowMemory | undefined
}

/** Rows of a group as they are stored. */
export interface StoredGroup {
  readonly prefix: string
  /** In key order. */
  readonly rows: readonly PackedRow[]
}

/** The rows of a table. */
export interface RowTable<G extends StoredGroup = StoredGroup> {
  /** Adds rows of the range to `into`; gives what is left of the range, if anything. */
  collect(range: KeyRange, how: Collecting, into: PackedRow[]): KeyRange | undefined
  /** A group, in the memory given. Inside a write transaction. */
  readGroup(prefix: string, memory: RowMemory): G
  /** Gives a group other rows. Inside the transaction that it was read in. */
  writeGroup(before: G, rows: readonly PackedRow[]): void
}

/** How rows name their layouts, and where they are read into. */
export interface RowTableParts {
  readonly layoutOf: LayoutLookup
  readonly numberOf: LayoutNumber
  readonly values: ValueMemory
  /** Memory for values on their way to LMDB. */
  readonly allocate: Allocate
}

/** Reads into that memory while `read` runs. */
export function readInto<T>(values: ValueMemory, memory: RowMemory | undefined, read: () => T): T {
  values.rows = memory
  try {
    return read()
  } finally {
    values.rows = undefined
  }
}

/** Rows one by one; the group of a row is its whole key. */
export function singleRows(
  table: LmdbTable,
  { layoutOf, numberOf, values, allocate }: RowTableParts,
): RowTable {
  const toRow = (key: string, bytes: Buffer): PackedRow => ({
    key,
    layout: layoutOf(bytes.readUInt16LE(0)),
    bytes,
    start: LAYOUT_BYTES,
  })
  const collect: RowTable['collect'] = (range, { isReversed, test, room }, into) => {
    const only = onlyKey(range)
    if (only !== undefined) {
      const bytes = room > 0 ? table.get(only) : undefined
      const row = bytes && toRow(only, bytes)
      if (row !== undefined && (test === undefined || test(row))) into.push(row)
      return undefined
    }
    const full = into.length + room
    let seen = 0
    for (const { key, value } of table.getRange(cursorBounds(range, isReversed))) {
      const row = toRow(String(key), value)
      if (test === undefined || test(row)) into.push(row)
      if (into.length < full && ++seen < MAX_SEEN_ENTRIES) continue
      return beyondKey(range, row.key, isReversed)
    }
    return undefined
  }
  return {
    collect: (range, how, into) => readInto(values, how.memory, () => collect(range, how, into)),
    readGroup: (prefix, memory) =>
      readInto(values, memory, () => {
        const bytes = table.get(prefix)
        return { prefix, rows: bytes === undefined ? [] : [toRow(prefix, bytes)] }
      }),
    writeGroup({ prefix, rows: [before] }, [row]) {
      if (row === undefined) table.removeSync(prefix)
      else if (row !== before)
        table.putSync(prefix, singleValue(row, numberOf(row.layout), allocate))
    },
  }
}

function singleValue(row: PackedRow, layoutNumber: number, allocate: Allocate): Buffer {
  const packed = plainBytes(row)
  const value = allocate(LAYOUT_BYTES + packed.length)
  value.writeUInt16LE(layoutNumber, 0)
  packed.copy(value, LAYOUT_BYTES)
  return value
}

/** The key of a range that has room for one; it is looked up without a cursor. */
export function onlyKey({ start, end }: KeyRange): string | undefined {
  const isOne =
    end.length === start.length + 1 &&
    end[start.length] === 0 &&
    start.length > 0 &&
    start.length <= MAX_KEY_BYTES &&
    end.subarray(0, start.length).equals(start)
  return isOne ? start.toString() : undefined
}

/** Bounds of a range for a cursor of LMDB. */
export function cursorBounds({ start, end }: KeyRange, isReversed: boolean) {
  if (!isReversed) return end.length === 0 ? { start } : { start, end }
  // Reversed cursors take their first key from `start`; the bounds of a range are [start, end).
  const last = { end: start, inclusiveEnd: true, reverse: true }
  return end.length === 0 ? last : { ...last, start: end, exclusiveStart: true }
}

/** What is left of the range beyond the key, in the direction of the scan. */
export function beyondKey(
  { start, end }: KeyRange,
  key: string,
  isReversed: boolean,
): KeyRange | undefined {
  const bytes = Buffer.from(key)
  if (isReversed) return Buffer.compare(bytes, start) <= 0 ? undefined : { start, end: bytes }
  return { start: Buffer.concat([bytes, Buffer.of(0)]), end }
}
