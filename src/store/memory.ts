/**
 * The simplest correct store: sorted arrays in memory. For tests, and the yardstick the other
 * stores are compared with.
 */

import { mergeGroup } from '../rows/group-merge.js'
import { type ColumnSpec, compareUtf8, type Layout } from '../rows/layout.js'
import { type Derivation, layoutOf, planMerge } from '../rows/merge.js'
import type { PackedRow } from '../rows/packed-row.js'
import { RowWriter } from '../rows/row-writer.js'
import { rowTest } from './match.js'
import { DEFAULT_SCHEMA_KEY, growColumns } from './schema.js'
import {
  type KeyRange,
  MAX_BATCH_ROWS,
  type PutCounts,
  type ScanRequest,
  type Store,
  type TablePut,
  type TableSchema,
} from './store.js'

interface MemoryTable {
  columns: ReadonlyMap<string, ColumnSpec>
  layout: Layout
  /** Sorted by key bytes. */
  entries: readonly Entry[]
}

interface Entry {
  readonly keyBytes: Buffer
  readonly row: PackedRow
}

/** Derivation of a table by name, undefined when it has none. */
export type DerivationOf = (table: string) => Derivation | undefined

/** Opens an empty store in memory. */
export function openMemoryStore(options: { readonly derivationOf?: DerivationOf } = {}): Store {
  const derivationOf = options.derivationOf ?? (() => undefined)
  const tables = new Map<string, MemoryTable>()
  return {
    async tables() {
      return [...tables.keys()].sort(compareUtf8)
    },
    async schema(name) {
      const table = tables.get(name)
      return table === undefined ? undefined : schemaOf(table)
    },
    async *scan(request) {
      const table = tables.get(request.table)
      if (table !== undefined) yield* scanTable(table, request)
    },
    async write(puts) {
      const written = new Map<string, MemoryTable>()
      const counts = new Map<string, PutCounts>()
      for (const put of puts) {
        const before = written.get(put.table) ?? tables.get(put.table)
        const { table, added, changed } = putRows(before, put, derivationOf(put.table))
        written.set(put.table, table)
        const sum = counts.get(put.table) ?? { added: 0, changed: 0 }
        counts.set(put.table, { added: sum.added + added, changed: sum.changed + changed })
      }
      for (const [name, table] of written) tables.set(name, table)
      return counts
    },
    async remove(name, keys) {
      const table = tables.get(name)
      const gone = new Set(keys)
      if (table !== undefined) table.entries = table.entries.filter(({ row }) => !gone.has(row.key))
    },
    async close() {
      tables.clear()
    },
  }
}

function schemaOf(table: MemoryTable): TableSchema {
  return { key: DEFAULT_SCHEMA_KEY, columns: layoutOf(table.columns.values()).columns }
}

function putRows(before: MemoryTable | undefined, put: TablePut, derivation?: Derivation) {
  const columns = growColumns(put.table, before?.columns ?? new Map(), put.columns)
  const layout =
    columns === before?.columns ? before.layout : layoutOf(columns.values(), derivation)
  const merging = { plan: planMerge(layout, put.columns, derivation), writer: new RowWriter() }
  const groupOf = (key: string): string => derivation?.group?.prefixOf(key) ?? key
  const rows = groupBy(before?.entries.map(entry => entry.row) ?? [], row => groupOf(row.key))
  let added = 0
  let changed = 0
  for (const [group, puts] of groupBy(put.rows, row => groupOf(row.key))) {
    const merged = mergeGroup(merging, rows.get(group) ?? [], puts)
    rows.set(group, [...merged.rows])
    added += merged.added
    changed += merged.changed
  }
  const entries = [...rows.values()]
    .flat()
    .map(row => ({ keyBytes: Buffer.from(row.key), row }))
    .sort((a, b) => Buffer.compare(a.keyBytes, b.keyBytes))
  return { table: { columns, layout, entries }, added, changed }
}

function groupBy<T>(items: readonly T[], groupOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groupOf(item)
    const members = groups.get(group)
    if (members === undefined) groups.set(group, [item])
    else members.push(item)
  }
  return groups
}

function* scanTable({ entries }: MemoryTable, request: ScanRequest): Generator<PackedRow[]> {
  const test = rowTest(request)
  const total = request.limit ?? Number.POSITIVE_INFINITY
  let batch: PackedRow[] = []
  let count = 0
  for (const range of request.ranges) {
    const inRange = entries.filter(entry => isInRange(entry, range))
    let countInRange = 0
    for (const { row } of request.reversed ? inRange.reverse() : inRange) {
      request.signal?.throwIfAborted()
      if (count >= total || countInRange >= (request.limitPerRange ?? total)) break
      if (test !== undefined && !test(row)) continue
      count++
      countInRange++
      batch.push(row)
      if (batch.length < MAX_BATCH_ROWS) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

function isInRange({ keyBytes }: Entry, { start, end }: KeyRange): boolean {
  return (
    Buffer.compare(keyBytes, start) >= 0 && (end.length === 0 || Buffer.compare(keyBytes, end) < 0)
  )
}
