/** Light curves: every alert of one or more objects, with upper limits when asked. */
import { ParamError } from '../../errors.js'
import type { RowMemory } from '../../rows/byte-pool.js'
import { columnOf, hasCell, type PackedRow } from '../../rows/packed-row.js'
import { prefixRange, type Store } from '../../store/store.js'
import type { Survey } from '../../surveys/survey.js'
import { sortNewestFirst, toAlertTable } from './alert-table.js'
import { type ColumnSelection, columnsToRead } from './columns.js'
import { type ExtraPoints, mergeExtraPoints } from './extra-points.js'
import { type LimitedRows, type LimitedTable, readLimited } from './limited-rows.js'

/** What to read. */
export interface LightCurveRequest {
  readonly ids: readonly string[]
  readonly selection: ColumnSelection
  /** With upper limits and bad-quality points, and the column `d:tag`. */
  readonly hasUpperLimits: boolean
  /** Most rows per id. */
  readonly rowLimit: number
  readonly signal: AbortSignal
  /** Where the rows may be read into; the table is good until it is released. */
  readonly memory?: RowMemory | undefined
}

/** Reads the light curves of the ids, newest point first. */
export async function readLightCurve(
  store: Store,
  survey: Survey,
  request: LightCurveRequest,
): Promise<LimitedTable> {
  const { table } = survey.lightCurve
  const prefixes = request.ids.map(id => keyPrefix(survey, id))
  const columns = columnsToRead(request.selection, survey, table)
  const found = request.hasUpperLimits
    ? await scanWithTimes(store, survey, request, { prefixes, columns })
    : await scanPrefixes(store, table, prefixes, request, columns)
  const isTruncated = found.isTruncated
  const rows = hasTime(request.selection, survey)
    ? newestFirst(survey, prefixes, found.rows)
    : [...found.rows].reverse()
  const options = { table, selection: request.selection, hasCurveColumns: true }
  const valid = toAlertTable(survey, rows, options)
  if (!request.hasUpperLimits) return { table: valid, isTruncated }
  const extra = await readExtraPoints(store, survey, request, prefixes)
  return { table: mergeExtraPoints(survey, valid, extra), isTruncated }
}

function keyPrefix(survey: Survey, id: string): string {
  const { idParam } = survey.lightCurve
  try {
    return survey.lightCurve.keyPrefix(id)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const text = `Cannot read parameter "${idParam}": ${cause.message}`
    throw new ParamError(text, { param: idParam, cause })
  }
}

function hasTime(selection: ColumnSelection, survey: Survey): boolean {
  return selection.kind !== 'list' || selection.names.includes(survey.columns.time)
}

/** Rows of scans from the last key to the first: those of one object come in order already. */
function newestFirst(
  survey: Survey,
  prefixes: readonly string[],
  rows: readonly PackedRow[],
): readonly PackedRow[] {
  const [only = '', ...others] = prefixes
  const isOrdered = others.length === 0 && survey.lightCurve.isInTimeOrder(only)
  return isOrdered ? rows : sortNewestFirst(survey, rows)
}

async function scanPrefixes(
  store: Store,
  table: string,
  prefixes: readonly string[],
  { rowLimit, signal, memory }: LightCurveRequest,
  columns?: readonly string[],
): Promise<LimitedRows> {
  const rows: PackedRow[] = []
  let isTruncated = false
  for (const prefix of new Set(prefixes)) {
    const ranges = [prefixRange(prefix)]
    const scan = { table, ranges, columns, limit: rowLimit, reversed: true, signal, memory }
    const found = await readLimited(store, scan)
    if (found.isTruncated) isTruncated = true
    for (const row of found.rows) rows.push(row)
  }
  return { rows, isTruncated }
}

/** Rows with any of the columns, and their times: other points are put between them by time. */
async function scanWithTimes(
  store: Store,
  survey: Survey,
  request: LightCurveRequest,
  {
    prefixes,
    columns,
  }: { readonly prefixes: readonly string[]; readonly columns: readonly string[] | undefined },
): Promise<LimitedRows> {
  const { table } = survey.lightCurve
  const read = columns && [...columns, survey.columns.time]
  const found = await scanPrefixes(store, table, prefixes, request, read)
  if (columns === undefined) return found
  const hasAny = (row: PackedRow): boolean =>
    columns.some(name => hasCell(row, columnOf(row, name)))
  return { ...found, rows: found.rows.filter(hasAny) }
}

async function readExtraPoints(
  store: Store,
  survey: Survey,
  request: LightCurveRequest,
  prefixes: readonly string[],
): Promise<ExtraPoints[]> {
  const points: ExtraPoints[] = []
  for (const { table, tag } of survey.lightCurve.extra) {
    const { rows } = await scanPrefixes(store, table, prefixes, request)
    points.push({ rows, tag })
  }
  return points
}
