/**
 * The table store as the rest of the service sees it: named tables of wide rows in the byte order
 * of their keys. It knows rows and columns, not astronomy. Implementations pass `contract.ts`.
 */

import type { RowMemory } from '../rows/byte-pool.js'
import type { ColumnSpec } from '../rows/layout.js'
import type { CellValue, PackedRow } from '../rows/packed-row.js'

/** Keys from `start` (inclusive) to `end` (exclusive) in byte order; an empty `end` is no bound. */
export interface KeyRange {
  readonly start: Buffer
  readonly end: Buffer
}

/** What to read. Ranges are answered one after the other, in the order given. */
export interface ScanRequest {
  readonly table: string
  readonly ranges: readonly KeyRange[]
  /**
   * Columns the caller will read. Rows with none of them are not returned and do not count for
   * the limits; whether other cells are present in a returned row is up to the store. Absent: all.
   */
  readonly columns?: readonly string[] | undefined
  /** Most rows over all ranges, and most rows of each range. */
  readonly limit?: number | undefined
  readonly limitPerRange?: number | undefined
  /** Each range from its last key to its first. */
  readonly reversed?: boolean | undefined
  /** Only rows whose cell has exactly this text; others do not count for the limits. */
  readonly where?: ColumnMatch | undefined
  /** Where rows may be read into; they are good until it is released. */
  readonly memory?: RowMemory | undefined
  readonly signal?: AbortSignal | undefined
}

/** Condition on one text column. */
export interface ColumnMatch {
  readonly column: string
  readonly equals: string
}

/** Columns of a table and the key under which its schema row is known. */
export interface TableSchema {
  readonly key: string
  /** In name order. */
  readonly columns: readonly ColumnSpec[]
}

/** Rows of one table to write: values stand in the order of `columns`, null is "no cell". */
export interface TablePut {
  readonly table: string
  readonly columns: readonly ColumnSpec[]
  readonly rows: readonly RowPut[]
}

/** A row to write. Cells already stored under the key and not given here stay as they are. */
export interface RowPut {
  readonly key: string
  readonly values: readonly (CellValue | null | undefined)[]
}

/** What a batch of puts did, per table. */
export interface PutCounts {
  /** Rows whose key was not there before. */
  readonly added: number
  /** Rows that were there and have changed. */
  readonly changed: number
}

/** An open store. All methods throw `StoreError` when the store fails. */
export interface Store {
  /** Names of the tables, sorted. */
  tables(): Promise<readonly string[]>
  /** Columns of a table, undefined when there is no such table. */
  schema(table: string): Promise<TableSchema | undefined>
  /**
   * Rows in batches of at most 512, each batch in scan order. Leaving the loop or aborting the
   * signal ends the work. A table that does not exist has no rows.
   */
  scan(request: ScanRequest): AsyncIterable<readonly PackedRow[]>
  /**
   * Writes all rows or none (HBase: per row). New columns are added to the schema of their table.
   * When the promise resolves the rows survive the death of the process.
   *
   * @throws ConflictError when a column is already known with another type
   */
  write(puts: readonly TablePut[]): Promise<ReadonlyMap<string, PutCounts>>
  /** Removes whole rows; keys that are not there are ignored. */
  remove(table: string, keys: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** Most rows of one batch of a scan. */
export const MAX_BATCH_ROWS = 512

/** Smallest byte string greater than every key with the prefix; empty when there is none. */
export function prefixEnd(prefix: Uint8Array): Buffer {
  let length = prefix.length
  while (length > 0 && prefix[length - 1] === 0xff) length--
  const end = Buffer.from(prefix.subarray(0, length))
  if (length > 0) end[length - 1]! += 1
  return end
}

/** All keys that begin with the prefix. */
export function prefixRange(prefix: string): KeyRange {
  const start = Buffer.from(prefix)
  return { start, end: prefixEnd(start) }
}

/** All keys from `from` on up to and including every key that begins with `through`. */
export function keyRange(from: string, through: string): KeyRange {
  return { start: Buffer.from(from), end: prefixEnd(Buffer.from(through)) }
}

/** The one key. */
export function exactRange(key: string): KeyRange {
  const start = Buffer.from(key)
  return { start, end: Buffer.concat([start, Buffer.of(0)]) }
}

/** Every key of a table. */
export const ALL_KEYS: KeyRange = { start: Buffer.alloc(0), end: Buffer.alloc(0) }

/** All rows of a scan, for callers whose request has a limit. */
export async function readRows(store: Store, request: ScanRequest): Promise<PackedRow[]> {
  const rows: PackedRow[] = []
  for await (const batch of store.scan(request)) for (const row of batch) rows.push(row)
  return rows
}
