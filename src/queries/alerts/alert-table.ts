/**
 * From stored rows of alerts to the table a client gets: order, columns, defaults and derived
 * values. Reads nothing itself.
 */
import type { Table, TableColumn } from '../../formats/table.js'
import { numberReader } from '../../rows/cell-reader.js'
import { compareUtf8 } from '../../rows/layout.js'
import { columnOf, type PackedRow } from '../../rows/packed-row.js'
import type { Survey } from '../../surveys/survey.js'
import { type AlertShape, shapeOf } from './alert-shape.js'
import type { ColumnSelection } from './columns.js'
import { curveColumns, derivedColumns } from './derived-columns.js'
import { factColumn } from './fact-column.js'
import { specColumns } from './spec-columns.js'

/** How rows become a table. */
export interface AlertTableOptions {
  /** Table of the store that the rows are from: it decides which values are derived. */
  readonly table: string
  readonly selection: ColumnSelection
  /** With the columns that need a whole light curve (rates and colours). */
  readonly hasCurveColumns: boolean
}

/** The table of the rows, in the order given. */
export function toAlertTable(
  survey: Survey,
  rows: readonly PackedRow[],
  options: AlertTableOptions,
): Table {
  const { selection } = options
  const columns =
    selection.kind === 'list'
      ? listColumns(survey, rows, options, selection.names)
      : wholeColumns(survey, rows, options)
  return { columns, rows, length: rows.length }
}

/** Rows by time, newest first; rows that have no time come last. Ties keep their order. */
export function sortNewestFirst(survey: Survey, rows: readonly PackedRow[]): readonly PackedRow[] {
  const timeOf = numberReader(survey.columns.time)
  const times = new Float64Array(rows.length)
  let isSorted = true
  for (let i = 0; i < rows.length; i++) {
    const time = timeOf(rows[i]!)
    times[i] = Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
    if (i > 0 && times[i]! > times[i - 1]!) isSorted = false
  }
  if (isSorted) return rows
  const order = Uint32Array.from(rows, (_, i) => i).sort((a, b) => times[b]! - times[a]! || a - b)
  return Array.from(order, i => rows[i]!)
}

function wholeColumns(
  survey: Survey,
  rows: readonly PackedRow[],
  options: AlertTableOptions,
): readonly TableColumn[] {
  const { table, selection, hasCurveColumns } = options
  const wanted = { survey, table, selection: selection.kind, hasCurveColumns }
  const shape = shapeOf(wanted, rows)
  return shape.isComplete ? shape.columns : completeColumns(survey, rows, options, shape)
}

/** Adds what a store does not keep beside its rows. */
function completeColumns(
  survey: Survey,
  rows: readonly PackedRow[],
  { table, hasCurveColumns }: AlertTableOptions,
  { columns }: AlertShape,
): TableColumn[] {
  const derivation = survey.derivationOf(table)
  const computed = [
    ...(derivation === undefined ? [] : derivedColumns(survey, rows, derivation)),
    ...(hasCurveColumns ? curveColumns(survey, rows, derivation) : []),
  ].sort((a, b) => compareUtf8(a.name, b.name))
  // Where they are when the store keeps them: behind what is stored, in front of the defaults.
  const firstDefault = columns.findIndex(({ values }) => values !== undefined)
  const stored = firstDefault < 0 ? columns.length : firstDefault
  return [...columns.slice(0, stored), ...computed, ...columns.slice(stored)]
}

function listColumns(
  survey: Survey,
  rows: readonly PackedRow[],
  { table }: AlertTableOptions,
  names: readonly string[],
): TableColumn[] {
  const computed = new Map<string, TableColumn>()
  const derivation = survey.derivationOf(table)
  const isNamed = ({ name }: { readonly name: string }): boolean => names.includes(name)
  if (derivation?.columns.some(isNamed)) {
    for (const column of derivedColumns(survey, rows, derivation)) computed.set(column.name, column)
  }
  if (survey.curve.columns.some(isNamed)) {
    for (const column of curveColumns(survey, rows, derivation)) computed.set(column.name, column)
  }
  if (rows.length === 0) {
    for (const column of specColumns(survey, table, names)) computed.set(column.name, column)
  }
  return names.flatMap(name => {
    const known = computed.get(name)
    if (known !== undefined) return [known]
    const type = typeIn(rows, name)
    return type === undefined ? [] : [factColumn(survey, name, type)]
  })
}

function typeIn(rows: readonly PackedRow[], name: string): TableColumn['type'] | undefined {
  for (const row of rows) {
    const at = columnOf(row, name)
    if (at >= 0) return row.layout.columns[at]!.type
  }
  return undefined
}
