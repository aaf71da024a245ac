/** The newest alerts of a table whose keys hold a time, as the table a client gets. */
import type { PackedRow } from '../../rows/packed-row.js'
import { columnOf, hasCell } from '../../rows/packed-row.js'
import type { Store } from '../../store/store.js'
import type { Survey } from '../../surveys/survey.js'
import { toAlertTable } from './alert-table.js'
import { type ColumnSelection, columnsToRead } from './columns.js'
import type { LimitedTable } from './limited-rows.js'
import { type NewestRequest, readNewest } from './newest-rows.js'
import { readCurveColumns } from './object-curves.js'

/** What to read. */
export interface NewestAlertsRequest extends Omit<NewestRequest, 'columns'> {
  readonly selection: ColumnSelection
  /** Columns that `isKept` reads, whether or not the client asked for them. */
  readonly conditionColumns?: readonly string[]
  /** With rates and colours, when whole rows are asked for. */
  readonly hasCurveColumns?: boolean
}

/** Reads the newest alerts, newest first. */
export async function readNewestAlerts(
  store: Store,
  survey: Survey,
  request: NewestAlertsRequest,
): Promise<LimitedTable> {
  const { table, selection, hasCurveColumns = false, isLatestPerObject = false } = request
  const { rows, ...truncation } = await readNewest(store, withColumns(survey, request))
  const isApart = hasCurveColumns && isLatestPerObject && selection.kind === 'all'
  const options = { table, selection, hasCurveColumns: hasCurveColumns && !isApart }
  const alerts = toAlertTable(survey, rows, options)
  if (!isApart || rows.length === 0) return { table: alerts, ...truncation }
  // One alert of an object has no rate: it takes the light curve.
  const curve = await readCurveColumns(store, survey, rows, request.signal)
  return { table: { ...alerts, columns: [...alerts.columns, ...curve] }, ...truncation }
}

/** The request with the columns to read; rows that have none of those asked for do not count. */
function withColumns(survey: Survey, request: NewestAlertsRequest): NewestRequest {
  const { table, selection, conditionColumns = [], isKept } = request
  const asked = columnsToRead(selection, survey, table)
  if (asked === undefined || conditionColumns.length === 0) return { ...request, columns: asked }
  const hasAsked = (row: PackedRow): boolean =>
    asked.some(name => hasCell(row, columnOf(row, name)))
  return {
    ...request,
    columns: [...new Set([...asked, ...conditionColumns])],
    isKept: (row, key) => hasAsked(row) && (isKept === undefined || isKept(row, key)),
  }
}
