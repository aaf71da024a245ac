/**
 * Schema rows: each table describes its columns in rows of its own, with a cell per column that
 * holds the name of its type. Rows of data begin with anything but `schema`.
 */
import { compareUtf8 } from '../../../rows/layout.js'
import { DEFAULT_SCHEMA_KEY, SCHEMA_PREFIX } from '../../schema.js'
import { prefixEnd } from '../../store.js'
import {
  type CellBatch,
  cellValue,
  columnName,
  emptyBatch,
  rowKey,
} from '../protocol/cell-block.js'
import { GrowingColumns } from '../reads/packed-columns.js'
import { type StoredColumn, storedColumn } from '../values/cell-encodings.js'
import { type HBaseTables, isTableMissing } from './client-tables.js'

/** First key of schema rows, and the first behind them. */
export const SCHEMA_START = Buffer.from(SCHEMA_PREFIX)
export const SCHEMA_END = prefixEnd(SCHEMA_START)

/** Most sets of requested columns that are kept prepared for one table. */
const MAX_SELECTIONS = 64

/** What the schema row in use says about a table. */
export class StoredSchema {
  /** Key of the row; that of the row to be made when the table has none. */
  readonly key: string
  /** In name order. */
  readonly columns: ReadonlyMap<string, StoredColumn>
  readonly #selections = new Map<string, GrowingColumns>()

  constructor(key: string, columns: readonly StoredColumn[]) {
    this.key = key
    const sorted = [...columns].sort((a, b) => compareUtf8(a.name, b.name))
    this.columns = new Map(sorted.map(column => [column.name, column]))
  }

  /** The columns that rows of a scan are packed with; all known ones when `names` is undefined. */
  selection(names: readonly string[] | undefined): GrowingColumns {
    const key = names === undefined ? '' : [...names].sort(compareUtf8).join('\n')
    const kept = this.#selections.get(key)
    if (kept !== undefined) return kept
    const wanted = names === undefined ? undefined : new Set(names)
    const columns = [...this.columns.values()].filter(({ name }) => wanted?.has(name) ?? true)
    const made = new GrowingColumns(columns)
    if (this.#selections.size >= MAX_SELECTIONS) this.#selections.clear()
    this.#selections.set(key, made)
    return made
  }

  /** True when another reading gave the same. */
  isSameAs(other: StoredSchema): boolean {
    return this.key === other.key && textOf(this) === textOf(other)
  }
}

function textOf({ columns }: StoredSchema): string {
  return [...columns.values()].map(({ name, typeName }) => `${name} ${typeName}`).join('\n')
}

/** How schema rows are chosen and how long they are believed. */
export interface SchemaOptions {
  /** Key of the row to use; the greatest one when undefined or not there. */
  readonly schemaKey: string | undefined
  readonly maxAgeMs: number
  readonly nowMs: () => number
}

interface CachedSchema {
  readonly schema: StoredSchema
  readonly readAtMs: number
}

/** The schemas of the tables of one cluster, read when needed and kept for a while. */
export class SchemaRows {
  readonly #client: HBaseTables
  readonly #options: SchemaOptions
  readonly #cached = new Map<string, CachedSchema>()
  readonly #reads = new Map<string, Promise<StoredSchema | undefined>>()

  constructor(client: HBaseTables, options: SchemaOptions) {
    this.#client = client
    this.#options = options
  }

  /** Key of the schema row that is made in a table without one. */
  get newKey(): string {
    return this.#options.schemaKey ?? DEFAULT_SCHEMA_KEY
  }

  /**
   * What is known about a table, undefined when it does not exist.
   *
   * @throws StoreError when it cannot be read
   */
  async get(table: string): Promise<StoredSchema | undefined> {
    const cached = this.#cached.get(table)
    const { nowMs, maxAgeMs } = this.#options
    if (cached !== undefined && nowMs() - cached.readAtMs < maxAgeMs) return cached.schema
    return this.read(table)
  }

  /** The same, read now; readings at the same time are one. */
  read(table: string): Promise<StoredSchema | undefined> {
    const running = this.#reads.get(table)
    if (running !== undefined) return running
    const read = this.#readNow(table).finally(() => this.#reads.delete(table))
    this.#reads.set(table, read)
    return read
  }

  async #readNow(table: string): Promise<StoredSchema | undefined> {
    const readAtMs = this.#options.nowMs()
    const row = await this.#readRow(table)
    if (row === undefined) {
      this.#cached.delete(table)
      return undefined
    }
    const before = this.#cached.get(table)?.schema
    const schema = this.#toSchema(row)
    // What was prepared for the columns stays of use as long as they do.
    const kept = before?.isSameAs(schema) === true ? before : schema
    this.#cached.set(table, { schema: kept, readAtMs })
    return kept
  }

  #toSchema(row: CellBatch): StoredSchema {
    if (row.rowCount === 0) {
      return new StoredSchema(this.newKey, [])
    }
    const columns: StoredColumn[] = []
    for (let cell = row.rowStartCell[0]!; cell < row.rowStartCell[1]!; cell++) {
      columns.push(storedColumn(columnName(row, cell), cellValue(row, cell).toString()))
    }
    return new StoredSchema(rowKey(row, 0).toString(), columns)
  }

  /** The schema row; a batch without rows when there is none, undefined without the table. */
  async #readRow(table: string): Promise<CellBatch | undefined> {
    const { schemaKey } = this.#options
    try {
      if (schemaKey !== undefined) {
        const row = await this.#client.get(table, { row: Buffer.from(schemaKey) })
        if (row.rowCount > 0) return row
      }
      return await lastRow(this.#client, table)
    } catch (error) {
      if (isTableMissing(error)) return undefined
      throw error
    }
  }
}

async function lastRow(client: HBaseTables, table: string): Promise<CellBatch> {
  const range = { startRow: SCHEMA_END, includeStartRow: false, stopRow: SCHEMA_START }
  const how = { includeStopRow: true, isReversed: true, limit: 1 }
  for await (const batch of client.scan(table, { ...range, ...how })) {
    if (batch.rowCount > 0) return batch
  }
  return emptyBatch()
}
