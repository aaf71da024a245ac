/** Orbits and alerts of candidate Solar System objects. */
import type { Table } from '../../formats/table.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { prefixRange, type Store } from '../../store/store.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import { toAlertTable } from '../alerts/alert-table.js'
import { type LimitedTable, readLimited } from '../alerts/limited-rows.js'
import { readOldest } from '../alerts/oldest-rows.js'
import type { TimeSpan } from '../alerts/time-keys.js'

/** What to read. */
export interface CandidateRequest {
  /** Name of a trajectory, all when absent. */
  readonly id: string | undefined
  /** Most rows. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** Reads the orbits of the trajectories whose names begin with the id. */
export async function readCandidateOrbits(
  store: Store,
  survey: Survey,
  { id = '', limit, signal }: CandidateRequest,
): Promise<LimitedTable> {
  const { table, keyPrefix } = surveyFact(survey, 'ssoCandidates').orbits
  const ranges = [prefixRange(keyPrefix + id)]
  const { rows, ...truncation } = await readLimited(store, { table, ranges, limit, signal })
  return { table: toStoredTable(survey, rows, table), ...truncation }
}

/** Reads the alerts of a span, oldest first. */
export async function readCandidateAlerts(
  store: Store,
  survey: Survey,
  { id, span, limit, signal }: CandidateRequest & { readonly span: TimeSpan },
): Promise<LimitedTable> {
  const { table, idColumn } = surveyFact(survey, 'ssoCandidates').alerts
  const where = id === undefined ? undefined : { column: idColumn, equals: id }
  const request = { table, prefix: '', span, where, limit, signal }
  const { rows, ...truncation } = await readOldest(store, request)
  return { table: toStoredTable(survey, rows, table), ...truncation }
}

function toStoredTable(survey: Survey, rows: readonly PackedRow[], table: string): Table {
  return toAlertTable(survey, rows, {
    table,
    selection: { kind: 'stored' },
    hasCurveColumns: false,
  })
}
