/**
 * Limits that an administrator sets for single clients while the service runs, in a table of the
 * store so that every process sees them: what a client may ask in one window, by the name of the
 * client.
 */
import { numberReader, textReader } from '../../rows/cell-reader.js'
import { ALL_KEYS, exactRange, readRows, type Store } from '../../store/store.js'

/** What a client may ask in one window; `Infinity` is no limit, 0 nothing at all. */
export interface ClientLimit {
  readonly requests: number
  readonly rows: number
}

/** A limit as it is kept. */
export interface ClientLimitEntry extends ClientLimit {
  /** An address, `token:<id>`, or the group `anonymous` or `token`. */
  readonly client: string
  /** When it was set, ISO 8601. */
  readonly since: string
}

const TABLE = 'fink.limit'
const REQUESTS = 'l:requests'
const ROWS = 'l:rows'
const SINCE = 'l:since'
const COLUMNS = [
  { name: REQUESTS, type: 'long' as const },
  { name: ROWS, type: 'long' as const },
  { name: SINCE, type: 'string' as const },
]
/** Stands in the table for "no limit". */
const NO_LIMIT = -1
/** Most limits that are read. */
const MAX_ENTRIES = 10_000

/** Sets the limit of a client, in place of the one it had. */
export async function writeClientLimit(store: Store, entry: ClientLimitEntry): Promise<void> {
  const values = [toCell(entry.requests), toCell(entry.rows), entry.since]
  await store.write([{ table: TABLE, columns: COLUMNS, rows: [{ key: entry.client, values }] }])
}

/** Takes the limit of a client away, so that the usual one is in force; false if it had none. */
export async function removeClientLimit(store: Store, client: string): Promise<boolean> {
  const present = await readRows(store, { table: TABLE, ranges: [exactRange(client)], limit: 1 })
  await store.remove(TABLE, [client])
  return present.length > 0
}

/** All limits that are set, in the order of the names. */
export async function readClientLimits(store: Store): Promise<ClientLimitEntry[]> {
  const rows = await readRows(store, { table: TABLE, ranges: [ALL_KEYS], limit: MAX_ENTRIES })
  const requestsOf = numberReader(REQUESTS)
  const rowsOf = numberReader(ROWS)
  const sinceOf = textReader(SINCE)
  return rows.map(row => ({
    client: row.key,
    requests: fromCell(requestsOf(row)),
    rows: fromCell(rowsOf(row)),
    since: sinceOf(row) ?? '',
  }))
}

function toCell(limit: number): bigint {
  return BigInt(limit === Number.POSITIVE_INFINITY ? NO_LIMIT : limit)
}

function fromCell(value: number): number {
  return Number.isNaN(value) || value < 0 ? Number.POSITIVE_INFINITY : value
}
