/**
 * The embedded store: one LMDB environment in a folder, a named database per table, one entry per
 * row (16-bit layout number, packed row). Many processes may read while one writes; a batch of
 * puts is one transaction.
 */
import type { RootDatabase } from 'lmdb'
import { StoreError } from '../../errors.js'
import { compareUtf8 } from '../../rows/layout.js'
import { layoutOf, mergeRow, planMerge } from '../../rows/merge.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { type RowTest, rowTest } from '../match.js'
import type { DerivationOf } from '../memory.js'
import { DEFAULT_SCHEMA_KEY, growColumns } from '../schema.js'
import {
  type KeyRange,
  MAX_BATCH_ROWS,
  type PutCounts,
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
import { type LmdbTable, MAX_KEY_BYTES, openEnvironment, openTable } from './environment.js'

const CATALOG = 'catalog'
const TABLE_PREFIX = 'table:'
const LAYOUT_BYTES = 2

/** Opens the store in a folder, making it when it is not there. */
export function openEmbeddedStore(
  folder: string,
  options: { readonly derivationOf?: DerivationOf } = {},
): Store {
  return new EmbeddedStore(openEnvironment(folder), options.derivationOf ?? (() => undefined))
}

class EmbeddedStore implements Store {
  private readonly catalog: LmdbTable
  private readonly open = new Map<string, LmdbTable>()
  private readonly entries = new Map<string, CatalogEntry>()

  constructor(
    private readonly root: RootDatabase<Buffer, string | Uint8Array>,
    private readonly derivationOf: DerivationOf,
  ) {
    this.catalog = openTable(root, CATALOG)
  }

  async tables(): Promise<readonly string[]> {
    const names = [...this.catalog.getKeys()].map(String)
    return names.sort(compareUtf8)
  }

  async schema(table: string): Promise<TableSchema | undefined> {
    const entry = this.reload(table)
    if (entry === undefined) return undefined
    return { key: DEFAULT_SCHEMA_KEY, columns: layoutOf(entry.columns.values()).columns }
  }

  async *scan(request: ScanRequest): AsyncGenerator<readonly PackedRow[]> {
    if (this.entry(request.table) === undefined) return
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
        rest = this.collect(request, rest, test, room, batch)
        leftInRange -= batch.length - before
        left -= batch.length - before
        if (batch.length < MAX_BATCH_ROWS) continue
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
    this.root.transactionSync(() => {
      for (const key of keys) table.removeSync(key)
    })
  }

  async close(): Promise<void> {
    await this.root.close()
  }

  /** Adds at most `room` rows of the range to `batch`; returns what is left of the range. */
  private collect(
    { table: name, reversed = false }: ScanRequest,
    range: KeyRange,
    test: RowTest | undefined,
    room: number,
    batch: PackedRow[],
  ): KeyRange | undefined {
    const full = batch.length + room
    let seen = 0
    for (const { key, value } of this.table(name).getRange(cursorBounds(range, reversed))) {
      const row = this.row(name, key as string, value)
      if (test === undefined || test(row)) batch.push(row)
      if (batch.length < full && ++seen < MAX_SEEN_ROWS) continue
      return afterKey(range, Buffer.from(key as string), reversed)
    }
    return undefined
  }

  private row(name: string, key: string, bytes: Buffer): PackedRow {
    const number = bytes[0]! | (bytes[1]! << 8)
    const layout =
      this.entry(name)?.layouts[number] ?? this.reload(name)?.layouts[number] ?? undefined
    if (layout === undefined) {
      throw new StoreError('embedded store', `Row "${key}" of "${name}" has no known layout`)
    }
    return { key, layout, bytes, start: LAYOUT_BYTES }
  }

  private putRows(put: TablePut): { added: number; changed: number } {
    const table = this.table(put.table)
    const entry = this.grow(put)
    const number = entry.layouts.length - 1
    const layout = currentLayout(entry)
    const plan = planMerge(layout, put.columns, this.derivationOf(put.table))
    let added = 0
    let changed = 0
    for (const { key, values } of put.rows) {
      const stored = table.get(key)
      const existing = stored === undefined ? undefined : this.row(put.table, key, stored)
      const packed = mergeRow(plan, existing, values)
      if (stored === undefined) added++
      else if (existing?.layout === layout && packed.equals(stored.subarray(LAYOUT_BYTES))) continue
      else changed++
      const value = Buffer.allocUnsafe(LAYOUT_BYTES + packed.length)
      value.writeUInt16LE(number, 0)
      packed.copy(value, LAYOUT_BYTES)
      table.putSync(key, value)
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
    const entry = decodeCatalogEntry(bytes)
    if (known !== undefined && known.layouts.length === entry.layouts.length) return known
    this.entries.set(table, entry)
    return entry
  }

  private table(name: string): LmdbTable {
    const known = this.open.get(name)
    if (known !== undefined) return known
    const table = openTable(this.root, TABLE_PREFIX + name)
    this.open.set(name, table)
    return table
  }
}

/** Most rows one look at the table passes over, so that selective scans stay cancellable. */
const MAX_SEEN_ROWS = 4096

function cursorBounds({ start, end }: KeyRange, reversed: boolean) {
  if (!reversed) return end.length === 0 ? { start } : { start, end }
  // Reversed cursors take their first key from `start`; the bounds of a range are [start, end).
  const last = { end: start, inclusiveEnd: true, reverse: true }
  return end.length === 0 ? last : { ...last, start: end, exclusiveStart: true }
}

function afterKey({ start, end }: KeyRange, key: Buffer, reversed: boolean): KeyRange | undefined {
  if (reversed) return Buffer.compare(key, start) <= 0 ? undefined : { start, end: key }
  return { start: Buffer.concat([key, Buffer.of(0)]), end }
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

function isSameLayout(a: { columns: readonly { name: string }[] }, b: typeof a): boolean {
  return (
    a.columns.length === b.columns.length &&
    a.columns.every((column, i) => column.name === b.columns[i]!.name)
  )
}
