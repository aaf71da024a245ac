/** Looks rows up in a store by key, and reads their cells back as values. */
import type { CellType } from '../rows/layout.js'
import { columnOf, type PackedRow, readLiteral } from '../rows/packed-row.js'
import { exactRange, type Store } from '../store/store.js'
import type { Cell } from './alert-batch.js'

/** The rows that exist, by key. */
export async function findRows(
  store: Store,
  table: string,
  keys: Iterable<string>,
): Promise<ReadonlyMap<string, PackedRow>> {
  const ranges = [...new Set(keys)].map(exactRange)
  const rows = new Map<string, PackedRow>()
  if (ranges.length === 0) return rows
  for await (const batch of store.scan({ table, ranges })) {
    for (const row of batch) rows.set(row.key, row)
  }
  return rows
}

/** Value of a cell; null when it is missing. */
export function storedCell(row: PackedRow, column: string, type: CellType): Cell {
  const literal = readLiteral(row, columnOf(row, column))
  if (literal === undefined) return null
  switch (type) {
    case 'double':
      return literal === 'null' ? Number.NaN : Number(literal)
    case 'float':
      return Math.fround(literal === 'null' ? Number.NaN : Number(literal))
    case 'integer':
      return Number(literal)
    case 'long':
      return BigInt(literal)
    case 'boolean':
      return literal === 'true'
    default:
      return JSON.parse(literal) as string
  }
}
