/**
 * Derived columns of rows: taken from the rows where the store keeps them, computed otherwise. Both
 * ways give the same values.
 */
import type { TableColumn } from '../../formats/table.js'
import { textReader } from '../../rows/cell-reader.js'
import type { Derivation } from '../../rows/merge.js'
import {
  type CellValue,
  columnOf,
  type PackedRow,
  readLiteral,
  readNumber,
} from '../../rows/packed-row.js'
import type { Survey } from '../../surveys/survey.js'
import { factColumn } from './fact-column.js'

/** Columns that follow from single rows. */
export function derivedColumns(
  survey: Survey,
  rows: readonly PackedRow[],
  { columns, derive }: Derivation,
): TableColumn[] {
  const facts = columns.map(({ name, type }) => factColumn(survey, name, type))
  if (isKept(rows, columns[0]!.name)) return facts
  const derived = rows.map(row => derive(name => readLiteral(row, columnOf(row, name))))
  return facts.map((column, i) => {
    const cells = derived.map(values => values[i])
    return valueColumn(column, cells)
  })
}

/** Columns that follow from the light curves of the objects the rows belong to, newest first. */
export function curveColumns(
  survey: Survey,
  rows: readonly PackedRow[],
  derivation: Derivation | undefined,
): TableColumn[] {
  const { columns } = survey.curve
  const facts = columns.map(({ name, type }) => factColumn(survey, name, type))
  if (derivation?.group !== undefined && isKept(rows, columns[0]!.name)) return facts
  const values = columns.map(() => new Float64Array(rows.length))
  for (const indices of groupByObject(survey, rows)) {
    const computed = survey.curve.compute(indices.length, (i, name) => {
      const row = rows[indices[i]!]!
      return readNumber(row, columnOf(row, name))
    })
    computed.forEach((of, c) => {
      for (let i = 0; i < indices.length; i++) values[c]![indices[i]!] = of[i]!
    })
  }
  return facts.map((column, c) => ({ ...column, values: { kind: 'numbers', values: values[c]! } }))
}

/** True when every row was written with that derived column. */
export function isKept(rows: readonly PackedRow[], column: string): boolean {
  return rows.every(row => row.layout.index.has(column))
}

/** Row numbers of each object, oldest row first. */
function groupByObject(survey: Survey, rows: readonly PackedRow[]): Iterable<number[]> {
  const objectOf = textReader(survey.columns.object)
  const groups = new Map<string | undefined, number[]>()
  for (let i = rows.length - 1; i >= 0; i--) {
    const object = objectOf(rows[i]!)
    const group = groups.get(object)
    if (group === undefined) groups.set(object, [i])
    else group.push(i)
  }
  return groups.values()
}

function valueColumn(column: TableColumn, cells: readonly (CellValue | undefined)[]): TableColumn {
  if (column.type === 'string') {
    const texts = cells.map(cell => (cell === undefined ? null : String(cell)))
    return { ...column, values: { kind: 'texts', values: texts } }
  }
  const numbers = Float64Array.from(cells, cell => (cell === undefined ? Number.NaN : Number(cell)))
  return { ...column, values: { kind: 'numbers', values: numbers } }
}
