/** How a table differs from what its survey says of it, and its rows from its schema. */
import { StoreError } from '../errors.js'
import { hasCell } from '../rows/packed-row.js'
import { ALL_KEYS, type Store } from '../store/store.js'
import type { TableSpec } from '../surveys/table-spec.js'
import type { Findings } from './commands/check.js'
import { derivedTest } from './data-folder.js'

/** Rows looked at from either end of a table. */
const SAMPLE_ROWS = 100
/** Columns of one kind that are named. */
const MAX_NAMED = 5

/** Differences of one table. Rows are only sampled. */
export async function findDifferences(store: Store, spec: TableSpec): Promise<Findings> {
  const problems: string[] = []
  const notes: string[] = []
  const schema = await store.schema(spec.name)
  const stored = new Map(schema?.columns.map(({ name, type }) => [name, type]))
  if (stored.size === 0) problems.push(`table "${spec.name}": it has no schema`)
  const lacking: string[] = []
  for (const { name, type } of spec.columns) {
    const found = stored.get(name)
    if (found === undefined) lacking.push(name)
    else if (found !== type) {
      problems.push(`table "${spec.name}": column "${name}" is ${found}, expected ${type}`)
    }
  }
  if (lacking.length > 0) notes.push(`table "${spec.name}": not in its schema: ${listed(lacking)}`)
  try {
    const untyped = await untypedColumns(store, spec.name, new Set(stored.keys()))
    if (untyped.length > 0) {
      notes.push(`table "${spec.name}": rows have columns without a type: ${listed(untyped)}`)
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    problems.push(`table "${spec.name}": its rows cannot be read: ${error.message}`)
  }
  return { problems, notes }
}

function listed(names: readonly string[]): string {
  const named = names.slice(0, MAX_NAMED).join(', ')
  return names.length > MAX_NAMED ? `${named} and ${names.length - MAX_NAMED} more` : named
}

/** Columns of the first and last rows that the schema lacks, with the type they were taken for. */
async function untypedColumns(
  store: Store,
  table: string,
  known: ReadonlySet<string>,
): Promise<string[]> {
  const isDerived = derivedTest(table)
  const found = new Map<string, string>()
  for (const reversed of [false, true]) {
    const request = { table, ranges: [ALL_KEYS], limit: SAMPLE_ROWS, reversed }
    for await (const batch of store.scan(request)) {
      for (const row of batch) {
        row.layout.columns.forEach(({ name, type }, i) => {
          if (!known.has(name) && !isDerived(name) && hasCell(row, i)) found.set(name, type)
        })
      }
    }
  }
  return [...found].map(([name, type]) => `${name} (${type})`)
}
