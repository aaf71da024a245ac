/**
 * Writing a row over a stored one: cells given replace, cells not given stay, derived cells are
 * computed anew from the result.
 */
import { type ColumnSpec, type Layout, toLayout } from './layout.js'
import type { CellValue, PackedRow } from './packed-row.js'
import type { RowWriter } from './row-writer.js'

/**
 * Columns that follow from other cells. Stores keep them beside the rows, so that reading costs
 * nothing; they are not part of the schema of the table.
 */
export interface Derivation {
  readonly columns: readonly ColumnSpec[]
  /**
   * Derived values, in the order of `columns`, of a row whose cells `literal` gives by name
   * (canonical texts, undefined when missing); undefined in place of a value is a missing cell.
   */
  derive(literal: (name: string) => string | undefined): readonly (CellValue | undefined)[]
  readonly group?: GroupDerivation
}

/** Columns that follow from all rows of a group (the light curve of an object). */
export interface GroupDerivation {
  /** All of type double. */
  readonly columns: readonly ColumnSpec[]
  /** The beginning of the key that the rows of the group share, and no other row has. */
  prefixOf(key: string): string
  /**
   * One array per column with a value per row, NaN for none.
   *
   * @param count number of rows, which are in key order
   * @param number the cell of a row in a numeric column, NaN when missing
   */
  compute(count: number, number: (row: number, column: string) => number): readonly Float64Array[]
}

/** Everything needed to write rows given in one column order into one layout. */
export interface MergePlan {
  readonly layout: Layout
  /** Position in the put and in the layout of each column of the put, in layout order. */
  readonly moves: readonly { readonly from: number; readonly to: number }[]
  readonly derivation: Derivation | undefined
  /** Layout position of each derived column. */
  readonly derivedTargets: readonly number[]
  /** Layout position of each column that is derived from the group. */
  readonly groupTargets: readonly number[]
}

/** What rows are merged with. */
export interface Merging {
  readonly plan: MergePlan
  readonly writer: RowWriter
}

/** A row to write: values stand in the order of the columns of the put. */
export interface RowValues {
  readonly key: string
  readonly values: readonly (CellValue | null | undefined)[]
}

/** Layout of a table: its schema and, when it has one, the columns of its derivation. */
export function layoutOf(columns: Iterable<ColumnSpec>, derivation?: Derivation): Layout {
  const derived = [...(derivation?.columns ?? []), ...(derivation?.group?.columns ?? [])]
  return toLayout([...columns, ...derived])
}

/**
 * Plan for puts with the given columns.
 *
 * @throws RangeError when a column is not in the layout
 */
export function planMerge(
  layout: Layout,
  columns: readonly ColumnSpec[],
  derivation?: Derivation,
): MergePlan {
  const position = ({ name }: ColumnSpec): number => {
    const at = layout.index.get(name)
    if (at === undefined) throw new RangeError(`Cannot write column "${name}": not in the layout`)
    return at
  }
  return {
    layout,
    // Cells written in layout order stand behind each other, so that they are packed at once.
    moves: columns
      .map((column, from) => ({ from, to: position(column) }))
      .sort((a, b) => a.to - b.to),
    derivation,
    derivedTargets: derivation?.columns.map(position) ?? [],
    groupTargets: derivation?.group?.columns.map(position) ?? [],
  }
}

/**
 * The row that results from writing `values` over `existing`, with the cells derived from it alone;
 * those derived from its group are as they were.
 */
export function mergeRow(
  { plan, writer }: Merging,
  existing: PackedRow | undefined,
  { key, values }: RowValues,
): PackedRow {
  writer.open(plan.layout)
  if (existing !== undefined) writer.keep(existing)
  for (const { from, to } of plan.moves) {
    const value = values[from]
    if (value !== null && value !== undefined) writer.set(to, value)
  }
  if (plan.derivation !== undefined) setDerived(plan, plan.derivation, writer)
  return writer.close(key)
}

/** The row with other values in the columns that are derived from its group; NaN is none. */
export function withGroupCells(
  { plan, writer }: Merging,
  row: PackedRow,
  values: readonly number[],
): PackedRow {
  writer.open(plan.layout)
  writer.keep(row)
  // A layout that has grown may have got columns that follow from the row.
  if (row.layout !== plan.layout && plan.derivation !== undefined) {
    setDerived(plan, plan.derivation, writer)
  }
  plan.groupTargets.forEach((target, i) => {
    const value = values[i] ?? Number.NaN
    if (Number.isNaN(value)) writer.clear(target)
    else writer.set(target, value)
  })
  return writer.close(row.key)
}

function setDerived(
  { derivedTargets }: MergePlan,
  derivation: Derivation,
  writer: RowWriter,
): void {
  const derived = derivation.derive(name => writer.literal(name))
  for (let i = 0; i < derivedTargets.length; i++) {
    const value = derived[i]
    if (value === undefined) writer.clear(derivedTargets[i]!)
    else writer.set(derivedTargets[i]!, value)
  }
}
