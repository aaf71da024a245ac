/** The oldest rows of a table whose keys hold a time (time-keys.ts): for answers in time order. */
import type { PackedRow } from '../../rows/packed-row.js'
import { type ColumnMatch, readRows, type Store } from '../../store/store.js'
import { cutRows, type LimitedRows } from './limited-rows.js'
import { isInSpan, parseTimeKey, shorterTimes, type TimeSpan, timeRanges } from './time-keys.js'

/** What to read. */
export interface OldestRequest {
  readonly table: string
  /** What the keys begin with, before the time. */
  readonly prefix: string
  readonly span: TimeSpan
  readonly where?: ColumnMatch | undefined
  /** Most rows of the answer. */
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

/** Reads the oldest rows of the span, oldest first; ties come in the order of their keys. */
export async function readOldest(store: Store, request: OldestRequest): Promise<LimitedRows> {
  const { table, prefix, span, where, limit, signal } = request
  const ranges = timeRanges(prefix, span).reverse()
  const found = new Map<string, PackedRow>()
  const add = (row: PackedRow): void => {
    if (isInSpan(parseTimeKey(row.key, prefix).time, span)) found.set(row.key, row)
  }
  let isAll = true
  for await (const batch of store.scan({ table, ranges, where, signal })) {
    batch.forEach(add)
    if (found.size <= limit) continue
    // What was not read is newer than the last row, but for times that its own begins with.
    const { text } = parseTimeKey(batch[batch.length - 1]!.key, prefix)
    const older = { table, ranges: shorterTimes(prefix, text), where, signal }
    for (const row of await readRows(store, { ...older, limitPerRange: limit + 1 })) add(row)
    isAll = false
    break
  }
  const timed = [...found.values()].map(row => ({ row, ...parseTimeKey(row.key, prefix) }))
  timed.sort((a, b) => a.time - b.time || (a.row.key < b.row.key ? -1 : 1))
  return cutRows(
    timed.map(({ row }) => row),
    limit,
    { isAll },
  )
}
