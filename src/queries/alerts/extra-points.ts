/**
 * Points of a light curve that are not detections (upper limits, points of bad quality), merged
 * into the table of its detections under the column `d:tag`.
 */
import type { ColumnValues, Table, TableColumn } from '../../formats/table.js'
import { presentColumns } from '../../rows/cell-reader.js'
import { compareUtf8 } from '../../rows/layout.js'
import { columnOf, type PackedRow, readLiteral, readText } from '../../rows/packed-row.js'
import type { Survey } from '../../surveys/survey.js'
import { sortNewestFirst } from './alert-table.js'
import { factColumn } from './fact-column.js'

/** Rows of one table of extra points and their tag. */
export interface ExtraPoints {
  readonly rows: readonly PackedRow[]
  readonly tag: string
}

/** Column that tells the kinds of points apart, and its value for detections. */
const TAG_COLUMN = 'd:tag'
const VALID_TAG = 'valid'

/** Alert id of a point that no alert was sent for. */
const NO_ALERT = -1

/**
 * Detections and extra points as one table, newest first. The extra points bring all of their
 * columns, also those that were not asked for the detections; a detection supersedes the extra
 * point of the same object and time.
 */
export function mergeExtraPoints(
  survey: Survey,
  valid: Table,
  points: readonly ExtraPoints[],
): Table {
  const keys = new Set(valid.rows.map(row => row.key))
  const tags = new Map<PackedRow, string>()
  for (const { rows, tag } of points) {
    for (const row of rows) if (!keys.has(row.key)) tags.set(row, tag)
  }
  const rows = sortNewestFirst(survey, [...valid.rows, ...tags.keys()])
  const indexOfValid = new Map(valid.rows.map((row, i) => [row, i]))
  const origin = Int32Array.from(rows, row => indexOfValid.get(row) ?? -1)
  const columns = valid.columns.map(column => reorder(column, origin))
  const names = new Set(columns.map(({ name }) => name))
  for (const name of [...presentColumns([...tags.keys()])].sort(compareUtf8)) {
    if (!names.has(name)) columns.push(extraColumn(survey, name, rows, tags))
  }
  const tagged = withAlertIds(survey, columns, rows, tags)
  const texts = rows.map(row => tags.get(row) ?? VALID_TAG)
  tagged.push({ ...factColumn(survey, TAG_COLUMN), values: { kind: 'texts', values: texts } })
  return { columns: tagged, rows, length: rows.length }
}

function reorder(column: TableColumn, origin: Int32Array): TableColumn {
  return column.values === undefined
    ? column
    : { ...column, values: reorderValues(column.values, origin) }
}

function reorderValues(values: ColumnValues, origin: Int32Array): ColumnValues {
  const pick = <T>(from: readonly T[]): T[] => Array.from(origin, i => from[i]!)
  switch (values.kind) {
    case 'constant':
      return onlyOfDetections(values.value, origin)
    case 'numbers':
      return {
        kind: 'numbers',
        values: Float64Array.from(origin, i => values.values[i] ?? Number.NaN),
      }
    case 'texts':
      return { kind: 'texts', values: pick(values.values) }
    case 'integers':
      return { kind: 'integers', values: pick(values.values) }
    case 'booleans':
      return { kind: 'booleans', values: pick(values.values) }
    default:
      return { kind: 'json', values: pick(values.values) }
  }
}

/** A default stands for what a detection lacks; the other points have no value at all. */
function onlyOfDetections(
  value: (ColumnValues & { kind: 'constant' })['value'],
  origin: Int32Array,
): ColumnValues {
  if (typeof value === 'string') {
    return { kind: 'texts', values: Array.from(origin, i => (i < 0 ? null : value)) }
  }
  const number = Number(value ?? Number.NaN)
  return { kind: 'numbers', values: Float64Array.from(origin, i => (i < 0 ? Number.NaN : number)) }
}

/** A column of the extra points that was not asked for the detections: null for those. */
function extraColumn(
  survey: Survey,
  name: string,
  rows: readonly PackedRow[],
  tags: ReadonlyMap<PackedRow, string>,
): TableColumn {
  const [first] = [...tags.keys()].filter(row => columnOf(row, name) >= 0)
  const type = first?.layout.columns[columnOf(first, name)]?.type ?? 'string'
  const cell = <T>(row: PackedRow, read: (row: PackedRow, at: number) => T): T | undefined =>
    tags.has(row) ? read(row, columnOf(row, name)) : undefined
  const column = factColumn(survey, name, type)
  if (type === 'string') {
    const texts = rows.map(row => cell(row, (r, at) => (at < 0 ? undefined : readText(r, at))))
    return { ...column, values: { kind: 'texts', values: texts } }
  }
  const literals = rows.map(row => cell(row, readLiteral))
  if (type === 'float' || type === 'double') {
    const numbers = Float64Array.from(literals, text => Number(text ?? Number.NaN))
    return { ...column, values: { kind: 'numbers', values: numbers } }
  }
  const integers = literals.map(text => (text === undefined ? null : BigInt(text)))
  return { ...column, values: { kind: 'integers', values: integers } }
}

/** The columns with the alert id computed: that of its alert for a detection, -1 for the others. */
function withAlertIds(
  survey: Survey,
  columns: readonly TableColumn[],
  rows: readonly PackedRow[],
  tags: ReadonlyMap<PackedRow, string>,
): TableColumn[] {
  if (tags.size === 0) return [...columns]
  const { alert } = survey.columns
  const isAsked = columns.some(({ name }) => name === alert)
  const values = rows.map(row => {
    if (tags.has(row)) return NO_ALERT
    const literal = isAsked ? readLiteral(row, columnOf(row, alert)) : undefined
    return literal === undefined ? null : BigInt(literal)
  })
  const column: TableColumn = {
    ...factColumn(survey, alert, 'long'),
    values: { kind: 'integers', values },
  }
  return isAsked ? columns.map(c => (c.name === alert ? column : c)) : [...columns, column]
}
