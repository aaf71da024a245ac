/**
 * The rows of a table with groups in LMDB: chunks (chunk.ts), keyed by the beginning of the range
 * of keys each may hold; the first chunk of a group by the group prefix itself.
 */
import type { FilledCells } from '../../rows/filled-rows.js'
import { findKey } from '../../rows/group-merge.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { type KeyRange, prefixEnd } from '../store.js'
import {
  type ChunkPlace,
  cutChunks,
  decodeChunk,
  encodeChunk,
  groupCells,
  nextChunkKey,
} from './chunk.js'
import type { LmdbTable } from './environment.js'
import {
  beyondKey,
  type Collecting,
  cursorBounds,
  MAX_SEEN_ENTRIES,
  onlyKey,
  type RowTable,
  type RowTableParts,
  readInto,
  type StoredGroup,
} from './row-table.js'

/** Chunks of a group that are read one by one, without a cursor: most light curves. */
const MAX_SMALL_CHUNKS = 8

/** What makes rows a group. */
export interface Grouping {
  readonly prefixOf: (key: string) => string
  /** Names of the columns that are derived. */
  readonly derived: ReadonlySet<string>
}

/** A chunk as it is stored. */
interface StoredChunk {
  readonly key: string
  readonly bytes: Buffer
  readonly rows: readonly PackedRow[]
  /** Key of the next chunk of the group. */
  readonly next: string | undefined
}

interface ChunkedGroup extends StoredGroup {
  readonly chunks: readonly StoredChunk[]
}

/** Rows in chunks by group. */
export function groupedRows(
  table: LmdbTable,
  parts: RowTableParts,
  grouping: Grouping,
): RowTable<ChunkedGroup> {
  const { layoutOf, numberOf, values, allocate } = parts
  const { prefixOf, derived } = grouping
  /** The chunks of a group, which are found without a cursor; undefined when they are too many. */
  const readChunks = (prefix: string, limit: number): StoredChunk[] | undefined => {
    const chunks: StoredChunk[] = []
    let key: string | undefined = prefix
    while (key !== undefined) {
      if (chunks.length === limit) return undefined
      const bytes = table.get(key)
      // No first chunk: there is no such group.
      if (bytes === undefined) break
      const next = nextChunkKey(bytes, prefix)
      chunks.push({ key, bytes, rows: decodeChunk(bytes, prefix, layoutOf), next })
      key = next
    }
    return chunks
  }
  /** The rows of a range that is one group or one key, of few chunks: found without a cursor. */
  const findFew = (range: KeyRange): PackedRow[] | undefined => {
    const only = onlyKey(range)
    const group = only === undefined ? groupOf(range, prefixOf) : prefixOf(only)
    const chunks = group === undefined ? undefined : readChunks(group, MAX_SMALL_CHUNKS)
    const rows = chunks?.flatMap(chunk => chunk.rows)
    return only === undefined ? rows : rows?.filter(({ key }) => key === only)
  }
  const collect: RowTable['collect'] = (range, how, into) => {
    const rows = findFew(range)
    // They are for another batch.
    if (rows !== undefined && rows.length > how.room && into.length > 0) return range
    if (rows === undefined || rows.length > how.room) {
      return collectChunks(table, parts, prefixOf, { range, how, into })
    }
    for (const row of how.isReversed ? rows.reverse() : rows) {
      if (how.test === undefined || how.test(row)) into.push(row)
    }
    return undefined
  }
  return {
    collect: (range, how, into) => readInto(values, how.memory, () => collect(range, how, into)),
    readGroup: (prefix, memory) =>
      readInto(values, memory, () => {
        const chunks = readChunks(prefix, Number.POSITIVE_INFINITY) ?? []
        return { prefix, chunks, rows: chunks.flatMap(({ rows }) => rows) }
      }),
    writeGroup({ prefix, chunks }, rows) {
      const cells = groupCells(rows, derived)
      const before = new Map(chunks.map(chunk => [chunk.key, chunk]))
      const runs = alignRuns(chunks, rows, cells)
      runs.forEach((run, i) => {
        const next = runs[i + 1]?.[0]?.key
        const key = i === 0 ? prefix : run[0]!.key
        const stored = before.get(key)
        before.delete(key)
        if (stored !== undefined && isStored(run, stored, { cells, next })) return
        const chunk = encodeChunk(run, { prefix, cells, numberOf, allocate, next })
        if (stored?.bytes.equals(chunk) !== true) table.putSync(key, chunk)
      })
      for (const key of before.keys()) table.removeSync(key)
    },
  }
}

/** True when the chunk has just these rows in just this form. */
function isStored(
  run: readonly PackedRow[],
  { rows, next }: StoredChunk,
  place: Pick<ChunkPlace, 'cells' | 'next'>,
): boolean {
  return (
    run.length === rows.length &&
    next === place.next &&
    run.every((row, i) => row === rows[i] && row.filled === place.cells)
  )
}

/** The group that a range is, whole and alone. */
function groupOf({ start, end }: KeyRange, prefixOf: Grouping['prefixOf']): string | undefined {
  const prefix = start.toString()
  // A group, and not the beginning of the names of several: more of a key changes nothing.
  const isGroup = prefixOf(`${prefix}x`) === prefix
  return isGroup && prefixEnd(start).equals(end) ? prefix : undefined
}

/** Collects with a cursor. */
function collectChunks(
  table: LmdbTable,
  { layoutOf }: RowTableParts,
  prefixOf: Grouping['prefixOf'],
  { range, how, into }: { range: KeyRange; how: Collecting; into: PackedRow[] },
): KeyRange | undefined {
  const { isReversed, test, room } = how
  const full = into.length + room
  const from = chunkStart(table, range, prefixOf)
  let seen = 0
  let last: PackedRow | undefined
  const rest = (): KeyRange | undefined =>
    last === undefined ? range : beyondKey(range, last.key, isReversed)
  for (const { key, value } of table.getRange(
    cursorBounds({ ...range, start: from }, isReversed),
  )) {
    const rows = within(decodeChunk(value, prefixOf(String(key)), layoutOf), range)
    if (isReversed) rows.reverse()
    const found = test === undefined ? rows : rows.filter(test)
    // A chunk is read as a whole: what is left of the range then begins with another one.
    if (into.length > 0 && into.length + found.length > full) return rest()
    for (const row of found) {
      into.push(row)
      if (into.length >= full) return beyondKey(range, row.key, isReversed)
    }
    seen += rows.length
    last = rows[rows.length - 1] ?? last
    if (seen >= MAX_SEEN_ENTRIES) return rest()
  }
  return undefined
}

/** Runs of the rows along the present chunks, cut further where one has grown too large. */
function alignRuns(
  stored: readonly StoredChunk[],
  rows: readonly PackedRow[],
  cells: FilledCells | undefined,
): PackedRow[][] {
  const runs: PackedRow[][] = []
  let start = 0
  for (const { key } of stored.slice(1)) {
    const at = findKey(rows, key)
    if (rows[at]?.key !== key) continue
    runs.push(rows.slice(start, at))
    start = at
  }
  runs.push(rows.slice(start))
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

/** The rows of a chunk that are in the range: mostly all, as its first and last one tell. */
function within(rows: PackedRow[], { start, end }: KeyRange): PackedRow[] {
  const isInside = (row: PackedRow | undefined): boolean => {
    if (row === undefined) return true
    const key = Buffer.from(row.key)
    return Buffer.compare(key, start) >= 0 && (end.length === 0 || Buffer.compare(key, end) < 0)
  }
  return isInside(rows[0]) && isInside(rows[rows.length - 1]) ? rows : rows.filter(isInside)
}
