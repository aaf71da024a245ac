/**
 * Alerts between file and rows: a batch holds the values a survey asked for column by column,
 * already of the type of their cells, whatever the file was written with.
 */
import type { CellType } from '../rows/layout.js'
import type { CellValue } from '../rows/packed-row.js'

/** A value to read from each alert. */
export interface CellField {
  /** Where it stands in the alert, parts joined by dots; map keys count as parts. */
  readonly path: string
  /** Name of its column in the table that holds the alert itself. */
  readonly column: string
  readonly type: CellType
  /** Value of alerts from files that do not have the path; a null in the file stays missing. */
  readonly whenMissing?: CellValue
}

/**
 * A list to read from each alert: one member of each record of an array (`prv_candidates.jd`),
 * or the members of a record in the order of the file (`lc_features_g`).
 */
export interface ListField {
  readonly path: string
  readonly type: CellType
}

/** Everything a survey reads from its alerts. */
export interface AlertFields {
  readonly cells: readonly CellField[]
  readonly lists: readonly ListField[]
  /** Paths without which a file is not an alert file of the survey. */
  readonly required: readonly string[]
}

/** A cell of a batch; null is a missing value. */
export type Cell = CellValue | null

/** A list of a batch: null when the record or the array itself is null. */
export type CellList = readonly Cell[] | null

/** Consecutive alerts of a file. */
export interface AlertBatch {
  readonly length: number
  /** Positions of the alerts in their file. */
  readonly rows: readonly number[]
  /** Per field of `AlertFields.cells` one value per alert; undefined when the file lacks it. */
  readonly cells: readonly (readonly Cell[] | undefined)[]
  /** The same for `AlertFields.lists`. */
  readonly lists: readonly (readonly CellList[] | undefined)[]
  /** What is wrong with alerts whose values cannot be read, by position in the batch. */
  readonly problems: ReadonlyMap<number, string>
}

/** The alerts at the given positions as a batch of their own. */
export function pickAlerts(batch: AlertBatch, positions: readonly number[]): AlertBatch {
  if (positions.length === batch.length) return batch
  return {
    length: positions.length,
    rows: positions.map(at => batch.rows[at] ?? 0),
    cells: batch.cells.map(column => column && positions.map(at => column[at] ?? null)),
    lists: batch.lists.map(column => column && positions.map(at => column[at] ?? null)),
    problems: new Map(),
  }
}

/** The numbers from `start` on. */
export function consecutive(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i)
}
