/**
 * JSON answers: an array of flat objects, missing cells null (RFC 8259). Neighbours in a chunk of
 * whole rows (rows/filled-rows.ts) are one copy together, and in long answers none at all; other
 * rows are written member by member (json-members.ts).
 */
import type { BytePool } from '../rows/byte-pool.js'
import { AROUND_TEXT_BYTES } from '../rows/filled-rows.js'
import type { Layout } from '../rows/layout.js'
import { hasInfinity, type PackedRow, textLength, textStart } from '../rows/packed-row.js'
import { ByteSink } from './byte-sink.js'
import { isWhole, type RowPlan, rowPlan, writeMembers } from './json-members.js'
import type { Table, TableColumn, TableEncoder, TableFormat } from './table.js'

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
const ARRAY_START = Buffer.of(OPEN_ARRAY)
const ARRAY_END = Buffer.of(CLOSE_ARRAY)

class JsonEncoder implements TableEncoder {
  private readonly sink: ByteSink
  private isEmpty = true

  constructor(pool: BytePool | undefined) {
    this.sink = new ByteSink(16_384, pool)
  }

  begin(): Uint8Array {
    return ARRAY_START
  }

  rows(batch: Table): Uint8Array {
    this.writeRows(batch)
    return this.sink.take()
  }

  end(): Uint8Array {
    return ARRAY_END
  }

  whole(table: Table): Uint8Array {
    this.sink.byte(OPEN_ARRAY)
    this.writeRows(table)
    this.sink.byte(CLOSE_ARRAY)
    return this.sink.take()
  }

  slices({ columns, rows }: Table): Uint8Array[] | undefined {
    const slices: Uint8Array[] = [ARRAY_START]
    for (let index = 0; index < rows.length; ) {
      const first = rows[index]!
      const run = runLength(rows, index, rowPlan(columns, first.layout))
      if (run === 0) return undefined
      const { start, end } = runSpan(first, rows[index + run - 1]!)
      index += run
      // With the comma behind it, unless it is the last one.
      slices.push(first.bytes.subarray(start, index < rows.length ? end + 1 : end))
    }
    slices.push(ARRAY_END)
    return slices
  }

  private writeRows({ columns, rows, length }: Table): void {
    const { sink } = this
    sink.reserve(expectedBytes(columns, rows, length))
    let plan: RowPlan | undefined
    let layout: Layout | undefined
    for (let index = 0; index < length; ) {
      const row = rows[index] ?? NO_ROW
      if (plan === undefined || row.layout !== layout) {
        plan = rowPlan(columns, row.layout)
        layout = row.layout
      }
      if (!this.isEmpty) sink.byte(COMMA)
      this.isEmpty = false
      const run = runLength(rows, index, plan)
      if (run === 0) {
        writeObject(sink, plan, row, index++)
      } else {
        const { start, end } = runSpan(row, rows[index + run - 1]!)
        sink.copy(row.bytes, start, end)
        index += run
      }
    }
  }
}

/** How many rows from `index` on stand one behind the other as they are wanted; mostly 0 or many. */
function runLength(rows: readonly PackedRow[], index: number, plan: RowPlan): number {
  const first = rows[index]
  if (first?.filled === undefined || !isWhole(plan, first.filled)) return 0
  let next = textStart(first)
  let end = index
  for (; end < rows.length; end++) {
    const row = rows[end]!
    if (row.bytes !== first.bytes || row.text !== next || hasInfinity(row)) break
    next = textStart(row) + textLength(row) + AROUND_TEXT_BYTES
  }
  return end - index
}

/** Where a run of whole rows stands, from brace to brace. */
function runSpan(first: PackedRow, last: PackedRow): { start: number; end: number } {
  return { start: textStart(first) - 1, end: textStart(last) + textLength(last) }
}

/** Rows whose length is looked at: those of a batch are much alike. */
const MAX_MEASURED = 32

/** Bytes of the batch when every stored cell is wanted: growing later would copy what is written. */
function expectedBytes(
  columns: readonly TableColumn[],
  rows: readonly PackedRow[],
  length: number,
): number {
  const first = rows[0]
  if (first === undefined) return length * columns.length * 16
  const share = Math.min(1, columns.length / first.layout.columns.length)
  const step = Math.ceil(rows.length / MAX_MEASURED)
  let stored = 0
  for (let i = 0; i < rows.length; i += step) stored += textLength(rows[i]!)
  return Math.ceil(stored * step * share * 1.1) + length * 32
}

const NO_ROW: PackedRow = {
  key: '',
  layout: { columns: [], index: new Map(), labelTexts: [], labels: [], isFloat: new Uint8Array() },
  bytes: Buffer.of(0, 0, 0),
  start: 0,
}

function writeObject(sink: ByteSink, plan: RowPlan, row: PackedRow, index: number): void {
  sink.byte(OPEN_OBJECT)
  const start = sink.length
  writeMembers(plan, sink, row, index)
  // Every member ends with a comma; the last one gives way to the brace.
  if (sink.length > start) sink.length--
  sink.byte(CLOSE_OBJECT)
}
