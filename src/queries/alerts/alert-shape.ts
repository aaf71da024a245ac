/**
 * Which columns an answer of whole rows has. That depends on the layout of the rows and on which
 * of its columns none of them has, which is the same for nearly all answers: shapes are kept.
 */
import { LRUCache } from 'lru-cache'
import type { TableColumn } from '../../formats/table.js'
import { missingColumns, presentColumns } from '../../rows/cell-reader.js'
import { compareUtf8, type Layout } from '../../rows/layout.js'
import type { PackedRow } from '../../rows/packed-row.js'
import type { Survey } from '../../surveys/survey.js'
import type { ColumnSelection } from './columns.js'
import { factColumn } from './fact-column.js'

/** Columns of an answer. */
export interface AlertShape {
  readonly columns: readonly TableColumn[]
  /** True when derived columns are among them, kept by the store. */
  readonly isComplete: boolean
}

/** What is wanted of the rows. */
export interface ShapeRequest {
  readonly survey: Survey
  readonly table: string
  readonly selection: ColumnSelection['kind']
  readonly hasCurveColumns: boolean
}

/** Shapes kept per layout; one is about 20 kB. */
const MAX_SHAPES = 200

const shapesByLayout = new WeakMap<Layout, LRUCache<string, AlertShape>>()

/** Shape of an answer with the rows. */
export function shapeOf(request: ShapeRequest, rows: readonly PackedRow[]): AlertShape {
  const layout = rows[0]?.layout
  if (layout === undefined || !isOneLayout(rows, layout)) {
    return makeShape(request, rows, presentColumns(rows))
  }
  const { survey, table, selection, hasCurveColumns } = request
  const key = `${survey.name} ${table} ${selection} ${hasCurveColumns} ${missingColumns(rows)}`
  let shapes = shapesByLayout.get(layout)
  if (shapes === undefined) {
    shapes = new LRUCache({ max: MAX_SHAPES })
    shapesByLayout.set(layout, shapes)
  }
  let shape = shapes.get(key)
  if (shape === undefined) {
    shape = makeShape(request, rows, presentColumns(rows))
    shapes.set(key, shape)
  }
  return shape
}

function isOneLayout(rows: readonly PackedRow[], layout: Layout): boolean {
  for (const row of rows) if (row.layout !== layout) return false
  return true
}

function makeShape(
  { survey, table, selection, hasCurveColumns }: ShapeRequest,
  rows: readonly PackedRow[],
  present: ReadonlySet<string>,
): AlertShape {
  const derivation = survey.derivationOf(table)
  const alertColumns = derivation?.columns ?? []
  const curve = survey.curve.columns
  const derived = new Set([...alertColumns, ...curve].map(({ name }) => name))
  const stored = [...present]
    .filter(name => !derived.has(name) && !survey.isHidden(name))
    .sort(compareUtf8)
    .map(name => factColumn(survey, name, typeIn(rows, name)))
  if (selection === 'stored' || rows.length === 0) return { columns: stored, isComplete: true }
  const columns = [...stored, ...defaultColumns(survey, present)]
  const wanted = [...alertColumns, ...(hasCurveColumns ? curve : [])]
  const isComplete =
    (!hasCurveColumns || derivation?.group !== undefined) &&
    wanted.every(({ name }) => rows.every(row => row.layout.index.has(name)))
  if (!isComplete) return { columns, isComplete }
  // In the order of the layout, so that stored and derived cells are copied in one go.
  const kept = wanted
    .map(({ name, type }) => factColumn(survey, name, type))
    .sort((a, b) => compareUtf8(a.name, b.name))
  return { columns: [...stored, ...kept, ...columns.slice(stored.length)], isComplete }
}

function typeIn(rows: readonly PackedRow[], name: string) {
  for (const { layout } of rows) {
    const at = layout.index.get(name)
    if (at !== undefined) return layout.columns[at]!.type
  }
  return undefined
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
