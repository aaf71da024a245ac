/** Cone searches around many named positions, answered as one table in the order of the names. */
import type { Table, TableColumn } from '../../formats/table.js'
import type { SkyPosition } from '../../science/sky/angle.js'
import type { Store } from '../../store/store.js'
import type { Survey } from '../../surveys/survey.js'
import { factColumn } from '../alerts/fact-column.js'
import { type ConeAnswer, type ConeRequest, coneColumns, findObjects, toTable } from './cone.js'

/** What to look for around each position. */
export interface ConeBatchRequest extends Omit<ConeRequest, 'centre'> {
  readonly positions: readonly { readonly name: string; readonly position: SkyPosition }[]
}

/** Column that names the position a row was found for. */
const NAME_COLUMN = 'v:position'
/** Rows gathered into one batch of the answer. */
const BATCH_ROWS = 256

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
  const facts = { isTruncated: false, timeSystem: survey.timeSystem }
  return { columns, facts, batches: readAll(store, survey, request, { columns, facts }) }
}

async function* readAll(
  store: Store,
  survey: Survey,
  request: ConeBatchRequest,
  { columns, facts }: { columns: readonly TableColumn[]; facts: { isTruncated: boolean } },
): AsyncGenerator<Table> {
  let found: { name: string; object: Parameters<typeof toTable>[1][number] }[] = []
  for (const { name, position: centre } of request.positions) {
    let left = request.limit
    for await (const objects of findObjects(store, survey, { ...request, centre }, facts)) {
      if (objects.length > left) facts.isTruncated = true
      for (const object of objects.slice(0, left)) found.push({ name, object })
      left -= Math.min(left, objects.length)
      if (left === 0) break
    }
    if (found.length < BATCH_ROWS) continue
    yield namedTable(columns, found)
    found = []
  }
  if (found.length > 0) yield namedTable(columns, found)
}

function namedTable(
  columns: readonly TableColumn[],
  found: readonly {
    readonly name: string
    readonly object: Parameters<typeof toTable>[1][number]
  }[],
): Table {
  const table = toTable(
    columns,
    found.map(({ object }) => object),
  )
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
