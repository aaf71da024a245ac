/**
 * Writing a row over a stored one: cells given replace, cells not given stay, derived cells are
 * computed anew from the result.
 */
import { type CellType, type ColumnSpec, type Layout, toLayout } from './layout.js'
import { NumberTexts } from './number-texts.js'
import { type CellValue, type PackedRow, readLiteral, toLiteral } from './packed-row.js'

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
  /** Layout position of each column of the put. */
  readonly targets: readonly number[]
  readonly derivation: Derivation | undefined
  /** Layout position of each derived column. */
  readonly derivedTargets: readonly number[]
  /** Layout position of each column that is derived from the group. */
  readonly groupTargets: readonly number[]
  readonly texts: NumberTexts
}

/** Layout of a table: its schema and, when it has one, the columns of its derivation. */
export function layoutOf(columns: Iterable<ColumnSpec>, derivation?: Derivation): Layout {
  const derived = [...(derivation?.columns ?? []), ...(derivation?.group?.columns ?? [])]
  return toLayout([...columns, ...derived])
}

/** What a plan takes beside columns. */
export interface MergeOptions {
  readonly derivation?: Derivation | undefined
  /** Shared by the tables of a store; of this plan alone when absent. */
  readonly texts?: NumberTexts
}

/**
 * Plan for puts with the given columns.
 *
 * @throws RangeError when a column is not in the layout
 */
export function planMerge(
  layout: Layout,
  columns: readonly ColumnSpec[],
  { derivation, texts = new NumberTexts() }: MergeOptions = {},
): MergePlan {
  const position = ({ name }: ColumnSpec): number => {
    const at = layout.index.get(name)
    if (at === undefined) throw new RangeError(`Cannot write column "${name}": not in the layout`)
    return at
  }
  return {
    layout,
    targets: columns.map(position),
    derivation,
    derivedTargets: derivation?.columns.map(position) ?? [],
    groupTargets: derivation?.group?.columns.map(position) ?? [],
    texts,
  }
}

/**
 * The cells of the row that results from writing `values` over `existing`, as literals in layout
 * order, before those derived from its group.
 */
export function mergeLiterals(
  plan: MergePlan,
  existing: PackedRow | undefined,
  values: readonly (CellValue | null | undefined)[],
): (string | undefined)[] {
  const { layout } = plan
  const literals: (string | undefined)[] = new Array(layout.columns.length).fill(undefined)
  if (existing !== undefined) keepCells(existing, layout, literals)
  for (let i = 0; i < plan.targets.length; i++) {
    const value = values[i]
    if (value === null || value === undefined) continue
    const target = plan.targets[i]!
    literals[target] = literalOf(plan, value, layout.columns[target]!.type)
  }
  if (plan.derivation !== undefined) addDerived(plan, plan.derivation, literals)
  return literals
}

function literalOf({ texts }: MergePlan, value: CellValue, type: CellType): string {
  if (typeof value === 'number' && type === 'double') return texts.double(value)
  if (typeof value === 'number' && type === 'float') return texts.float(value)
  return toLiteral(value, type)
}

function keepCells(existing: PackedRow, layout: Layout, literals: (string | undefined)[]): void {
  const { columns } = existing.layout
  for (let i = 0; i < columns.length; i++) {
    const target = layout === existing.layout ? i : layout.index.get(columns[i]!.name)
    if (target !== undefined) literals[target] = readLiteral(existing, i)
  }
}

function addDerived(
  plan: MergePlan,
  derivation: Derivation,
  literals: (string | undefined)[],
): void {
  const { layout, derivedTargets } = plan
  const derived = derivation.derive(name => literals[layout.index.get(name) ?? -1])
  for (let i = 0; i < derivedTargets.length; i++) {
    const value = derived[i]
    const target = derivedTargets[i]!
    literals[target] =
      value === undefined ? undefined : literalOf(plan, value, layout.columns[target]!.type)
  }
}
