/**
 * JSON answers: an array of flat objects, missing cells null (RFC 8259). Cells of packed rows are
 * ready JSON members, so runs of present columns are copied at once; a row that has all its
 * columns is one copy.
 */
import type { BytePool } from '../rows/byte-pool.js'
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
import { ByteSink } from './byte-sink.js'
import type { ColumnValues, Table, TableColumn, TableEncoder, TableFormat } from './table.js'

/** The format `json`. */
export const jsonFormat: TableFormat = {
  name: 'json',
  mediaType: 'application/json',
  encoder: (_columns, _facts, pool) => new JsonEncoder(pool),
}

const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const NULL = Buffer.from('null')
const NULL_MEMBER_END = Buffer.from('null,')

/** Writes the members of part of a row. */
type Step = (sink: ByteSink, row: PackedRow, index: number) => void

class JsonEncoder implements TableEncoder {
  private readonly sink: ByteSink
  private isEmpty = true

  constructor(pool: BytePool | undefined) {
    this.sink = new ByteSink(16_384, pool)
  }

  begin(): Uint8Array {
    return Buffer.from('[')
  }

  rows(batch: Table): Uint8Array {
    this.writeRows(batch)
    return this.sink.take()
  }

  end(): Uint8Array {
    return Buffer.from(']')
  }

  whole(table: Table): Uint8Array {
    this.sink.byte(OPEN_ARRAY)
    this.writeRows(table)
    this.sink.byte(CLOSE_ARRAY)
    return this.sink.take()
  }

  private writeRows(batch: Table): void {
    const { sink } = this
    sink.reserve(expectedBytes(batch))
    let plannedLayout: Layout | undefined
    let steps: readonly Step[] = []
    for (let index = 0; index < batch.length; index++) {
      const row = batch.rows[index]
      const layout = row?.layout ?? NO_ROW.layout
      if (layout !== plannedLayout) {
        steps = plannedSteps(batch.columns, layout)
        plannedLayout = layout
      }
      if (!this.isEmpty) sink.byte(COMMA)
      this.isEmpty = false
      writeObject(sink, steps, row ?? NO_ROW, index)
    }
  }
}

/** Bytes of the batch when every stored cell is wanted: growing later would copy what is written. */
function expectedBytes({ rows, columns, length }: Table): number {
  const first = rows[0]
  if (first === undefined) return length * columns.length * 16
  const share = Math.min(1, columns.length / first.layout.columns.length)
  let stored = 0
  for (const row of rows) stored += memberEnd(row, row.layout.columns.length - 1)
  return Math.ceil(stored * share * 1.1) + length * 32
}

const NO_ROW: PackedRow = {
  key: '',
  layout: { columns: [], index: new Map(), labelTexts: [], labels: [], isFloat: new Uint8Array() },
  bytes: Buffer.of(0, 0, 0),
  start: 0,
}

function writeObject(sink: ByteSink, steps: readonly Step[], row: PackedRow, index: number): void {
  sink.byte(OPEN_OBJECT)
  const start = sink.length
  for (const step of steps) step(sink, row, index)
  // Every member ends with a comma; the last one gives way to the brace.
  if (sink.length > start) sink.length--
  sink.byte(CLOSE_OBJECT)
}

/** Answers of one shape share their columns, and thus the plan of how to write a row. */
const plans = new WeakMap<readonly TableColumn[], Map<Layout, readonly Step[]>>()

function plannedSteps(columns: readonly TableColumn[], layout: Layout): readonly Step[] {
  let byLayout = plans.get(columns)
  if (byLayout === undefined) {
    byLayout = new Map()
    plans.set(columns, byLayout)
  }
  let steps = byLayout.get(layout)
  if (steps === undefined) {
    steps = planSteps(columns, layout)
    byLayout.set(layout, steps)
  }
  return steps
}

function planSteps(columns: readonly TableColumn[], layout: Layout | undefined): Step[] {
  const steps: Step[] = []
  for (let i = 0; i < columns.length; i++) {
    const { name, values } = columns[i]!
    const label = Buffer.from(`${JSON.stringify(name)}:`)
    const from = layout?.index.get(name)
    if (values !== undefined) steps.push(computedStep(label, values))
    else if (from === undefined) steps.push(constantStep(label, NULL))
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

function isNext(column: TableColumn | undefined, layout: Layout | undefined, at: number): boolean {
  return (
    column !== undefined && column.values === undefined && layout?.columns[at]?.name === column.name
  )
}

/** Copies the members of layout columns `[from, to)`, with nulls where cells are missing. */
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
      if (end > copied) sink.copy(row.bytes, text + copied, text + end)
      copied = end
      writeNull(sink, row.layout.labels[column]!)
    }
    const end = memberEnd(row, to - 1)
    if (end > copied) sink.copy(row.bytes, text + copied, text + end)
  }
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
    else sink.copy(row.bytes, start, end)
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
