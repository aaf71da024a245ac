/** The latest alerts of a class, by the trend of their brightness when asked. */
import { ParamError } from '../../errors.js'
import { numberReader } from '../../rows/cell-reader.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { readRows, type Store } from '../../store/store.js'
import { type Survey, surveyFact, type Trend } from '../../surveys/survey.js'
import type { ColumnSelection } from './columns.js'
import type { LimitedTable } from './limited-rows.js'
import { readNewestAlerts } from './newest-alerts.js'
import type { TimeKey, TimeSpan } from './time-keys.js'

/** What to read. */
export interface ClassRequest {
  readonly class: string
  readonly span: TimeSpan
  /** Public name of a trend. */
  readonly trend: string | undefined
  readonly selection: ColumnSelection
  readonly hasCurveColumns: boolean
  /** Most rows of the answer. */
  readonly limit: number
  readonly scanLimit: number
  readonly signal: AbortSignal
}

/**
 * Reads the latest alerts of a class, newest first; of some classes only the latest of each object.
 *
 * @throws ParamError for a trend that the class does not have
 */
export async function readClassAlerts(
  store: Store,
  survey: Survey,
  { class: name, trend: trendName, ...request }: ClassRequest,
): Promise<LimitedTable> {
  const { table, keyPrefix, isLatestPerObject } = surveyFact(survey, 'classes').locate(name)
  const place = { table, prefix: keyPrefix, isLatestPerObject }
  const trend = trendName === undefined ? undefined : findTrend(survey, trendName, name)
  if (trend === undefined) return readNewestAlerts(store, survey, { ...request, ...place })
  return readNewestAlerts(store, survey, {
    ...request,
    ...place,
    conditionColumns: trend.columns,
    isKept: trendTest(store, survey, trend, request.signal),
  })
}

function findTrend(survey: Survey, name: string, className: string): Trend | undefined {
  const trend = surveyFact(survey, 'classes').trends[name]
  const classes = trend?.onlyFor
  if (classes === undefined || classes.includes(className)) return trend
  const known = classes.map(one => `"${one}"`).join(', ')
  throw new ParamError(
    `Cannot read parameter "trend": "${name}" is for class ${known}, got class "${className}"`,
    { param: 'trend' },
  )
}

function trendTest(store: Store, survey: Survey, trend: Trend, signal: AbortSignal) {
  const readers = trend.columns.map(numberReader)
  const { table, keyPrefix } = survey.lightCurve
  return (row: PackedRow, { object, text }: TimeKey): boolean | Promise<boolean> => {
    const before = async (): Promise<number[]> => {
      const start = keyPrefix(object)
      const range = { start: Buffer.from(start), end: Buffer.from(start + text) }
      const { columns } = trend
      const scan = { table, ranges: [range], columns, limit: 1, reversed: true, signal }
      const [previous] = await readRows(store, scan)
      return readers.map(read => (previous === undefined ? Number.NaN : read(previous)))
    }
    return trend.isMet(
      readers.map(read => read(row)),
      before,
    )
  }
}
