/** Rows up to a limit, and whether it left some out. */
import type { Table } from '../../formats/table.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { readRows, type ScanRequest, type Store } from '../../store/store.js'

/** Rows, and whether a limit cut them. */
export interface LimitedRows {
  readonly rows: readonly PackedRow[]
  readonly isTruncated: boolean
}

/** A table, and whether a limit cut it. */
export interface LimitedTable {
  readonly table: Table
  readonly isTruncated: boolean
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

/** The first `limit` rows. */
export function cutRows(rows: readonly PackedRow[], limit: number): LimitedRows {
  const isTruncated = rows.length > limit
  return { rows: isTruncated ? rows.slice(0, limit) : rows, isTruncated }
}
