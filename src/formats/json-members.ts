/**
 * The members of JSON objects from the cells of rows: which bytes are copied, and what is written
 * between them, is planned once for all rows of a layout in answers of one shape.
 */
import type { FilledCells } from '../rows/filled-rows.js'
import type { Layout } from '../rows/layout.js'
import { formatDouble } from '../rows/number-text.js'
import {
  hasInfinity,
  memberEnd,
  missingColumn,
  missingCount,
  type PackedRow,
  textStart,
} from '../rows/packed-row.js'
import type { ByteSink } from './byte-sink.js'
import type { ColumnValues, TableColumn } from './table.js'

const COMMA = 0x2c
const NULL = Buffer.from('null')
const NULL_MEMBER_END = Buffer.from('null,')

/** Sets of cells whose match is remembered with a plan. */
const MAX_CHECKED = 64

/** Writes the members of part of a row. */
type Step = (sink: ByteSink, row: PackedRow, index: number) => void

/** How to write rows of one layout. */
export interface RowPlan {
  readonly steps: readonly Step[]
  readonly columns: readonly TableColumn[]
  /** What `isWhole` has found. */
  readonly checked: Map<FilledCells, boolean>
}

/** Answers of one shape share their columns, and thus the plans. */
const plans = new WeakMap<readonly TableColumn[], Map<Layout, RowPlan>>()

/** The plan for rows of a layout in an answer with the columns. */
export function rowPlan(columns: readonly TableColumn[], layout: Layout): RowPlan {
  let byLayout = plans.get(columns)
  if (byLayout === undefined) {
    byLayout = new Map()
    plans.set(columns, byLayout)
  }
  let plan = byLayout.get(layout)
  if (plan === undefined) {
    plan = { steps: planSteps(columns, layout), columns, checked: new Map() }
    byLayout.set(layout, plan)
  }
  return plan
}

/** True when rows that are filled so are, from brace to brace, what the answer wants of them. */
export function isWhole({ columns, checked }: RowPlan, cells: FilledCells): boolean {
  let known = checked.get(cells)
  if (known === undefined) {
    known = areAllCells(columns, cells)
    if (checked.size < MAX_CHECKED) checked.set(cells, known)
  }
  return known
}

/** Writes the members of a row, each with a comma behind it. */
export function writeMembers({ steps }: RowPlan, sink: ByteSink, row: PackedRow, index: number) {
  for (const step of steps) step(sink, row, index)
}

/** True for all columns that the rows have members of, and no others, in the same order. */
function areAllCells(columns: readonly TableColumn[], { layout, absent }: FilledCells): boolean {
  if (columns.length !== layout.columns.length - absent.length) return false
  let next = 0
  for (let position = 0, a = 0; position < layout.columns.length; position++) {
    if (absent[a] === position) {
      a++
      continue
    }
    const { name, values } = columns[next++]!
    if (values !== undefined || name !== layout.columns[position]!.name) return false
  }
  return true
}

function planSteps(columns: readonly TableColumn[], layout: Layout): Step[] {
  const steps: Step[] = []
  for (let i = 0; i < columns.length; i++) {
    const { name, values } = columns[i]!
    const from = layout.index.get(name)
    if (values !== undefined) steps.push(computedStep(labelOf(name), values))
    else if (from === undefined) steps.push(constantStep(labelOf(name), NULL))
    else {
      let to = from + 1
      while (isNext(columns[i + 1], layout, to)) {
        i++
        to++
      }
      steps.push(storedStep(from, to))
    }
  }
  return steps
}

function labelOf(name: string): Buffer {
  return Buffer.from(`${JSON.stringify(name)}:`)
}

function isNext(column: TableColumn | undefined, layout: Layout, at: number): boolean {
  return (
    column !== undefined && column.values === undefined && layout.columns[at]?.name === column.name
  )
}

/** Copies the members of layout columns `[from, to)`, with nulls where there are none. */
function storedStep(from: number, to: number): Step {
  return (sink, row) => {
    if (hasInfinity(row)) return writeChecked(sink, row, from, to)
    const text = textStart(row)
    const missing = missingCount(row)
    let copied = memberEnd(row, from - 1)
    for (let i = 0; i < missing; i++) {
      const column = missingColumn(row, i)
      if (column < from) continue
      if (column >= to) break
      const end = memberEnd(row, column)
      // Filled rows have the member.
      if (end !== memberEnd(row, column - 1)) continue
      if (end > copied) copyMembers(sink, row, text + copied, text + end)
      copied = end
      writeNull(sink, row.layout.labels[column]!)
    }
    const end = memberEnd(row, to - 1)
    if (end > copied) copyMembers(sink, row, text + copied, text + end)
  }
}

/** Copies members; the last one of a row may have a brace in place of its comma. */
function copyMembers(sink: ByteSink, row: PackedRow, start: number, end: number): void {
  sink.copy(row.bytes, start, end - 1)
  sink.byte(COMMA)
}

/** As `storedStep`, for rows with infinite floats, which JSON has no number for. */
function writeChecked(sink: ByteSink, row: PackedRow, from: number, to: number): void {
  const text = textStart(row)
  for (let column = from; column < to; column++) {
    const start = text + memberEnd(row, column - 1)
    const end = text + memberEnd(row, column)
    const label = row.layout.labels[column]!
    const literal = row.bytes.toString('latin1', start + label.length, Math.max(start, end - 1))
    if (end === start || literal === '1e999' || literal === '-1e999') writeNull(sink, label)
    else copyMembers(sink, row, start, end)
  }
}

function writeNull(sink: ByteSink, label: Buffer): void {
  sink.copy(label)
  sink.copy(NULL_MEMBER_END)
}

function constantStep(label: Buffer, literal: Uint8Array): Step {
  const member = Buffer.concat([label, literal, Buffer.of(COMMA)])
  return sink => sink.copy(member)
}

function computedStep(label: Buffer, column: ColumnValues): Step {
  const write = valueWriter(column)
  if (write === undefined) return constantStep(label, constantLiteral(column))
  return (sink, _row, index) => {
    sink.copy(label)
    write(sink, index)
    sink.byte(COMMA)
  }
}

function constantLiteral(column: ColumnValues): Uint8Array {
  const value = column.kind === 'constant' ? column.value : null
  if (typeof value === 'bigint') return Buffer.from(value.toString())
  return Buffer.from(typeof value === 'number' ? numberLiteral(value) : JSON.stringify(value))
}

function numberLiteral(value: number): string {
  return Number.isFinite(value) ? formatDouble(value) : 'null'
}

function valueWriter(column: ColumnValues): ((sink: ByteSink, index: number) => void) | undefined {
  switch (column.kind) {
    case 'numbers': {
      const { values } = column
      return (sink, index) => sink.ascii(numberLiteral(values[index]!))
    }
    case 'texts': {
      const { values } = column
      return (sink, index) => sink.text(JSON.stringify(values[index] ?? null))
    }
    case 'integers':
    case 'booleans': {
      const { values } = column
      return (sink, index) => sink.ascii(String(values[index] ?? null))
    }
    case 'json': {
      const { values } = column
      return (sink, index) => sink.copy(values[index] ?? NULL)
    }
    default:
      return undefined
  }
}
