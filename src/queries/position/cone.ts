/** Cone search: the latest alert of each object inside a circle, nearest first. */
import {
  computedTable,
  type Table,
  type TableColumn,
  type TableFacts,
} from '../../formats/table.js'
import type { RowMemory } from '../../rows/byte-pool.js'
import type { PackedRow } from '../../rows/packed-row.js'
import type { Store, TableSchema } from '../../store/store.js'
import type { Survey } from '../../surveys/survey.js'
import type { ColumnSelection } from '../alerts/columns.js'
import { factColumn } from '../alerts/fact-column.js'
import { type Circle, type Found, findObjects } from './cone-objects.js'
import { firstRadiusArcsec } from './cone-plan.js'

/** What to look for. */
export interface ConeRequest extends Circle {
  readonly selection: ColumnSelection
  /** Most objects in the answer. */
  readonly limit: number
  readonly signal: AbortSignal
  /** Where the rows of a small circle may be read into. */
  readonly memory?: RowMemory | undefined
}

/** Objects in a circle, in batches; later batches are farther. */
export interface ConeAnswer {
  readonly columns: readonly TableColumn[]
  readonly batches: AsyncIterable<Table>
  /** There are probably many objects. */
  readonly isLong: boolean
  /** Known when the last batch was read. */
  readonly facts: ConeFacts
}

/** What is said beside the rows; changes while they are read. */
export interface ConeFacts extends TableFacts {
  isTruncated: boolean
  truncatedCount: number | undefined
}

/** So many objects make no long answer. */
const FEW_OBJECTS = 200

/** Column of the distance from the centre. */
export const SEPARATION_COLUMN = 'v:separation_degree'

/** Starts a search; nothing is read before the first batch is asked for. */
export async function searchCone(
  store: Store,
  survey: Survey,
  request: ConeRequest,
): Promise<ConeAnswer> {
  const columns = await coneColumns(store, survey, request.selection)
  const facts = coneFacts(survey)
  const batches = readBatches(store, survey, request, { columns, facts })
  const isWide = request.radiusArcsec > firstRadiusArcsec(survey.position)
  return { columns, facts, batches, isLong: isWide && request.limit > FEW_OBJECTS }
}

/** Searches a circle: a small one is answered at once, a larger one as a stream. */
export async function readCone(
  store: Store,
  survey: Survey,
  request: ConeRequest,
): Promise<{ readonly table: Table | ConeAnswer; readonly facts: ConeFacts }> {
  const { memory, ...rest } = request
  const isSmall = request.radiusArcsec <= firstRadiusArcsec(survey.position)
  // The rows of a large circle would be kept until the last of them is sent.
  const answer = await searchCone(store, survey, isSmall ? request : rest)
  const { facts } = answer
  if (!isSmall) return { table: answer, facts }
  // All of a small circle is read together.
  for await (const table of answer.batches) return { table, facts }
  return { table: computedTable(answer.columns, 0), facts }
}

/** Nothing is left out as yet. */
export function coneFacts({ timeSystem }: Survey): ConeFacts {
  return { isTruncated: false, truncatedCount: 0, timeSystem }
}

/** Columns of whole rows by what a store says of its table; they are the same for many answers. */
const wholeColumns = new WeakMap<TableSchema, readonly TableColumn[]>()

/** Columns of the answer: those of the table, or those asked for with the position. */
export async function coneColumns(
  store: Store,
  survey: Survey,
  selection: ColumnSelection,
): Promise<readonly TableColumn[]> {
  const schema = await store.schema(survey.position.table)
  const separation = factColumn(survey, SEPARATION_COLUMN, 'double')
  if (schema === undefined) return [separation]
  if (selection.kind !== 'list') {
    let whole = wholeColumns.get(schema)
    if (whole === undefined) {
      whole = schema.columns.map(({ name, type }) => factColumn(survey, name, type))
      wholeColumns.set(schema, whole)
    }
    return [...whole, separation]
  }
  const known = new Map(schema.columns.map(column => [column.name, column.type]))
  const { ra, dec } = survey.columns
  const names = [...new Set([...selection.names, ra, dec])]
  const stored = names
    .filter(name => known.has(name))
    .map(name => factColumn(survey, name, known.get(name)))
  return [...stored, separation]
}

async function* readBatches(
  store: Store,
  survey: Survey,
  request: ConeRequest,
  { columns, facts }: { readonly columns: readonly TableColumn[]; readonly facts: ConeFacts },
): AsyncGenerator<Table> {
  const { table } = survey.position
  const { signal, memory } = request
  const found = findObjects(
    (ranges, limit) => store.scan({ table, ranges, limit, signal, memory }),
    survey,
    request,
  )
  for await (const objects of takeNearest(found, request.limit, facts)) {
    // Without rows too: the answer can begin.
    yield toTable(columns, objects)
  }
}

/** The first `limit` objects; how many more there are, as far as that is known, goes to `facts`. */
export async function* takeNearest(
  found: ReturnType<typeof findObjects>,
  limit: number,
  facts: ConeFacts,
): AsyncGenerator<readonly Found[]> {
  let left = limit
  for await (const { objects, isLast, isCut } of found) {
    const more = Math.max(0, objects.length - left)
    if (more > 0 || isCut) {
      facts.isTruncated = true
      const isCounted = isLast && !isCut && facts.truncatedCount !== undefined
      facts.truncatedCount = isCounted ? (facts.truncatedCount ?? 0) + more : undefined
    }
    const taken = more > 0 ? objects.slice(0, left) : objects
    left -= taken.length
    yield taken
    if (more > 0) return
  }
}

/** The table of some objects found. */
export function toTable(columns: readonly TableColumn[], found: readonly Found[]): Table {
  const rows: PackedRow[] = new Array(found.length)
  const separations = new Float64Array(found.length)
  for (let i = 0; i < found.length; i++) {
    rows[i] = found[i]!.row
    separations[i] = found[i]!.separationDeg
  }
  return {
    columns: columns.map(column =>
      column.name === SEPARATION_COLUMN
        ? { ...column, values: { kind: 'numbers', values: separations } }
        : column,
    ),
    rows,
    length: found.length,
  }
}
