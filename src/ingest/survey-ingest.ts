/**
 * What ingest must know about a survey, as one value: what to read from its alerts, which rows
 * they become, and what is counted. Everything else is the same for all surveys.
 */
import type { ColumnSpec } from '../rows/layout.js'
import type { RowPut } from '../store/store.js'
import type { AlertBatch, AlertFields, Cell } from './alert-batch.js'

/** Where rows go; one object per table and set of columns, compared by identity. */
export interface RowTarget {
  readonly table: string
  readonly columns: readonly ColumnSpec[]
}

/** A row of an alert. */
export interface AlertRow extends RowPut {
  /** When the alert was taken; for rows of tables in `SurveyIngest.newest` only. */
  readonly time?: number
}

/** Takes the rows of alerts. */
export type AddRow = (target: RowTarget, row: AlertRow) => void

/** Where alerts came from. */
export interface AlertOrigin {
  /** Path of their file as it is written into rows. */
  readonly path: string
  /** True when the file holds image stamps that can be read from it later. */
  readonly hasStamps: boolean
}

/** An alert and where its own row is, or why it cannot be stored. */
export type AlertIdentity =
  | { readonly alert: string; readonly table: string; readonly key: string }
  | { readonly alert: string | undefined; readonly problem: string }

/** What one alert adds to the counts of its night. */
export interface Tally {
  /** Key of the row that holds the counts. */
  readonly key: string
  /** Columns that count the alert. */
  readonly counted: readonly string[]
  /** Columns that count different values: column and value of this alert. */
  readonly distinct: readonly (readonly [column: string, value: string])[]
}

/** A table that keeps the best few rows of each group of keys. */
export interface BestRows {
  readonly table: string
  /** Rows with the lowest value in this column are kept. */
  readonly column: string
  /** Most rows of a group. */
  readonly limit: number
  /** First and last key prefix of the group that a key belongs to; see `keyRange`. */
  groupOf(key: string): readonly [from: string, through: string]
}

/** A survey as ingest sees it. */
export interface SurveyIngest {
  readonly name: string
  /** All tables, so that they are there even when no alert has rows for them. */
  readonly tables: readonly { readonly name: string; readonly columns: readonly ColumnSpec[] }[]
  readonly fields: AlertFields
  /** Column of the number by which alerts are told apart. */
  readonly alertColumn: string
  /** A path that only files with image stamps have. */
  readonly stampPath: string
  /**
   * Tables whose rows several alerts write, of which the newest counts, with the column that tells
   * the time of that alert; undefined when the table has none, so that it is noted elsewhere.
   */
  readonly newest: ReadonlyMap<string, string | undefined>
  readonly best: readonly BestRows[]
  /** Table and columns of the counts; each label met adds a column. */
  readonly statistics: RowTarget
  /** Identity of the alert at a position; `problems` of the batch are already dealt with. */
  identify(batch: AlertBatch, position: number): AlertIdentity
  /**
   * Adds all rows of the alerts. Cells that files may lack are filled in by then.
   *
   * @param origin undefined for alerts read back from the store, which have no history
   */
  addRows(batch: CompleteBatch, origin: AlertOrigin | undefined, add: AddRow): void
  tally(batch: CompleteBatch, position: number): Tally
}

/** A batch without absent columns of cells. */
export interface CompleteBatch extends AlertBatch {
  readonly cells: readonly (readonly Cell[])[]
  /** Positions of alerts whose row was in the store before. */
  readonly known: ReadonlySet<number>
}

/** A file that fills one table row by row, beside the alerts. */
export interface TableFile {
  /** What users call it. */
  readonly kind: string
  readonly target: RowTarget
  readonly fields: AlertFields
  /** Rows of the record at a position; none when it cannot be stored. */
  toRows(batch: AlertBatch, position: number): readonly AlertRow[]
}
