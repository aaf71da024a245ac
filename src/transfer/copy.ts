/** Copies tables from one store to another, cell by cell, derived values left out. */
import type { CellType, ColumnSpec, Layout } from '../rows/layout.js'
import { type CellValue, type PackedRow, readLiteral } from '../rows/packed-row.js'
import { ALL_KEYS, type RowPut, type Store } from '../store/store.js'

/** Rows written in one batch. */
const BATCH_ROWS = 1000

/** Tells how many rows of a table are copied. */
export interface CopyOptions {
  /** True for columns that stores keep beside the rows without being told. */
  readonly isDerived?: (column: string) => boolean
  readonly onProgress?: (rows: number) => void
  readonly signal?: AbortSignal
}

/** What a copy did. */
export interface CopySummary {
  readonly rows: number
  /** Rows that were not there before, and rows that have changed. */
  readonly added: number
  readonly changed: number
}

/**
 * Copies all rows of a table over those of the other store; its other rows stay.
 *
 * @returns undefined when there is no such table
 * @throws ConflictError when the other store has a column with another type, StoreError
 */
export async function copyTable(
  from: Store,
  to: Store,
  table: string,
  { isDerived = () => false, onProgress, signal }: CopyOptions = {},
): Promise<CopySummary | undefined> {
  const schema = await from.schema(table)
  if (schema === undefined) return undefined
  const copier = new RowCopier(schema.columns, isDerived)
  const sum = { rows: 0, added: 0, changed: 0 }
  const flush = async (): Promise<void> => {
    const { columns, rows } = copier.take()
    const counts = (await to.write([{ table, columns, rows }])).get(table)
    sum.rows += rows.length
    sum.added += counts?.added ?? 0
    sum.changed += counts?.changed ?? 0
    onProgress?.(sum.rows)
  }
  for await (const batch of from.scan({ table, ranges: [ALL_KEYS], signal })) {
    for (const row of batch) copier.add(row)
    if (copier.size >= BATCH_ROWS) await flush()
  }
  // Also without rows: the other store then knows the table and its columns.
  await flush()
  return sum
}

/** Rows on their way, with the columns met so far. */
class RowCopier {
  readonly #isDerived: (column: string) => boolean
  readonly #columns: ColumnSpec[]
  readonly #positions: Map<string, number>
  readonly #targets = new Map<Layout, readonly number[]>()
  #rows: RowPut[] = []

  constructor(columns: readonly ColumnSpec[], isDerived: (column: string) => boolean) {
    this.#isDerived = isDerived
    this.#columns = [...columns]
    this.#positions = new Map(columns.map(({ name }, i) => [name, i]))
  }

  get size(): number {
    return this.#rows.length
  }

  add(row: PackedRow): void {
    const values: (CellValue | undefined)[] = []
    const targets = this.#targetsOf(row.layout)
    row.layout.columns.forEach(({ type }, i) => {
      const target = targets[i]!
      const literal = target < 0 ? undefined : readLiteral(row, i)
      if (literal !== undefined) values[target] = literalValue(literal, type)
    })
    this.#rows.push({ key: row.key, values })
  }

  take(): { columns: readonly ColumnSpec[]; rows: readonly RowPut[] } {
    const rows = this.#rows
    this.#rows = []
    return { columns: [...this.#columns], rows }
  }

  /** Position among the columns of the put for each column of a layout, -1 for derived ones. */
  #targetsOf(layout: Layout): readonly number[] {
    const known = this.#targets.get(layout)
    if (known !== undefined) return known
    const targets = layout.columns.map(column => this.#position(column))
    this.#targets.set(layout, targets)
    return targets
  }

  #position({ name, type }: ColumnSpec): number {
    const known = this.#positions.get(name)
    if (known !== undefined) return known
    if (this.#isDerived(name)) return -1
    this.#positions.set(name, this.#columns.length)
    return this.#columns.push({ name, type }) - 1
  }
}

/** Value that was written as this literal. */
function literalValue(literal: string, type: CellType): CellValue {
  switch (type) {
    case 'float':
      return Math.fround(literal === 'null' ? Number.NaN : Number(literal))
    case 'double':
      return literal === 'null' ? Number.NaN : Number(literal)
    case 'integer':
    case 'long':
      return BigInt(literal)
    case 'boolean':
      return literal === 'true'
    default:
      return JSON.parse(literal) as string
  }
}
