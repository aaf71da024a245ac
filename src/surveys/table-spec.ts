/** What a survey says about each of its tables: name, columns and how rows are keyed. */
import type { ColumnSpec } from '../rows/layout.js'

/** A table of a survey. */
export interface TableSpec {
  /** Name in the store, such as `ztf.class`. */
  readonly name: string
  /** Parts of the row key, joined by `_`; `ingest` builds keys by this rule. */
  readonly key: readonly string[]
  /** One line for documentation. */
  readonly description: string
  /** Column families, for stores that must know them when a table is made. */
  readonly families: readonly string[]
  /** Columns that ingest writes, in any order. */
  readonly columns: readonly ColumnSpec[]
}
