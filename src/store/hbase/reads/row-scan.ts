/**
 * Scans of the store on HBase, planned: ranges of keys become scans of regions or, where each is a
 * single key, gets in few calls. Conditions are left to the servers where that saves the network.
 */
import { StoreError } from '../../../errors.js'
import { rowTest } from '../../match.js'
import type { KeyRange, ScanRequest } from '../../store.js'
import { columnEqualsFilter } from '../protocol/filters.js'
import { groupRanges, isGroup } from '../regions/range-groups.js'
import { type HBaseTables, isTableMissing } from '../tables/client-tables.js'
import type { StoredSchema } from '../tables/schema-row.js'
import { ENCODING } from '../values/cell-encodings.js'
import { inOrder, type StartRead } from './ordered-reads.js'
import {
  getRows,
  MAX_HELD_ROWS,
  type Rows,
  type ScanPlan,
  scanGroup,
  scanRange,
} from './range-reads.js'
import { familyOf, toColumnAddress } from './row-cells.js'
import { CellError, RowPacker } from './row-packing.js'
import type { RowWorkbench } from './row-workbench.js'

/** Scans under way at the same time for one request. */
const SCANS_AHEAD = 8
/** Rows that are got in one go. */
const GETS_AT_ONCE = 256

/** What the store knows about the table of a request. */
export interface Known {
  readonly schema: StoredSchema
  /** Its families, as far as they are asked for. */
  readonly families: ReadonlySet<string>
  /** Where its rows are packed. */
  readonly bench: RowWorkbench
}

/**
 * Rows of a request, in its order and within its limits.
 *
 * @throws StoreError when they cannot be read, or the reason of the signal
 */
export async function* scanRows(
  client: HBaseTables,
  request: ScanRequest,
  known: Known,
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
  { schema, families, bench }: Known,
): ScanPlan | undefined {
  const { table, columns, where, memory, limit, limitPerRange } = request
  const isThere = (name: string): boolean => familyOf(name) !== '' && families.has(familyOf(name))
  const wanted = columns?.filter(isThere)
  if (wanted?.length === 0 || (where !== undefined && !isThere(where.column))) return undefined
  const isRead = where === undefined || wanted === undefined || wanted.includes(where.column)
  const read = wanted === undefined || isRead ? wanted : [...wanted, where.column]
  const isOnServer = where !== undefined && canServerTest(where.column, schema)
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
    packer: new RowPacker(schema.selection(read), bench, memory),
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

/** True when the region servers can compare a column with a text. */
function canServerTest(column: string, schema: StoredSchema): boolean {
  const encoding = schema.columns.get(column)?.encoding
  return encoding === ENCODING.text || encoding === ENCODING.boolean
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
