/**
 * What an embedded store knows about its tables: their columns and the layouts their rows were
 * written with. Kept as JSON records beside the tables, in the same transactions as the rows.
 */
import { type CellType, type ColumnSpec, type Layout, toLayout } from '../../rows/layout.js'

/** One table. Row values begin with the number of the layout they were written with. */
export interface CatalogEntry {
  readonly columns: ReadonlyMap<string, ColumnSpec>
  /** Only ever appended to; the last one is that of the present columns. */
  readonly layouts: readonly Layout[]
}

/** Layout numbers are 16 bits. */
export const MAX_LAYOUTS = 0xffff

/** Layout that new rows of the table get. */
export function currentLayout(entry: CatalogEntry): Layout {
  return entry.layouts[entry.layouts.length - 1]!
}

interface CatalogRecord {
  readonly columns: readonly (readonly [string, CellType])[]
  readonly layouts: readonly (readonly (readonly [string, CellType])[])[]
}

/** Record of an entry as it is stored. */
export function encodeCatalogEntry(entry: CatalogEntry): Buffer {
  const pair = ({ name, type }: ColumnSpec): [string, CellType] => [name, type]
  const record: CatalogRecord = {
    columns: [...entry.columns.values()].map(pair),
    layouts: entry.layouts.map(layout => layout.columns.map(pair)),
  }
  return Buffer.from(JSON.stringify(record))
}

/** Entry of a stored record. */
export function decodeCatalogEntry(bytes: Uint8Array): CatalogEntry {
  const record = JSON.parse(Buffer.from(bytes).toString()) as CatalogRecord
  const column = ([name, type]: readonly [string, CellType]): ColumnSpec => ({ name, type })
  return {
    columns: new Map(record.columns.map(pair => [pair[0], column(pair)])),
    layouts: record.layouts.map(columns => toLayout(columns.map(column))),
  }
}
