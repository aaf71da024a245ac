/** Everything in a store as plain data, for comparing stores in tests. */
import { readText } from '../../rows/packed-row.js'
import { ALL_KEYS, readRows, type Store } from '../../store/store.js'

/** Cells of rows as texts, by key. */
export type TableDump = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The rows of a table. */
export async function dumpTable(store: Store, table: string): Promise<TableDump> {
  const rows = await readRows(store, { table, ranges: [ALL_KEYS] })
  return Object.fromEntries(
    rows.map(row => {
      const texts = row.layout.columns.map(({ name }, i) => [name, readText(row, i)] as const)
      const cells = texts.filter((entry): entry is [string, string] => entry[1] !== undefined)
      return [row.key, Object.fromEntries(cells)]
    }),
  )
}

/** All tables; those named are left out. */
export async function dumpStore(
  store: Store,
  without: readonly string[] = [],
): Promise<Readonly<Record<string, TableDump>>> {
  const dump: Record<string, TableDump> = {}
  for (const table of await store.tables()) {
    if (!without.includes(table)) dump[table] = await dumpTable(store, table)
  }
  return dump
}
