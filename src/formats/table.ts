/**
 * The one tabular type: what queries return and encoders write. A column is either stored (its
 * cells are read from packed rows by name, as bytes) or computed (its values stand in an array).
 */
import type { BytePool } from '../rows/byte-pool.js'
import type { CellType } from '../rows/layout.js'
import type { PackedRow } from '../rows/packed-row.js'

/** Type of an answer column; `json` cells are ready JSON texts (image stamps). */
export type ColumnType = CellType | 'json'

/** Values of a computed column, one per row; NaN, null and undefined are missing. */
export type ColumnValues =
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly kind: 'texts'; readonly values: readonly (string | null | undefined)[] }
  | { readonly kind: 'integers'; readonly values: readonly (bigint | number | null | undefined)[] }
  | { readonly kind: 'booleans'; readonly values: readonly (boolean | null | undefined)[] }
  | { readonly kind: 'json'; readonly values: readonly (Uint8Array | null | undefined)[] }
  | { readonly kind: 'constant'; readonly value: string | number | bigint | boolean | null }

/** A column of an answer. */
export interface TableColumn {
  readonly name: string
  readonly type: ColumnType
  /** Unit in the notation of VOUnits 1.1, UCD in that of UCD1+; absent when there is none. */
  readonly unit?: string | undefined
  readonly ucd?: string | undefined
  readonly description?: string | undefined
  /** Absent: the cells are those of the rows, by name. */
  readonly values?: ColumnValues | undefined
}

/** Columns and rows of (one batch of) an answer. */
export interface Table {
  readonly columns: readonly TableColumn[]
  readonly length: number
  /** One per row; may be empty when every column is computed. */
  readonly rows: readonly PackedRow[]
}

/** Facts about an answer that some formats carry beside the rows. */
export interface TableFacts {
  /** What the answer is, for readers of the file. */
  readonly title?: string | undefined
  /** True when rows were left out because of a limit. */
  readonly isTruncated?: boolean | undefined
  /** How many rows were left out; undefined when that is not known. */
  readonly truncatedCount?: number | undefined
  /** Time scale and system of the survey's time columns, VOTable TIMESYS. */
  readonly timeSystem?:
    | { readonly scale: 'UTC' | 'TAI'; readonly origin: 'JD-origin' | 'MJD-origin' }
    | undefined
}

/**
 * Turns one answer into bytes, piece by piece: `begin`, then `rows` per batch (same columns each
 * time, `values` may differ), then `end`.
 */
export interface TableEncoder {
  begin(): Uint8Array
  rows(batch: Table): Uint8Array
  end(): Uint8Array
  /** All three at once, for an answer of one batch: one piece is sent faster than three. */
  whole?(table: Table): Uint8Array
  /**
   * The same as parts of the memory of the rows, when all of it stands there ready; they are good
   * as long as the rows. Undefined when something has to be written.
   */
  slices?(table: Table): readonly Uint8Array[] | undefined
}

/** An output format. */
export interface TableFormat {
  /** Value of `output-format`. */
  readonly name: string
  readonly mediaType: string
  /** @param pool where the bytes of the pieces come from; who gets them may give them back */
  encoder(columns: readonly TableColumn[], facts: TableFacts, pool?: BytePool): TableEncoder
}

/** A table without stored cells. */
export function computedTable(columns: readonly TableColumn[], length: number): Table {
  return { columns, length, rows: [] }
}
