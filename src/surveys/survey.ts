/**
 * Everything that may differ between two surveys, as one value. Queries and routes are written
 * once and read what they need from here; nothing else asks which survey it is.
 */
import type { TableFacts } from '../formats/table.js'
import type { Derivation, GroupDerivation } from '../rows/merge.js'
import type { ColumnFacts } from './column-facts.js'
import type { TableSpec } from './table-spec.js'

/** Names of the columns that identify and place an alert. */
export interface AlertColumns {
  readonly object: string
  readonly alert: string
  readonly time: string
  readonly ra: string
  readonly dec: string
  readonly band: string
}

/** Where light curves are and how their rows are keyed. */
export interface LightCurveSource {
  readonly table: string
  /** Parameter that carries object ids. */
  readonly idParam: string
  readonly idExample: string
  /**
   * Key prefix of all rows of the object. A complete id selects that object alone, the beginning
   * of one selects every object whose id begins so.
   *
   * @throws SyntaxError when the text cannot begin an id
   */
  keyPrefix(id: string): string
  /** Tables of points that are not detections, and the tag each of their rows gets. */
  readonly extra: readonly { readonly table: string; readonly tag: string }[]
}

/** A value that a whole-row answer shows for a column none of its rows has. */
export interface ColumnDefault {
  /** The columns are added together, when the first of them is in no row. */
  readonly columns: readonly string[]
  readonly value: string | number
}

/** One survey. */
export interface Survey {
  /** First part of paths and option values. */
  readonly name: string
  readonly title: string
  /** Column families, `v` for values computed by the service included. */
  readonly families: readonly string[]
  readonly tables: readonly TableSpec[]
  /** What is known about each column of any answer, by name. */
  readonly facts: ReadonlyMap<string, ColumnFacts>
  readonly timeSystem: NonNullable<TableFacts['timeSystem']>
  readonly columns: AlertColumns
  readonly lightCurve: LightCurveSource
  readonly defaults: readonly ColumnDefault[]
  /** Columns that never appear in an answer. */
  isHidden(column: string): boolean
  /** Values kept beside the rows of a table, undefined when it has none. */
  derivationOf(table: string): Derivation | undefined
  /** Derived columns that need a whole light curve. */
  readonly curve: GroupDerivation
  /** The answer of the `schema` route. */
  schemaDocument(): unknown
}

/** Table of a survey by name. */
export function tableSpec(survey: Survey, name: string): TableSpec {
  const table = survey.tables.find(spec => spec.name === name)
  if (table === undefined) throw new RangeError(`Survey "${survey.name}" has no table "${name}"`)
  return table
}
