/**
 * The reads that the scans of the store on HBase are made of: a range of keys, many ranges at once,
 * and single keys. Rows of the schema are left out.
 */
import type { PackedRow } from '../../../rows/packed-row.js'
import type { RowTest } from '../../match.js'
import { type KeyRange, MAX_BATCH_ROWS, prefixEnd } from '../../store.js'
import type { ScanOptions } from '../client.js'
import { allOfFilters } from '../protocol/filters.js'
import type { ReadSelection } from '../protocol/scan-messages.js'
import { inRangeOrder, type RangeGroup } from '../regions/range-groups.js'
import { toStoreError } from '../retries/reaction.js'
import type { HBaseTables } from '../tables/client-tables.js'
import { SCHEMA_END, SCHEMA_START } from '../tables/schema-row.js'
import type { RowPacker } from './row-packing.js'

/** Most rows that are held to be put into another order. */
export const MAX_HELD_ROWS = 8_192
/** Most rows of a range that are read forwards to be given backwards. */
const MAX_TURNED_ROWS = 2_048

/** Rows in batches as a store gives them. */
export type Rows = readonly PackedRow[]

/** How the rows of a request are read: what the servers do and what is left to do here. */
export interface ScanPlan {
  readonly client: HBaseTables
  readonly table: string
  readonly selection: ReadSelection
  readonly packer: RowPacker
  /** What the servers could not test. */
  readonly test: RowTest | undefined
  readonly isReversed: boolean
  /** Whether ranges may be read together: not when each has a limit, few rows are wanted or they go backwards. */
  readonly isGrouped: boolean
  /** Most rows of each range. */
  readonly rangeLimit: number
}

/** The range without the keys of schema rows, in the order of reading. */
export function withoutSchemaRows(range: KeyRange, isReversed: boolean): KeyRange[] {
  const { start, end } = range
  const beginsBehind = Buffer.compare(start, SCHEMA_END) >= 0
  const endsBefore = end.length > 0 && Buffer.compare(end, SCHEMA_START) <= 0
  if (beginsBehind || endsBefore) return [range]
  const pieces: KeyRange[] = []
  if (Buffer.compare(start, SCHEMA_START) < 0) pieces.push({ start, end: SCHEMA_START })
  if (end.length === 0 || Buffer.compare(end, SCHEMA_END) > 0) {
    pieces.push({ start: SCHEMA_END, end })
  }
  return isReversed ? pieces.reverse() : pieces
}

/** Rows of a range. */
export async function* scanRange(
  plan: ScanPlan,
  range: KeyRange,
  signal: AbortSignal,
): AsyncGenerator<Rows, void, undefined> {
  const turned = isTurnable(plan, range) ? await readTurned(plan, range, signal) : undefined
  if (turned === undefined) yield* scanInOrder(plan, range, signal)
  else yield* inBatches(turned)
}

/**
 * True for all rows of an object, newest first: they are few as a rule, and servers take half as
 * long again to walk them backwards.
 */
function isTurnable(plan: ScanPlan, { start, end }: KeyRange): boolean {
  const isWhole = plan.isReversed && plan.rangeLimit > MAX_TURNED_ROWS
  const isPlain = plan.test === undefined && plan.selection.filter === undefined
  return isWhole && isPlain && start.length > 0 && prefixEnd(start).equals(end)
}

/** The rows of a range from the last to the first; undefined when they are too many to be held. */
async function readTurned(
  plan: ScanPlan,
  range: KeyRange,
  signal: AbortSignal,
): Promise<Rows | undefined> {
  const rows: PackedRow[] = []
  const forwards = { ...plan, isReversed: false, rangeLimit: MAX_TURNED_ROWS + 1 }
  for await (const some of scanInOrder(forwards, range, signal)) rows.push(...some)
  return rows.length > MAX_TURNED_ROWS ? undefined : rows.reverse()
}

async function* scanInOrder(
  plan: ScanPlan,
  range: KeyRange,
  signal: AbortSignal,
): AsyncGenerator<Rows, void, undefined> {
  let left = plan.rangeLimit
  for (const piece of withoutSchemaRows(range, plan.isReversed)) {
    if (left <= 0) return
    const isCounted = plan.test === undefined && Number.isFinite(left)
    const options: ScanOptions = {
      ...plan.selection,
      ...rowsOf(piece, plan.isReversed),
      ...(isCounted && { limit: left }),
      signal,
    }
    for await (const batch of plan.client.scan(plan.table, options)) {
      const rows = passing(plan, plan.packer.pack(batch)).slice(0, left)
      left -= rows.length
      yield* inBatches(rows)
      if (left <= 0) return
    }
  }
}

/** Rows of many ranges; of one after the other when there are more than may be held. */
export async function* scanGroup(
  plan: ScanPlan,
  { ranges, whole, filter }: RangeGroup,
  signal: AbortSignal,
): AsyncGenerator<Rows, void, undefined> {
  const held: PackedRow[] = []
  const given = plan.selection.filter
  const options: ScanOptions = {
    ...plan.selection,
    ...rowsOf(whole, false),
    filter: given === undefined ? filter : allOfFilters([filter, given]),
    signal,
  }
  for await (const batch of plan.client.scan(plan.table, options)) {
    for (const row of passing(plan, plan.packer.pack(batch))) held.push(row)
    if (held.length > MAX_HELD_ROWS) break
  }
  if (held.length <= MAX_HELD_ROWS) yield* inBatches(inRangeOrder(held, ranges))
  else for (const range of ranges) yield* scanRange(plan, range, signal)
}

/** A range as the two ends of a scan, which goes the other way when reversed. */
function rowsOf({ start, end }: KeyRange, isReversed: boolean): ScanOptions {
  if (!isReversed) return { startRow: start, stopRow: end }
  return {
    startRow: end,
    includeStartRow: false,
    stopRow: start,
    includeStopRow: true,
    isReversed: true,
  }
}

/** Rows of single keys. */
export async function* getRows(
  plan: ScanPlan,
  keys: readonly Buffer[],
  signal: AbortSignal,
): AsyncGenerator<Rows, void, undefined> {
  const data = keys.filter(key => key.compare(SCHEMA_START) < 0 || key.compare(SCHEMA_END) >= 0)
  const actions = data.map(row => ({ kind: 'get' as const, row, ...plan.selection }))
  if (actions.length === 0) return
  const found: PackedRow[] = []
  for (const { row, failure } of await plan.client.multi(plan.table, actions, { signal })) {
    if (row === undefined) throw toStoreError(`read rows of the table "${plan.table}"`, failure)
    if (row.rowCount > 0) found.push(...plan.packer.pack(row))
  }
  yield* inBatches(passing(plan, found))
}

function passing({ test }: ScanPlan, rows: readonly PackedRow[]): Rows {
  return test === undefined ? rows : rows.filter(test)
}

function* inBatches(rows: Rows): Generator<Rows, void, undefined> {
  if (rows.length > 0 && rows.length <= MAX_BATCH_ROWS) yield rows
  else {
    for (let at = 0; at < rows.length; at += MAX_BATCH_ROWS) {
      yield rows.slice(at, at + MAX_BATCH_ROWS)
    }
  }
}
