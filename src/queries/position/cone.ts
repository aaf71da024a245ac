/** Cone search: the latest alert of each object inside a circle, nearest first. */
import type { Table, TableColumn, TableFacts } from '../../formats/table.js'
import { numberReader, textReader } from '../../rows/cell-reader.js'
import type { PackedRow } from '../../rows/packed-row.js'
import type { SkyPosition } from '../../science/sky/angle.js'
import { separationFrom } from '../../science/sky/separation.js'
import type { Store } from '../../store/store.js'
import type { Survey } from '../../surveys/survey.js'
import type { ColumnSelection } from '../alerts/columns.js'
import { factColumn } from '../alerts/fact-column.js'
import { type ConeShell, type FirstSeen, planCone } from './cone-plan.js'

/** What to look for. */
export interface ConeRequest {
  readonly centre: SkyPosition
  readonly radiusArcsec: number
  readonly firstSeen?: FirstSeen | undefined
  readonly selection: ColumnSelection
  /** Most objects in the answer. */
  readonly limit: number
  /** Most rows to read. */
  readonly rowLimit: number
  readonly signal: AbortSignal
}

/** Objects in a circle, in batches; later batches are farther. */
export interface ConeAnswer {
  readonly columns: readonly TableColumn[]
  readonly batches: AsyncIterable<Table>
  /** Known when the last batch was read. */
  readonly facts: ConeFacts
}

/** What is said beside the rows; `isTruncated` changes while they are read. */
export interface ConeFacts extends TableFacts {
  isTruncated: boolean
}

/** Column of the distance from the centre. */
export const SEPARATION_COLUMN = 'v:separation_degree'

/**
 * Alerts of one object lie up to this far apart, in degrees: one found nearer than the reach of a
 * shell by more than this has no other alert in a later shell.
 */
const OBJECT_EXTENT_DEG = 5 / 3600

/**
 * Rows read before the first objects are given out. Within them an object is one wherever its
 * alerts lie; in larger answers those of an object are taken to lie together.
 */
const ROWS_BEFORE_FIRST = 1500

/** An object found, with its latest alert. */
export interface Found {
  readonly row: PackedRow
  readonly time: number
  readonly separationDeg: number
}

/** Starts a search; nothing is read before the first batch is asked for. */
export async function searchCone(
  store: Store,
  survey: Survey,
  request: ConeRequest,
): Promise<ConeAnswer> {
  const columns = await coneColumns(store, survey, request.selection)
  const facts = { isTruncated: false, timeSystem: survey.timeSystem }
  return { columns, facts, batches: readBatches(store, survey, request, { columns, facts }) }
}

/** Columns of the answer: those of the table, or those asked for with the position. */
export async function coneColumns(
  store: Store,
  survey: Survey,
  selection: ColumnSelection,
): Promise<TableColumn[]> {
  const schema = await store.schema(survey.position.table)
  const known = new Map(schema?.columns.map(column => [column.name, column.type]))
  const { ra, dec } = survey.columns
  const names =
    selection.kind === 'list' ? [...new Set([...selection.names, ra, dec])] : [...known.keys()]
  const stored = names
    .filter(name => known.has(name))
    .map(name => factColumn(survey, name, known.get(name)))
  return [...stored, factColumn(survey, SEPARATION_COLUMN, 'double')]
}

async function* readBatches(
  store: Store,
  survey: Survey,
  request: ConeRequest,
  { columns, facts }: { columns: readonly TableColumn[]; facts: { isTruncated: boolean } },
): AsyncGenerator<Table> {
  let left = request.limit
  for await (const found of findObjects(store, survey, request, facts)) {
    if (found.length > left) facts.isTruncated = true
    const batch = found.slice(0, left)
    left -= batch.length
    if (batch.length > 0) yield toTable(columns, batch)
    if (left === 0 && facts.isTruncated) return
  }
}

/** The table of some objects found. */
export function toTable(columns: readonly TableColumn[], found: readonly Found[]): Table {
  const separations = Float64Array.from(found, ({ separationDeg }) => separationDeg)
  return {
    columns: columns.map(column =>
      column.name === SEPARATION_COLUMN
        ? { ...column, values: { kind: 'numbers', values: separations } }
        : column,
    ),
    rows: found.map(({ row }) => row),
    length: found.length,
  }
}

/** Objects in the circle, nearest first, as soon as no nearer one can follow. */
export async function* findObjects(
  store: Store,
  survey: Survey,
  request: ConeRequest,
  facts: { isTruncated: boolean },
): AsyncGenerator<Found[]> {
  if (!(request.radiusArcsec > 0)) return
  const { position } = survey
  const shells = planCone(position, request.centre, request.radiusArcsec, request.firstSeen)
  const objects = new Map<string, Found>()
  const given = new Set<string>()
  const collector = collect(survey, request)
  let rowsLeft = request.rowLimit
  for (const shell of shells) {
    rowsLeft -= await collector(store, shell, objects, rowsLeft)
    if (rowsLeft <= 0) facts.isTruncated = true
    const isLast = rowsLeft <= 0 || shell.reachDeg === Number.POSITIVE_INFINITY
    if (!isLast && request.rowLimit - rowsLeft < ROWS_BEFORE_FIRST) continue
    const reachDeg = isLast ? Number.POSITIVE_INFINITY : shell.reachDeg - OBJECT_EXTENT_DEG
    const ready = takeWithin(objects, given, reachDeg)
    const inside = ready.filter(({ separationDeg }) => separationDeg <= request.radiusArcsec / 3600)
    if (inside.length > 0) yield inside
    if (isLast) return
  }
}

type Collector = (
  store: Store,
  shell: ConeShell,
  objects: Map<string, Found>,
  limit: number,
) => Promise<number>

/** Reads shells, keeping the latest alert of each object. */
function collect(survey: Survey, { centre, firstSeen, signal }: ConeRequest): Collector {
  const { object, time, ra, dec } = survey.columns
  const { table, firstSeen: firstSeenColumn } = survey.position
  const distance = separationFrom(centre)
  const objectOf = textReader(object)
  const timeOf = numberReader(time)
  const raOf = numberReader(ra)
  const decOf = numberReader(dec)
  const firstSeenOf = numberReader(firstSeenColumn)
  return async (store, { ranges }, objects, limit) => {
    let rows = 0
    for await (const batch of store.scan({ table, ranges, limit, signal })) {
      for (const row of batch) {
        rows++
        if (firstSeen !== undefined && !isWithin(firstSeenOf(row), firstSeen)) continue
        const key = objectOf(row) ?? row.key
        const now = timeOf(row)
        const known = objects.get(key)
        if (known !== undefined && known.time >= now) continue
        objects.set(key, { row, time: now, separationDeg: distance(raOf(row), decOf(row)) })
      }
    }
    return rows
  }
}

function isWithin(value: number, { from, through }: FirstSeen): boolean {
  return value >= from && value <= through
}

/** Takes the objects out that are near enough to be final, nearest first. */
function takeWithin(objects: Map<string, Found>, given: Set<string>, reachDeg: number): Found[] {
  const ready: Found[] = []
  for (const [key, found] of objects) {
    if (found.separationDeg > reachDeg) continue
    objects.delete(key)
    if (given.has(key)) continue
    given.add(key)
    ready.push(found)
  }
  return ready.sort((a, b) => a.separationDeg - b.separationDeg)
}
