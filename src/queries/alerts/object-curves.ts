/** Rates and colours of single alerts, from the whole light curves of their objects. */
import type { TableColumn } from '../../formats/table.js'
import { numberReader, textReader } from '../../rows/cell-reader.js'
import { columnOf, type PackedRow, readNumber } from '../../rows/packed-row.js'
import { prefixRange, readRows, type Store } from '../../store/store.js'
import type { Survey } from '../../surveys/survey.js'
import { curveColumns } from './derived-columns.js'
import { factColumn } from './fact-column.js'

/** Light curves held at once, and most rows of each. */
const CURVES_AT_ONCE = 50
const MAX_CURVE_ROWS = 10_000

/** The columns for alerts of different objects; an alert that is in no light curve has no values. */
export async function readCurveColumns(
  store: Store,
  survey: Survey,
  alerts: readonly PackedRow[],
  signal?: AbortSignal,
): Promise<TableColumn[]> {
  const columns = survey.curve.columns.map(({ name, type }) => factColumn(survey, name, type))
  const values = columns.map(() => new Float64Array(alerts.length).fill(Number.NaN))
  const nameOf = alertNamer(survey)
  const positions = new Map(alerts.map((alert, i) => [nameOf(alert), i]))
  for (let start = 0; start < alerts.length; start += CURVES_AT_ONCE) {
    const some = alerts.slice(start, start + CURVES_AT_ONCE)
    const rows = await readCurves(store, survey, some, signal)
    const cellOf = curveCellReader(survey, rows)
    rows.forEach((row, r) => {
      const position = positions.get(nameOf(row))
      if (position === undefined) return
      for (let c = 0; c < columns.length; c++) values[c]![position] = cellOf(c, r)
    })
  }
  return columns.map((column, c) => ({
    ...column,
    values: { kind: 'numbers', values: values[c]! },
  }))
}

/** Tells alerts apart, whichever table their rows are from. */
function alertNamer({ columns }: Survey): (row: PackedRow) => string {
  const objectOf = textReader(columns.object)
  const timeOf = numberReader(columns.time)
  return row => `${objectOf(row)} ${timeOf(row)}`
}

/** Light curves of the objects the alerts belong to, each newest first. */
function readCurves(
  store: Store,
  { columns, lightCurve }: Survey,
  alerts: readonly PackedRow[],
  signal: AbortSignal | undefined,
): Promise<PackedRow[]> {
  const objectOf = textReader(columns.object)
  const objects = new Set(alerts.map(objectOf).filter(object => object !== undefined))
  const ranges = [...objects].map(object => prefixRange(lightCurve.keyPrefix(object)))
  return readRows(store, {
    table: lightCurve.table,
    ranges,
    limitPerRange: MAX_CURVE_ROWS,
    reversed: true,
    signal,
  })
}

/** Reads curve columns, kept beside the rows or computed. */
function curveCellReader(
  survey: Survey,
  rows: readonly PackedRow[],
): (column: number, row: number) => number {
  const { table } = survey.lightCurve
  const computed = curveColumns(survey, rows, survey.derivationOf(table))
  return (column, at) => {
    const { name, values } = computed[column]!
    if (values?.kind === 'numbers') return values.values[at]!
    const row = rows[at]!
    return readNumber(row, columnOf(row, name))
  }
}
