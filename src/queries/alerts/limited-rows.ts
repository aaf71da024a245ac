/** Rows up to a limit, and whether it left some out. */
import type { Table } from '../../formats/table.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { readRows, type ScanRequest, type Store } from '../../store/store.js'

/** What a limit left out. */
export interface Truncation {
  readonly isTruncated: boolean
  /** How many rows; undefined when they were not all found. */
  readonly truncatedCount?: number | undefined
}

/** Rows, and whether a limit cut them. */
export interface LimitedRows extends Truncation {
  readonly rows: readonly PackedRow[]
}

/** A table, and whether a limit cut it. */
export interface LimitedTable extends Truncation {
  readonly table: Table
}

/** A client that names a number may have this many times the rows of one that names none. */
const MAX_ASKED = 10

/** Rows to give to a client that asks for a number of them; none for a negative one. */
export function grantRows(asked: number, rowLimit: number): number {
  return Math.max(0, Math.min(asked, MAX_ASKED * rowLimit))
}

/** Reads up to `limit` rows of a scan. */
export async function readLimited(
  store: Store,
  request: ScanRequest & { readonly limit: number },
): Promise<LimitedRows> {
  // One row more than the limit tells whether something was left out.
  const rows = await readRows(store, { ...request, limit: request.limit + 1 })
  return cutRows(rows, request.limit)
}

/**
 * The first `limit` rows.
 *
 * @param options.isAll the rows are all that there are, so that those left out are counted
 */
export function cutRows(
  rows: readonly PackedRow[],
  limit: number,
  { isAll = false }: { readonly isAll?: boolean } = {},
): LimitedRows {
  if (rows.length <= limit) return { rows, isTruncated: false }
  const truncatedCount = isAll ? rows.length - limit : undefined
  return { rows: rows.slice(0, limit), isTruncated: true, truncatedCount }
}
