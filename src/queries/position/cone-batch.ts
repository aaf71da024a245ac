/** Cone searches around many named positions, answered as one table in the order of the names. */
import { LRUCache } from 'lru-cache'
import type { Table, TableColumn } from '../../formats/table.js'
import type { PackedRow } from '../../rows/packed-row.js'
import type { SkyPosition } from '../../science/sky/angle.js'
import { readRows, type Store } from '../../store/store.js'
import type { Survey } from '../../surveys/survey.js'
import { factColumn } from '../alerts/fact-column.js'
import {
  type ConeAnswer,
  type ConeFacts,
  type ConeRequest,
  coneColumns,
  coneFacts,
  takeNearest,
  toTable,
} from './cone.js'
import { type Found, findObjects, type RangeReader } from './cone-objects.js'

/** What to look for around each position. */
export interface ConeBatchRequest extends Omit<ConeRequest, 'centre'> {
  readonly positions: readonly { readonly name: string; readonly position: SkyPosition }[]
}

/** Column that names the position a row was found for. */
const NAME_COLUMN = 'v:position'
/** Rows gathered into one batch of the answer. */
const BATCH_ROWS = 256
/** Rows kept for positions to come, for which the same pixels may have to be read. */
const MAX_KEPT_ROWS = 100_000
/** Ranges that are read for good; circles of more are too large to have much in common. */
const MAX_KEPT_RANGES = 16

/** Starts the searches; they run one after the other as the answer is read. */
export async function searchCones(
  store: Store,
  survey: Survey,
  request: ConeBatchRequest,
): Promise<ConeAnswer> {
  const columns = [
    factColumn(survey, NAME_COLUMN, 'string'),
    ...(await coneColumns(store, survey, request.selection)),
  ]
  const facts = coneFacts(survey)
  const batches = readAll(store, survey, request, { columns, facts })
  return { columns, facts, batches, isLong: false }
}

interface NamedFound extends Found {
  readonly name: string
}

async function* readAll(
  store: Store,
  survey: Survey,
  request: ConeBatchRequest,
  { columns, facts }: { readonly columns: readonly TableColumn[]; readonly facts: ConeFacts },
): AsyncGenerator<Table> {
  const read = keepingReader(store, survey, request.signal)
  let found: NamedFound[] = []
  for (const { name, position: centre } of request.positions) {
    const near = findObjects(read, survey, { ...request, centre })
    for await (const objects of takeNearest(near, request.limit, facts)) {
      for (const object of objects) found.push({ name, ...object })
    }
    if (found.length < BATCH_ROWS) continue
    yield namedTable(columns, found)
    found = []
  }
  if (found.length > 0) yield namedTable(columns, found)
}

/** Reads ranges once where positions lie close together, and keeps what it read last. */
function keepingReader(store: Store, survey: Survey, signal: AbortSignal): RangeReader {
  const { table } = survey.position
  const kept = new LRUCache<string, readonly PackedRow[]>({
    maxSize: MAX_KEPT_ROWS,
    sizeCalculation: rows => rows.length + 1,
  })
  return async function* (ranges, limit) {
    if (ranges.length > MAX_KEPT_RANGES) {
      yield* store.scan({ table, ranges, limit, signal })
      return
    }
    let left = limit
    for (const range of ranges) {
      if (left <= 0) return
      const key = range.start.toString('latin1')
      const known = kept.get(key)
      const rows = known ?? (await readRows(store, { table, ranges: [range], limit: left, signal }))
      // What a limit cut is not all there is.
      if (known === undefined && rows.length < left) kept.set(key, rows)
      left -= rows.length
      yield rows.slice(0, left + rows.length)
    }
  }
}

function namedTable(columns: readonly TableColumn[], found: readonly NamedFound[]): Table {
  const table = toTable(columns, found)
  const names = found.map(({ name }) => name)
  return {
    ...table,
    columns: table.columns.map(column =>
      column.name === NAME_COLUMN
        ? { ...column, values: { kind: 'texts', values: names } }
        : column,
    ),
  }
}
