/** Alerts by the name of their track. */
import { ParamError } from '../../errors.js'
import { prefixRange, type Store } from '../../store/store.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import { sortNewestFirst, toAlertTable } from './alert-table.js'
import { type ColumnSelection, columnsToRead } from './columns.js'
import { type LimitedTable, readLimited } from './limited-rows.js'

/** What to read. */
export interface TrackletRequest {
  /** Beginning of the names of the tracks. */
  readonly name: string | undefined
  readonly selection: ColumnSelection
  readonly rowLimit: number
  readonly signal: AbortSignal
}

/**
 * Reads the alerts of tracks, newest first.
 *
 * @throws ParamError without a name
 */
export async function readTracklets(
  store: Store,
  survey: Survey,
  { name, selection, rowLimit, signal }: TrackletRequest,
): Promise<LimitedTable> {
  if (name === undefined) {
    throw new ParamError(
      'Missing parameter "date": expected a date such as 2021-06-04 09:36:09, or the name of a ' +
        'track as parameter "id"',
      { param: 'date' },
    )
  }
  const { table } = surveyFact(survey, 'tracklets')
  const { rows, isTruncated } = await readLimited(store, {
    table,
    ranges: [prefixRange(name)],
    columns: columnsToRead(selection, survey, table),
    limit: rowLimit,
    // Names hold the time: backwards, the newest rows are the ones kept.
    reversed: true,
    signal,
  })
  const options = { table, selection, hasCurveColumns: false }
  return { table: toAlertTable(survey, sortNewestFirst(survey, rows), options), isTruncated }
}
