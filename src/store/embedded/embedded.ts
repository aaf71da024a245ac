/**
 * The embedded store: one LMDB environment in a folder, a named database per table. Many processes
 * may read while one writes; a batch of puts is one transaction.
 */
import type { RootDatabase } from 'lmdb'
import { StoreError } from '../../errors.js'
import { BytePool, RowMemory } from '../../rows/byte-pool.js'
import { mergeGroup } from '../../rows/group-merge.js'
import { compareUtf8, type Layout } from '../../rows/layout.js'
import { layoutOf, planMerge } from '../../rows/merge.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { RowWriter } from '../../rows/row-writer.js'
import { rowTest } from '../match.js'
import type { DerivationOf } from '../memory.js'
import { DEFAULT_SCHEMA_KEY, growColumns } from '../schema.js'
import {
  type KeyRange,
  MAX_BATCH_ROWS,
  type PutCounts,
  type RowPut,
  type ScanRequest,
  type Store,
  type TablePut,
  type TableSchema,
} from '../store.js'
import {
  type CatalogEntry,
  currentLayout,
  decodeCatalogEntry,
  encodeCatalogEntry,
  MAX_LAYOUTS,
} from './catalog.js'
import {
  type LmdbTable,
  MAX_KEY_BYTES,
  openEnvironment,
  openTable,
  ValueMemory,
} from './environment.js'
import { groupedRows } from './grouped-rows.js'
import { type RowTable, singleRows } from './row-table.js'
import { WriteMemory } from './write-memory.js'

const CATALOG = 'catalog'
/** What the store says of itself: the key `format` holds the number of its format. */
const ABOUT = 'about'
const FORMAT_KEY = 'format'
/** Number of the format of a store; grows when stores of before cannot be read any more. */
export const STORE_FORMAT = '4'
const TABLE_PREFIX = 'table:'

/**
 * Opens the store in a folder, making it when it is not there.
 *
 * @throws StoreError when it cannot be opened, or was written in another format
 */
export function openEmbeddedStore(
  folder: string,
  options: { readonly derivationOf?: DerivationOf } = {},
): Store {
  return new EmbeddedStore(openEnvironment(folder), options.derivationOf ?? (() => undefined))
}

class EmbeddedStore implements Store {
  private readonly catalog: LmdbTable
  private readonly about: LmdbTable
  private readonly open = new Map<string, RowTable>()
  /** Memory of what is read to be written anew, and of what is written. */
  private readonly pool = new BytePool()
  private readonly written = new WriteMemory()
  private readonly writer = new RowWriter(this.written.allocate)
  private readonly entries = new Map<string, CatalogEntry>()
  /** Records that the entries were decoded from. */
  private readonly records = new Map<string, Buffer>()
  private readonly schemas = new WeakMap<CatalogEntry, TableSchema>()

  constructor(
    private readonly root: RootDatabase<Buffer, string | Uint8Array>,
    private readonly derivationOf: DerivationOf,
  ) {
    this.catalog = openTable(root, CATALOG)
    this.about = openTable(root, ABOUT)
    this.checkFormat()
  }

  async tables(): Promise<readonly string[]> {
    const names = [...this.catalog.getKeys()].map(String)
    return names.sort(compareUtf8)
  }

  async schema(table: string): Promise<TableSchema | undefined> {
    const entry = this.reload(table)
    if (entry === undefined) return undefined
    const known = this.schemas.get(entry)
    if (known !== undefined) return known
    const { columns } = layoutOf(entry.columns.values())
    const schema = { key: DEFAULT_SCHEMA_KEY, columns }
    this.schemas.set(entry, schema)
    return schema
  }

  async *scan(request: ScanRequest): AsyncGenerator<readonly PackedRow[]> {
    if (this.entry(request.table) === undefined) return
    const table = this.table(request.table)
    const test = rowTest(request)
    let left = request.limit ?? Number.POSITIVE_INFINITY
    let batch: PackedRow[] = []
    for (const range of request.ranges) {
      let leftInRange = Math.min(left, request.limitPerRange ?? left)
      let rest: KeyRange | undefined = range
      while (rest !== undefined && leftInRange > 0) {
        request.signal?.throwIfAborted()
        const room = Math.min(leftInRange, MAX_BATCH_ROWS - batch.length)
        const before = batch.length
        const how = { isReversed: request.reversed ?? false, test, room, memory: request.memory }
        rest = table.collect(rest, how, batch)
        leftInRange -= batch.length - before
        left -= batch.length - before
        // What is left of a range begins with rows that the batch has no room for.
        if (batch.length < MAX_BATCH_ROWS && (rest === undefined || batch.length === 0)) continue
        yield batch
        batch = []
      }
    }
    if (batch.length > 0) yield batch
  }

  async write(puts: readonly TablePut[]): Promise<ReadonlyMap<string, PutCounts>> {
    for (const put of puts) checkKeys(put)
    for (const put of puts) this.table(put.table)
    const counts = new Map<string, PutCounts>()
    try {
      this.root.transactionSync(() => {
        for (const put of puts) {
          const { added, changed } = this.putRows(put)
          const sum = counts.get(put.table) ?? { added: 0, changed: 0 }
          counts.set(put.table, { added: sum.added + added, changed: sum.changed + changed })
        }
      })
    } catch (cause) {
      this.entries.clear()
      if (cause instanceof Error && cause.name === 'ConflictError') throw cause
      throw new StoreError('embedded store', 'Cannot write to the embedded store', { cause })
    }
    return counts
  }

  async remove(name: string, keys: readonly string[]): Promise<void> {
    if (this.entry(name) === undefined) return
    const table = this.table(name)
    const gone = new Set(keys)
    const memory = new RowMemory(this.pool)
    const prefixOf = this.derivationOf(name)?.group?.prefixOf ?? (key => key)
    this.root.transactionSync(() => {
      for (const prefix of new Set(keys.map(prefixOf))) {
        const before = table.readGroup(prefix, memory)
        table.writeGroup(
          before,
          before.rows.filter(({ key }) => !gone.has(key)),
        )
        memory.release()
        this.written.release()
      }
    })
  }

  async close(): Promise<void> {
    await this.root.close()
  }

  private checkFormat(): void {
    const [first] = this.catalog.getKeys({ limit: 1 })
    const format = this.about.get(FORMAT_KEY)?.toString() ?? '1'
    if (first === undefined || format === STORE_FORMAT) return
    const text = `Cannot read the store: its format is ${format}, expected ${STORE_FORMAT}; fill a new one`
    throw new StoreError('embedded store', text)
  }

  private putRows(put: TablePut): { added: number; changed: number } {
    const entry = this.grow(put)
    const derivation = this.derivationOf(put.table)
    const plan = planMerge(currentLayout(entry), put.columns, derivation)
    const merging = { plan, writer: this.writer }
    const table = this.table(put.table)
    const groups = new Map<string, RowPut[]>()
    for (const row of put.rows) {
      const prefix = derivation?.group?.prefixOf(row.key) ?? row.key
      const members = groups.get(prefix)
      if (members === undefined) groups.set(prefix, [row])
      else members.push(row)
    }
    const memory = new RowMemory(this.pool)
    let added = 0
    let changed = 0
    for (const [prefix, rows] of groups) {
      const before = table.readGroup(prefix, memory)
      const merged = mergeGroup(merging, before.rows, rows)
      added += merged.added
      changed += merged.changed
      if (merged.added + merged.changed > 0) table.writeGroup(before, merged.rows)
      memory.release()
      this.written.release()
    }
    return { added, changed }
  }

  /** Entry of the table with the columns of the put, stored anew when that adds some. */
  private grow(put: TablePut): CatalogEntry {
    const before = this.reload(put.table)
    const columns = growColumns(put.table, before?.columns ?? new Map(), put.columns)
    const layout = layoutOf(columns.values(), this.derivationOf(put.table))
    if (before !== undefined && isSameLayout(layout, currentLayout(before))) return before
    const layouts = [...(before?.layouts ?? []), layout]
    if (layouts.length > MAX_LAYOUTS) {
      throw new RangeError(
        `Cannot change the columns of "${put.table}" more than ${MAX_LAYOUTS} times`,
      )
    }
    const entry = { columns, layouts }
    this.catalog.putSync(put.table, encodeCatalogEntry(entry))
    this.about.putSync(FORMAT_KEY, Buffer.from(STORE_FORMAT))
    this.entries.set(put.table, entry)
    return entry
  }

  private entry(table: string): CatalogEntry | undefined {
    return this.entries.get(table) ?? this.reload(table)
  }

  private reload(table: string): CatalogEntry | undefined {
    const bytes = this.catalog.get(table)
    if (bytes === undefined) return undefined
    const known = this.entries.get(table)
    if (known !== undefined && this.records.get(table)?.equals(bytes) === true) return known
    const entry = decodeCatalogEntry(bytes)
    this.records.set(table, Buffer.from(bytes))
    if (known !== undefined && known.layouts.length === entry.layouts.length) return known
    this.entries.set(table, entry)
    return entry
  }

  private table(name: string): RowTable {
    const known = this.open.get(name)
    if (known !== undefined) return known
    const values = new ValueMemory()
    const lmdb = openTable(this.root, TABLE_PREFIX + name, values)
    const parts = {
      values,
      allocate: this.written.allocate,
      layoutOf: (number: number) => this.layout(name, number),
      numberOf: (layout: Layout) => this.entry(name)?.layouts.indexOf(layout) ?? -1,
    }
    const derivation = this.derivationOf(name)
    const group = derivation?.group
    const table =
      derivation === undefined || group === undefined
        ? singleRows(lmdb, parts)
        : groupedRows(lmdb, parts, {
            prefixOf: key => group.prefixOf(key),
            derived: new Set([...derivation.columns, ...group.columns].map(({ name }) => name)),
          })
    this.open.set(name, table)
    return table
  }

  private layout(table: string, number: number): Layout {
    const layout = this.entry(table)?.layouts[number] ?? this.reload(table)?.layouts[number]
    if (layout === undefined) {
      throw new StoreError('embedded store', `A row of "${table}" has no known layout`)
    }
    return layout
  }
}

function checkKeys({ table, rows }: TablePut): void {
  for (const { key } of rows) {
    const size = Buffer.byteLength(key)
    if (size > 0 && size <= MAX_KEY_BYTES) continue
    throw new RangeError(
      `Cannot write to "${table}": a key must have 1 to ${MAX_KEY_BYTES} bytes, got ${size}`,
    )
  }
}

function isSameLayout(a: Layout, b: Layout): boolean {
  return (
    a.columns.length === b.columns.length &&
    a.columns.every((column, i) => column.name === b.columns[i]!.name)
  )
}
