/** Rows on their way to a store, gathered by table and set of columns. */
import type { TablePut } from '../store/store.js'
import type { AddRow, AlertRow, RowTarget } from './survey-ingest.js'

/** Gathers rows. */
export interface RowSink {
  readonly add: AddRow
  readonly rows: Map<RowTarget, AlertRow[]>
}

/** Makes an empty sink. */
export function createRowSink(): RowSink {
  const rows = new Map<RowTarget, AlertRow[]>()
  return {
    rows,
    add(target, row) {
      const list = rows.get(target)
      if (list === undefined) rows.set(target, [row])
      else list.push(row)
    },
  }
}

/** What was gathered, as puts. */
export function toPuts({ rows }: RowSink): TablePut[] {
  return [...rows].map(([{ table, columns }, list]) => ({ table, columns, rows: list }))
}

/** Keys that were gathered, by table. */
export function keysByTable({ rows }: RowSink): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>()
  for (const [{ table }, list] of rows) {
    const known = keys.get(table) ?? new Set()
    for (const { key } of list) known.add(key)
    keys.set(table, known)
  }
  return keys
}
