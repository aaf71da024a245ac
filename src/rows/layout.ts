/**
 * Column layouts of wide rows. A layout is the fixed, name-ordered list of columns that a packed
 * row was written with; rows of one table may use several layouts as its columns grow.
 */

/** Type of the cells of a column, with the names the schema rows of the tables use. */
export type CellType = 'string' | 'integer' | 'long' | 'float' | 'double' | 'boolean' | 'timestamp'

/** The types, for readers of schema texts. */
export const CELL_TYPES: readonly CellType[] = [
  'string',
  'integer',
  'long',
  'float',
  'double',
  'boolean',
  'timestamp',
]

/** Name (`family:qualifier`) and type of a column. */
export interface ColumnSpec {
  readonly name: string
  readonly type: CellType
}

/** A frozen, name-ordered list of columns with what the row codec needs about each. */
export interface Layout {
  readonly columns: readonly ColumnSpec[]
  /** Position of a column by name. */
  readonly index: ReadonlyMap<string, number>
  /** `"name":` per column, as text. */
  readonly labelTexts: readonly string[]
  /** The same as UTF-8 bytes. */
  readonly labels: readonly Buffer[]
  /** 1 for columns that may hold NaN and infinities. */
  readonly isFloat: Uint8Array
}

/** Most columns a layout may have: a sanity bound, the widest known table has 214. */
export const MAX_COLUMNS = 4096

/** Compares texts by their UTF-8 bytes, the order of row keys and column names in the stores. */
export function compareUtf8(a: string, b: string): number {
  // UTF-16 order differs from byte order only when a surrogate is involved.
  if (a === b) return 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is meant
  if (/^[\x00-\x7f]*$/.test(a) && /^[\x00-\x7f]*$/.test(b)) return a < b ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/**
 * Layout of the given columns, in name order.
 *
 * @throws RangeError when a name occurs twice or there are more than `MAX_COLUMNS`
 */
export function toLayout(columns: Iterable<ColumnSpec>): Layout {
  const sorted = [...columns].sort((a, b) => compareUtf8(a.name, b.name))
  if (sorted.length > MAX_COLUMNS) {
    throw new RangeError(`Cannot lay out ${sorted.length} columns: at most ${MAX_COLUMNS}`)
  }
  const index = new Map(sorted.map((column, position) => [column.name, position]))
  if (index.size !== sorted.length)
    throw new RangeError('Cannot lay out columns: a name occurs twice')
  const labelTexts = sorted.map(column => `${JSON.stringify(column.name)}:`)
  const labels = labelTexts.map(label => Buffer.from(label))
  const isFloat = Uint8Array.from(sorted, ({ type }) =>
    type === 'float' || type === 'double' ? 1 : 0,
  )
  return { columns: sorted, index, labelTexts, labels, isFloat }
}
