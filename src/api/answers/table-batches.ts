/** Cuts a table that is whole into batches, so that it can be encoded and sent piece by piece. */
import type { ColumnValues, Table } from '../../formats/table.js'

/** Rows of one batch of a long table. */
export const BATCH_ROWS = 512

/** The rows of a table in batches of at most `BATCH_ROWS`; a short table is its own only batch. */
export function* toBatches(table: Table): Generator<Table> {
  if (table.length <= BATCH_ROWS) {
    yield table
    return
  }
  for (let start = 0; start < table.length; start += BATCH_ROWS) {
    yield sliceTable(table, start, Math.min(start + BATCH_ROWS, table.length))
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
