/**
 * How encoders read the cells of a table: stored cells as spans of bytes in packed rows, computed
 * cells as values.
 */
import type { Layout } from '../rows/layout.js'
import { formatDouble } from '../rows/number-text.js'
import { columnOf, isFiller, memberEnd, type PackedRow, textStart } from '../rows/packed-row.js'
import type { ColumnType, ColumnValues, TableColumn } from './table.js'

/** Value of a computed cell; bytes are the JSON text of a `json` cell. */
export type ComputedValue = string | number | bigint | boolean | Uint8Array

/** Gives, per row, the spans of its stored cells: see `cellFinder`. */
export type CellFinder = (row: PackedRow | undefined) => Int32Array

/**
 * Finds the literals of the stored columns in rows. The spans hold, for column i, the start and
 * end in `row.bytes` at 2i and 2i + 1; the start is -1 for missing cells and computed columns, and
 * everywhere when there is no row. The array is reused by the next call.
 */
export function cellFinder(columns: readonly TableColumn[]): CellFinder {
  const spans = new Int32Array(columns.length * 2)
  const names = columns.map(column => (column.values === undefined ? column.name : undefined))
  const plans = new Map<Layout, Int32Array>()
  return row => {
    if (row === undefined) return spans.fill(-1)
    let plan = plans.get(row.layout)
    if (plan === undefined) {
      plan = Int32Array.from(names, name => (name === undefined ? -1 : columnOf(row, name)))
      plans.set(row.layout, plan)
    }
    findCells(row, plan, spans)
    return spans
  }
}

function findCells(row: PackedRow, plan: Int32Array, spans: Int32Array): void {
  const { labels } = row.layout
  const origin = textStart(row)
  let last = -1
  let lastEnd = 0
  for (let i = 0; i < plan.length; i++) {
    const column = plan[i]!
    spans[2 * i] = -1
    if (column < 0) continue
    // Columns mostly stand in layout order, so that one ends where the next begins.
    const before = column === last + 1 ? lastEnd : memberEnd(row, column - 1)
    const after = memberEnd(row, column)
    last = column
    lastEnd = after
    if (after === before) continue
    const start = origin + before + labels[column]!.length
    if (isFiller(row, column, start)) continue
    spans[2 * i] = start
    spans[2 * i + 1] = origin + after - 1
  }
}

/** Value of a computed cell, undefined when it is missing. */
export function computedValue(values: ColumnValues, row: number): ComputedValue | undefined {
  const value = values.kind === 'constant' ? values.value : values.values[row]
  return value === null || (typeof value === 'number' && Number.isNaN(value)) ? undefined : value
}

/**
 * Canonical text of a computed number: digits for integer columns, else that of `formatDouble`,
 * whose infinities are `1e999` and `-1e999`.
 */
export function numberText(value: number | bigint, type: ColumnType): string {
  const isFloat = type === 'float' || type === 'double'
  return isFloat ? formatDouble(Number(value)) : String(value)
}

/** True when the number literal `bytes[start, end)` stands for an infinity (`1e999`, `-1e999`). */
export function isInfiniteLiteral(bytes: Uint8Array, start: number, end: number): boolean {
  // No finite double has a three-digit exponent that begins with 9.
  return end - start >= 5 && bytes[end - 4] === 0x65 && bytes[end - 3] === 0x39
}

/** Text of the JSON string literal `bytes[start, end)`, quotes included in the span. */
export function parseTextLiteral(bytes: Buffer, start: number, end: number): string {
  for (let at = start + 1; at < end - 1; at++) {
    if (bytes[at] === 0x5c) return JSON.parse(bytes.toString('utf8', start, end)) as string
  }
  return bytes.toString('utf8', start + 1, end - 1)
}
