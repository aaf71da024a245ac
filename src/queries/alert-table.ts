/**
 * From stored rows of alerts to the table a client gets: order, columns, defaults and derived
 * values. Reads nothing itself.
 */
import type { Table, TableColumn } from '../formats/table.js'
import { numberReader, presentColumns } from '../rows/cell-reader.js'
import { compareUtf8 } from '../rows/layout.js'
import type { Derivation } from '../rows/merge.js'
import { type CellValue, columnOf, type PackedRow, readLiteral } from '../rows/packed-row.js'
import type { Survey } from '../surveys/survey.js'
import type { ColumnSelection } from './columns.js'

/** How rows become a table. */
export interface AlertTableOptions {
  /** Table of the store that the rows are from: it decides which values are derived. */
  readonly table: string
  readonly selection: ColumnSelection
  /** With the columns that need a whole light curve (rates and colours). */
  readonly hasCurveColumns: boolean
}

/** The table of the rows; rows with a time come newest first, ties in the order given. */
export function toAlertTable(
  survey: Survey,
  rows: readonly PackedRow[],
  options: AlertTableOptions,
): Table {
  const present = presentColumns(rows)
  const columns =
    options.selection.kind === 'list'
      ? listColumns(survey, rows, options, options.selection.names, present)
      : wholeColumns(survey, rows, options, present)
  return { columns, rows, length: rows.length }
}

/** Rows by time, newest first; rows that have no time come last. Ties keep their order. */
export function sortNewestFirst(survey: Survey, rows: readonly PackedRow[]): PackedRow[] {
  const timeOf = numberReader(survey.columns.time)
  const times = Float64Array.from(rows, row => {
    const time = timeOf(row)
    return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
  })
  if (times.every((time, i) => i === 0 || time <= times[i - 1]!)) return [...rows]
  const order = Uint32Array.from(rows, (_, i) => i).sort((a, b) => times[b]! - times[a]! || a - b)
  return Array.from(order, i => rows[i]!)
}

/** Column of an answer by name, with its facts. */
export function factColumn(survey: Survey, name: string, type?: TableColumn['type']): TableColumn {
  const facts = survey.facts.get(name)
  return {
    name,
    type: type ?? 'string',
    unit: facts?.unit,
    ucd: facts?.ucd,
    description: facts?.description,
  }
}

function typeIn(rows: readonly PackedRow[], name: string): TableColumn['type'] | undefined {
  for (const row of rows) {
    const at = columnOf(row, name)
    if (at >= 0) return row.layout.columns[at]!.type
  }
  return undefined
}

function wholeColumns(
  survey: Survey,
  rows: readonly PackedRow[],
  options: AlertTableOptions,
  present: ReadonlySet<string>,
): TableColumn[] {
  const derivation = survey.derivationOf(options.table)
  const derived = new Set(derivation?.columns.map(({ name }) => name))
  const stored = [...present]
    .filter(name => !derived.has(name) && !survey.isHidden(name))
    .sort(compareUtf8)
    .map(name => factColumn(survey, name, typeIn(rows, name)))
  if (options.selection.kind === 'stored' || rows.length === 0) return stored
  return [
    ...stored,
    ...defaultColumns(survey, present),
    ...(derivation === undefined ? [] : derivedColumns(survey, rows, derivation)),
    ...(options.hasCurveColumns ? survey.curveColumns.compute(rows) : []),
  ]
}

function defaultColumns(survey: Survey, present: ReadonlySet<string>): TableColumn[] {
  return survey.defaults
    .filter(({ columns }) => !present.has(columns[0]!))
    .flatMap(({ columns, value }) =>
      columns.map(name => ({
        ...factColumn(survey, name, typeof value === 'string' ? 'string' : 'float'),
        values: { kind: 'constant', value },
      })),
    )
}

/** Derived columns: those kept with the rows, or computed where a store does not keep them. */
function derivedColumns(
  survey: Survey,
  rows: readonly PackedRow[],
  derivation: Derivation,
): TableColumn[] {
  const marker = derivation.columns[0]!.name
  if (rows.every(row => columnOf(row, marker) >= 0)) {
    return derivation.columns.map(({ name, type }) => factColumn(survey, name, type))
  }
  const derived = rows.map(row => derivation.derive(name => readLiteral(row, columnOf(row, name))))
  return derivation.columns.map(({ name, type }, i) =>
    valueColumn(
      factColumn(survey, name, type),
      derived.map(values => values[i]),
    ),
  )
}

function valueColumn(column: TableColumn, cells: readonly (CellValue | undefined)[]): TableColumn {
  if (column.type === 'string') {
    const texts = cells.map(cell => (cell === undefined ? null : String(cell)))
    return { ...column, values: { kind: 'texts', values: texts } }
  }
  const numbers = Float64Array.from(cells, cell => (cell === undefined ? Number.NaN : Number(cell)))
  return { ...column, values: { kind: 'numbers', values: numbers } }
}

function listColumns(
  survey: Survey,
  rows: readonly PackedRow[],
  { table }: AlertTableOptions,
  names: readonly string[],
  present: ReadonlySet<string>,
): TableColumn[] {
  const computed = new Map<string, TableColumn>()
  const derivation = survey.derivationOf(table)
  if (derivation?.columns.some(({ name }) => names.includes(name))) {
    for (const column of derivedColumns(survey, rows, derivation)) computed.set(column.name, column)
  }
  if (rows.length > 0 && survey.curveColumns.names.some(name => names.includes(name))) {
    for (const column of survey.curveColumns.compute(rows)) computed.set(column.name, column)
  }
  return names.flatMap(name => {
    const known = computed.get(name)
    if (known !== undefined) return [known]
    const type = typeIn(rows, name)
    if (type === undefined && !present.has(name)) return []
    return [factColumn(survey, name, type)]
  })
}
