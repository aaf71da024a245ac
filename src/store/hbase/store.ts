/**
 * The store on Apache HBase, with the tables as the broker's jobs write them: big-endian numbers,
 * no cell for a null, one schema row or more in each table. Values that other stores keep beside
 * the rows are not stored; queries compute them.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { compareUtf8 } from '../../rows/layout.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { SCHEMA_PREFIX } from '../schema.js'
import type { PutCounts, ScanRequest, Store, TablePut, TableSchema } from '../store.js'
import { parseHBaseAddress } from './address.js'
import { openHBase } from './client.js'
import { scanRows } from './reads/row-scan.js'
import { RowWorkbench } from './reads/row-workbench.js'
import { toStoreError } from './retries/reaction.js'
import { type HBaseTables, isTableMissing } from './tables/client-tables.js'
import { SchemaRows } from './tables/schema-row.js'
import { TableFamilies } from './tables/table-families.js'
import {
  createMissing,
  planPuts,
  putRows,
  putSchema,
  type TableSettings,
} from './writes/row-writes.js'

/** How long a schema row is believed when nothing else is asked for. */
const SCHEMA_MAX_AGE_MS = 60_000
/** Deletions put in one call. */
const DELETES_AT_ONCE = 1024
/** Clocks of region servers count in milliseconds. */
const NEXT_MILLISECOND_MS = 2

/** Settings of the store. */
export interface HBaseStoreOptions extends Partial<TableSettings> {
  /** Key of the schema row of every table; the newest (greatest) when undefined or not there. */
  readonly schemaKey?: string | undefined
  /** How long a schema row is believed. */
  readonly schemaMaxAgeMs?: number
  /** Milliseconds from some fixed moment; `performance.now` when absent. */
  readonly nowMs?: () => number
}

/**
 * A store on a cluster. Nothing is connected before the first operation.
 *
 * @param address see `parseHBaseAddress`
 * @throws SyntaxError when the address is malformed
 */
export function openHBaseStore(address: string, options: HBaseStoreOptions = {}): Store {
  const { client, schemaKey } = parseHBaseAddress(address)
  return storeOn(openHBase(client), { ...(schemaKey !== undefined && { schemaKey }), ...options })
}

/** The store on an open client, which it closes. */
export function storeOn(client: HBaseTables, options: HBaseStoreOptions = {}): Store {
  return new HBaseStore(client, options)
}

class HBaseStore implements Store {
  readonly #client: HBaseTables
  readonly #schemas: SchemaRows
  readonly #families: TableFamilies
  readonly #settings: TableSettings
  readonly #bench = new RowWorkbench()

  constructor(client: HBaseTables, options: HBaseStoreOptions) {
    this.#client = client
    this.#schemas = new SchemaRows(client, {
      schemaKey: options.schemaKey,
      maxAgeMs: options.schemaMaxAgeMs ?? SCHEMA_MAX_AGE_MS,
      nowMs: options.nowMs ?? (() => performance.now()),
    })
    this.#families = new TableFamilies(client)
    this.#settings = {
      familiesOf: options.familiesOf ?? (() => []),
      splitsOf: options.splitsOf ?? (() => []),
    }
  }

  async tables(): Promise<readonly string[]> {
    return (await this.#client.tableNames()).sort(compareUtf8)
  }

  async schema(table: string): Promise<TableSchema | undefined> {
    const schema = await this.#schemas.get(table)
    if (schema === undefined) return undefined
    const columns = [...schema.columns.values()].map(({ name, type }) => ({ name, type }))
    return { key: schema.key, columns }
  }

  async *scan(request: ScanRequest): AsyncGenerator<readonly PackedRow[]> {
    request.signal?.throwIfAborted()
    const { table, columns, where } = request
    const schema = await this.#schemas.get(table)
    if (schema === undefined) return
    const names = [...(columns ?? []), ...(where === undefined ? [] : [where.column])]
    const families = await this.#families.covering(table, schema, names)
    yield* scanRows(this.#client, request, { schema, families, bench: this.#bench })
  }

  async write(puts: readonly TablePut[]): Promise<ReadonlyMap<string, PutCounts>> {
    const plans = await planPuts({ schemas: this.#schemas, families: this.#families }, puts)
    await createMissing(this.#client, plans, this.#settings)
    const counts = new Map<string, PutCounts>()
    for (const plan of plans) {
      const { table } = plan.put
      const key = plan.schema?.key ?? this.#schemas.newKey
      await putSchema(this.#client, plan, key)
      const { added, changed } = await putRows(this.#client, plan)
      const sum = counts.get(table) ?? { added: 0, changed: 0 }
      counts.set(table, { added: sum.added + added, changed: sum.changed + changed })
    }
    for (const { put, added } of plans) if (added.length > 0) await this.#schemas.read(put.table)
    return counts
  }

  async remove(table: string, keys: readonly string[]): Promise<void> {
    const schema = await this.#schemas.get(table)
    const data = keys.filter(key => key !== '' && !key.startsWith(SCHEMA_PREFIX))
    if (schema === undefined || data.length === 0) return
    const names = await this.#families.all(table, schema)
    const families = [...names].map(name => Buffer.from(name))
    for (let at = 0; at < data.length; at += DELETES_AT_ONCE) {
      const rows = data.slice(at, at + DELETES_AT_ONCE).map(key => Buffer.from(key))
      const actions = rows.map(row => ({ kind: 'delete' as const, row, families }))
      for (const { row, failure } of await this.#client.multi(table, actions)) {
        if (row === undefined && !isTableMissing(failure)) {
          throw toStoreError(`remove rows of the table "${table}"`, failure)
        }
      }
    }
    // A deletion hides what is written in the same millisecond, later or not.
    await sleep(NEXT_MILLISECOND_MS)
  }

  async close(): Promise<void> {
    this.#client.close()
  }
}
