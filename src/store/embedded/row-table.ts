/**
 * The rows of one table in LMDB. A table without groups has an entry per row (layout number, then
 * the packed row); a table with groups has chunks (chunk.ts), keyed by the beginning of the range
 * of keys each may hold: the first chunk of a group by the group prefix itself.
 */
import type { RowMemory } from '../../rows/byte-pool.js'
import { type FilledCells, plainBytes } from '../../rows/filled-rows.js'
import type { PackedRow } from '../../rows/packed-row.js'
import type { RowTest } from '../match.js'
import { type KeyRange, prefixEnd } from '../store.js'
import {
  cutChunks,
  decodeChunk,
  encodeChunk,
  groupCells,
  type LayoutLookup,
  type LayoutNumber,
  nextChunkKey,
} from './chunk.js'
import type { LmdbTable, ValueMemory } from './environment.js'

const LAYOUT_BYTES = 2

/** Most entries one look at the table passes over, so that selective scans stay cancellable. */
const MAX_SEEN_ENTRIES = 4096

/** Chunks of a group that are read one by one, without a cursor: most light curves. */
const MAX_SMALL_CHUNKS = 8

/** What to collect: at most `room` rows that pass the test. */
export interface Collecting {
  readonly isReversed: boolean
  readonly test: RowTest | undefined
  readonly room: number
  readonly memory: RowMemory | undefined
}

/** The rows of a table. */
export interface RowTable {
  /** Adds rows of the range to `into`; gives what is left of the range, if anything. */
  collect(range: KeyRange, how: Collecting, into: PackedRow[]): KeyRange | undefined
  /** Rows of a group in key order. Inside a write transaction. */
  readGroup(prefix: string): readonly PackedRow[]
  /** Stores a group whose rows were `before`. Inside a write transaction. */
  writeGroup(prefix: string, before: readonly PackedRow[], rows: readonly PackedRow[]): void
}

/** How rows name their layouts, and where they are read into. */
export interface RowTableParts {
  readonly layoutOf: LayoutLookup
  readonly numberOf: LayoutNumber
  readonly values: ValueMemory
}

/** Reads into the memory of the request while it collects. */
function withMemory(values: ValueMemory, collect: RowTable['collect']): RowTable['collect'] {
  return (range, how, into) => {
    values.rows = how.memory
    try {
      return collect(range, how, into)
    } finally {
      values.rows = undefined
    }
  }
}

/** Rows one by one; the group of a row is its whole key. */
export function singleRows(
  table: LmdbTable,
  { layoutOf, numberOf, values }: RowTableParts,
): RowTable {
  const toRow = (key: string, bytes: Buffer): PackedRow => ({
    key,
    layout: layoutOf(bytes.readUInt16LE(0)),
    bytes,
    start: LAYOUT_BYTES,
  })
  return {
    collect: withMemory(values, (range, { isReversed, test, room }, into) => {
      const full = into.length + room
      let seen = 0
      for (const { key, value } of table.getRange(cursorBounds(range, isReversed))) {
        const row = toRow(String(key), value)
        if (test === undefined || test(row)) into.push(row)
        if (into.length < full && ++seen < MAX_SEEN_ENTRIES) continue
        return beyondKey(range, row.key, isReversed)
      }
      return undefined
    }),
    readGroup(key) {
      const bytes = table.get(key)
      return bytes === undefined ? [] : [toRow(key, bytes)]
    },
    writeGroup(key, before, [row]) {
      if (row === undefined) table.removeSync(key)
      else if (row !== before[0]) table.putSync(key, singleValue(row, numberOf(row.layout)))
    },
  }
}

function singleValue(row: PackedRow, layoutNumber: number): Buffer {
  const packed = plainBytes(row)
  const value = Buffer.allocUnsafe(LAYOUT_BYTES + packed.length)
  value.writeUInt16LE(layoutNumber, 0)
  packed.copy(value, LAYOUT_BYTES)
  return value
}

/** What makes rows a group. */
export interface Grouping {
  readonly prefixOf: (key: string) => string
  /** Names of the columns that are derived. */
  readonly derived: ReadonlySet<string>
}

/** Rows in chunks by group. */
export function groupedRows(
  table: LmdbTable,
  { layoutOf, numberOf, values }: RowTableParts,
  { prefixOf, derived }: Grouping,
): RowTable {
  const chunkRows = (key: string, value: Buffer): PackedRow[] =>
    decodeChunk(value, prefixOf(key), layoutOf)
  const readChunks = (prefix: string): { key: string; rows: PackedRow[] }[] => {
    const chunks: { key: string; rows: PackedRow[] }[] = []
    for (const { key, value } of table.getRange({ start: prefix })) {
      if (prefixOf(String(key)) !== prefix) break
      chunks.push({ key: String(key), rows: chunkRows(String(key), value) })
    }
    return chunks
  }
  /** The rows of a range that is one group of few chunks: found without a cursor. */
  const readSmallGroup = ({ start, end }: KeyRange): PackedRow[] | undefined => {
    const prefix = start.toString()
    // A group, and not the beginning of the names of several: more of a key changes nothing.
    const isGroup = prefixOf(`${prefix}x`) === prefix
    if (!isGroup || !prefixEnd(start).equals(end)) return undefined
    const rows: PackedRow[] = []
    let key: string | undefined = prefix
    for (let chunks = 0; key !== undefined; chunks++) {
      const value: Buffer | undefined = chunks < MAX_SMALL_CHUNKS ? table.get(key) : undefined
      // No first chunk: there is no such group.
      if (value === undefined) return chunks === 0 ? [] : undefined
      for (const row of decodeChunk(value, prefix, layoutOf)) rows.push(row)
      key = nextChunkKey(value, prefix)
    }
    return rows
  }
  return {
    collect: withMemory(values, (range, { isReversed, test, room }, into) => {
      const full = into.length + room
      const group = readSmallGroup(range)
      if (group !== undefined && group.length <= room) {
        for (const row of isReversed ? group.reverse() : group) {
          if (test === undefined || test(row)) into.push(row)
        }
        return undefined
      }
      const from = chunkStart(table, range, prefixOf)
      const within = rangeFilter(range)
      let seen = 0
      for (const { key, value } of table.getRange(
        cursorBounds({ ...range, start: from }, isReversed),
      )) {
        const prefix = prefixOf(String(key))
        const rows = within(decodeChunk(value, prefix, layoutOf), prefix)
        seen += rows.length
        for (const row of isReversed ? rows.reverse() : rows) {
          if (test !== undefined && !test(row)) continue
          into.push(row)
          if (into.length >= full) return beyondKey(range, row.key, isReversed)
        }
        const last = rows[rows.length - 1]
        if (seen >= MAX_SEEN_ENTRIES && last !== undefined) {
          return beyondKey(range, last.key, isReversed)
        }
      }
      return undefined
    }),
    readGroup: prefix => readChunks(prefix).flatMap(({ rows }) => rows),
    writeGroup(prefix, _before, rows) {
      const stored = readChunks(prefix)
      const cells = groupCells(rows, derived)
      const wanted = new Map<string, Buffer>()
      const runs = alignRuns(stored, rows, cells)
      runs.forEach((run, i) => {
        const next = runs[i + 1]?.[0]?.key
        const key = i === 0 ? prefix : run[0]!.key
        wanted.set(key, encodeChunk(run, { prefix, cells, numberOf, next }))
      })
      for (const { key } of stored) if (!wanted.has(key)) table.removeSync(key)
      for (const [key, chunk] of wanted) {
        if (table.get(key)?.equals(chunk) !== true) table.putSync(key, chunk)
      }
    },
  }
}

/** Runs of the rows along the present chunks, cut further where one has grown too large. */
function alignRuns(
  stored: readonly { readonly key: string; readonly rows: readonly PackedRow[] }[],
  rows: readonly PackedRow[],
  cells: FilledCells | undefined,
): PackedRow[][] {
  const runs: PackedRow[][] = [[]]
  const position = new Map(stored.slice(1).map(({ rows: [first] }) => [first?.key, true]))
  for (const row of rows) {
    if (position.has(row.key)) runs.push([])
    runs[runs.length - 1]!.push(row)
  }
  return runs.filter(run => run.length > 0).flatMap(run => cutChunks(run, cells))
}

/** Where the chunk begins that may hold the first key of the range. */
function chunkStart(
  table: LmdbTable,
  { start }: KeyRange,
  prefixOf: (key: string) => string,
): Buffer {
  const text = start.toString()
  // A range that begins with a whole group, or between groups, begins with a chunk.
  if (prefixOf(text) === text || !text.startsWith(prefixOf(text))) return start
  const [chunk] = table.getKeys({ start, reverse: true, limit: 1 })
  return chunk === undefined ? start : Buffer.from(String(chunk))
}

/** Picks the rows of a chunk that are in the range: mostly all, as whole groups are read. */
function rangeFilter(range: KeyRange): (rows: PackedRow[], prefix: string) => PackedRow[] {
  const { start, end } = range
  const isInside = (key: Buffer): boolean =>
    Buffer.compare(key, start) >= 0 && (end.length === 0 || Buffer.compare(key, end) < 0)
  const isCovered = (group: Buffer): boolean =>
    Buffer.compare(group, start) >= 0 &&
    (end.length === 0 || Buffer.compare(prefixEnd(group), end) <= 0)
  let known: string | undefined
  let isWhole = false
  return (rows, prefix) => {
    if (prefix !== known) {
      known = prefix
      isWhole = isCovered(Buffer.from(prefix))
    }
    return isWhole ? rows : rows.filter(row => isInside(Buffer.from(row.key)))
  }
}

function cursorBounds({ start, end }: KeyRange, isReversed: boolean) {
  if (!isReversed) return end.length === 0 ? { start } : { start, end }
  // Reversed cursors take their first key from `start`; the bounds of a range are [start, end).
  const last = { end: start, inclusiveEnd: true, reverse: true }
  return end.length === 0 ? last : { ...last, start: end, exclusiveStart: true }
}

/** What is left of the range beyond the key, in the direction of the scan. */
function beyondKey(
  { start, end }: KeyRange,
  key: string,
  isReversed: boolean,
): KeyRange | undefined {
  const bytes = Buffer.from(key)
  if (isReversed) return Buffer.compare(bytes, start) <= 0 ? undefined : { start, end: bytes }
  return { start: Buffer.concat([bytes, Buffer.of(0)]), end }
}
