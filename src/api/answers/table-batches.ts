/** Cuts a table that is whole into batches, so that it can be encoded and sent piece by piece. */
import type { ColumnValues, Table } from '../../formats/table.js'
import { packedLength } from '../../rows/packed-row.js'

/** Most rows of one batch of a long table. */
export const BATCH_ROWS = 512

/** Bytes that a batch should come to: a piece that fits into the caches of a core. */
const BATCH_BYTES = 192 * 1024

/** Rows of one batch of the table; a table of no more rows is its own only batch. */
export function batchRows({ rows }: Table): number {
  const [first] = rows
  if (first === undefined) return BATCH_ROWS
  return Math.max(16, Math.min(BATCH_ROWS, Math.floor(BATCH_BYTES / packedLength(first))))
}

/** The rows of a table in batches of `batchRows`. */
export function* toBatches(table: Table): Generator<Table> {
  const size = batchRows(table)
  if (table.length <= size) {
    yield table
    return
  }
  for (let start = 0; start < table.length; start += size) {
    yield sliceTable(table, start, Math.min(start + size, table.length))
  }
}

function sliceTable(table: Table, start: number, end: number): Table {
  const isWhole = table.columns.every(
    ({ values }) => values === undefined || values.kind === 'constant',
  )
  const rows = table.rows.slice(start, end)
  // The same columns mean the same plan of how to write a row.
  if (isWhole) return { columns: table.columns, length: end - start, rows }
  const columns = table.columns.map(column => {
    if (column.values === undefined) return column
    return { ...column, values: sliceValues(column.values, start, end) }
  })
  return { columns, length: end - start, rows }
}

function sliceValues(values: ColumnValues, start: number, end: number): ColumnValues {
  switch (values.kind) {
    case 'constant':
      return values
    case 'numbers':
      return { kind: 'numbers', values: values.values.subarray(start, end) }
    case 'texts':
      return { kind: 'texts', values: values.values.slice(start, end) }
    case 'integers':
      return { kind: 'integers', values: values.values.slice(start, end) }
    case 'booleans':
      return { kind: 'booleans', values: values.values.slice(start, end) }
    case 'json':
      return { kind: 'json', values: values.values.slice(start, end) }
  }
}
