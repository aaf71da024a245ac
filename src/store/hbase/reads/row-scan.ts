/**
 * Scans of the store on HBase: ranges of keys become scans of regions or, where each is a single
 * key, gets in few calls. Conditions are left to the servers where that saves the network.
 */
import { StoreError } from '../../../errors.js'
import type { PackedRow } from '../../../rows/packed-row.js'
import { type RowTest, rowTest } from '../../match.js'
import { type KeyRange, MAX_BATCH_ROWS, type ScanRequest } from '../../store.js'
import type { ScanOptions } from '../client.js'
import { allOfFilters, columnEqualsFilter } from '../protocol/filters.js'
import type { ReadSelection } from '../protocol/scan-messages.js'
import { groupRanges, inRangeOrder, isGroup, type RangeGroup } from '../regions/range-groups.js'
import { toStoreError } from '../retries/reaction.js'
import { type HBaseTables, isTableMissing } from '../tables/client-tables.js'
import { SCHEMA_END, SCHEMA_START, type StoredSchema } from '../tables/schema-row.js'
import { ENCODING } from '../values/cell-encodings.js'
import { inOrder, type StartRead } from './ordered-reads.js'
import { familyOf, toColumnAddress } from './row-cells.js'
import { CellError, RowPacker } from './row-packing.js'

/** Scans under way at the same time for one request. */
const SCANS_AHEAD = 8
/** Rows that are got in one go. */
const GETS_AT_ONCE = 256
/** Most rows that are held to be put into another order. */
const MAX_HELD_ROWS = 8_192

type Rows = readonly PackedRow[]

/** How the rows of a request are read: what the servers do and what is left to do here. */
interface ScanPlan {
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

/**
 * Rows of a request, in its order and within its limits.
 *
 * @param known the schema of the table, and its families as far as they are asked for
 * @throws StoreError when they cannot be read, or the reason of the signal
 */
export async function* scanRows(
  client: HBaseTables,
  request: ScanRequest,
  known: { readonly schema: StoredSchema; readonly families: ReadonlySet<string> },
): AsyncGenerator<Rows, void, undefined> {
  const plan = planScan(client, request, known)
  let left = request.limit ?? Number.POSITIVE_INFINITY
  if (plan === undefined || plan.rangeLimit <= 0 || left <= 0) return
  const reads = planReads(plan, request.ranges)
  try {
    for await (const rows of inOrder(reads, { ahead: SCANS_AHEAD, signal: request.signal })) {
      yield rows.length > left ? rows.slice(0, left) : rows
      left -= rows.length
      if (left <= 0) return
    }
  } catch (error) {
    request.signal?.throwIfAborted()
    if (isTableMissing(error)) return
    if (!(error instanceof CellError || error instanceof RangeError)) throw error
    throw new StoreError('HBase', `Cannot read the table "${request.table}": ${error.message}`, {
      cause: error,
    })
  }
}

function planScan(
  client: HBaseTables,
  request: ScanRequest,
  { schema, families }: Parameters<typeof scanRows>[2],
): ScanPlan | undefined {
  const { table, columns, where, memory, limit, limitPerRange } = request
  const isThere = (name: string): boolean => familyOf(name) !== '' && families.has(familyOf(name))
  const wanted = columns?.filter(isThere)
  if (wanted?.length === 0 || (where !== undefined && !isThere(where.column))) return undefined
  const isRead = where === undefined || wanted === undefined || wanted.includes(where.column)
  const read = wanted === undefined || isRead ? wanted : [...wanted, where.column]
  const isOnServer = where !== undefined && canServerTest(where.column, schema, { request, read })
  return {
    client,
    table,
    selection: {
      columns: read?.map(toColumnAddress),
      filter: isOnServer
        ? columnEqualsFilter({
            ...toColumnAddress(where.column),
            value: Buffer.from(where.equals),
            dropIfMissing: true,
          })
        : undefined,
    },
    packer: new RowPacker(schema.selection(read), memory),
    test: where === undefined || (isOnServer && isRead) ? undefined : rowTest(request),
    isReversed: request.reversed ?? false,
    isGrouped:
      limitPerRange === undefined &&
      request.reversed !== true &&
      (limit ?? MAX_HELD_ROWS) >= MAX_HELD_ROWS,
    rangeLimit: Math.min(
      limit ?? Number.POSITIVE_INFINITY,
      limitPerRange ?? Number.POSITIVE_INFINITY,
    ),
  }
}

/**
 * True when the region servers can compare a column with a text. They refuse to do so in a reversed
 * scan that also reads other families.
 */
function canServerTest(
  column: string,
  schema: StoredSchema,
  {
    request,
    read,
  }: { readonly request: ScanRequest; readonly read: readonly string[] | undefined },
): boolean {
  const encoding = schema.columns.get(column)?.encoding
  if (encoding !== ENCODING.text && encoding !== ENCODING.boolean) return false
  if (request.reversed !== true) return true
  return read?.every(name => familyOf(name) === familyOf(column)) ?? false
}

/** The reads of a request, in its order; neighbouring single keys are one. */
function planReads(plan: ScanPlan, ranges: readonly KeyRange[]): StartRead<Rows>[] {
  const reads: StartRead<Rows>[] = []
  let keys: Buffer[] = []
  let wider: KeyRange[] = []
  const closeKeys = (): void => {
    const rows = keys
    keys = []
    if (rows.length > 0) reads.push(signal => getRows(plan, rows, signal))
  }
  const closeRanges = (): void => {
    const parts = plan.isGrouped ? groupRanges(wider) : wider
    wider = []
    for (const part of parts) {
      reads.push(signal =>
        isGroup(part) ? scanGroup(plan, part, signal) : scanRange(plan, part, signal),
      )
    }
  }
  for (const range of ranges) {
    if (isSingleKey(range)) {
      closeRanges()
      if (keys.push(range.start) >= GETS_AT_ONCE) closeKeys()
    } else {
      closeKeys()
      wider.push(range)
    }
  }
  closeKeys()
  closeRanges()
  return reads
}

/** True when only one key is in the range. */
function isSingleKey({ start, end }: KeyRange): boolean {
  if (start.length === 0 || end.length !== start.length + 1 || end[start.length] !== 0) return false
  return end.compare(start, 0, start.length, 0, start.length) === 0
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

async function* scanRange(
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
async function* scanGroup(
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

async function* getRows(
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
