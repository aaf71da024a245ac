/**
 * Tables as text: one JSON object a line. The first line names the table and its columns, each
 * other line is a row with its cells as plain texts (floats in Java notation, integers as digits):
 * `{"key":"ZTF...","cells":{"i:fid":"1"}}`.
 */
import type { PackedRow } from '../rows/packed-row.js'
import { readText } from '../rows/packed-row.js'
import { ALL_KEYS, type KeyRange, type Store, type TableSchema } from '../store/store.js'

/** First line of a dump. */
export interface DumpHeader {
  readonly table: string
  readonly schemaKey: string
  /** Type by column name. */
  readonly schema: Readonly<Record<string, string>>
}

/** A row line of a dump; `hex` gives the bytes of cells that have no type. */
export interface DumpRow {
  readonly key: string
  readonly cells: Readonly<Record<string, string>>
  readonly hex?: Readonly<Record<string, string>>
}

/** Lines of one table, with line ends; a table that does not exist gives none. */
export async function* dumpTable(
  store: Store,
  table: string,
  options: {
    readonly range?: KeyRange
    readonly limit?: number
    readonly signal?: AbortSignal
  } = {},
): AsyncGenerator<string> {
  const schema = await store.schema(table)
  if (schema === undefined) return
  yield `${JSON.stringify(headerOf(table, schema))}\n`
  const names = new Set(schema.columns.map(({ name }) => name))
  const ranges = [options.range ?? ALL_KEYS]
  const { limit, signal } = options
  for await (const batch of store.scan({ table, ranges, limit, signal })) {
    yield batch.map(row => `${JSON.stringify(dumpRow(row, names))}\n`).join('')
  }
}

function headerOf(table: string, { key, columns }: TableSchema): DumpHeader {
  const schema = Object.fromEntries(columns.map(({ name, type }) => [name, type]))
  return { table, schemaKey: key, schema }
}

/** Cells of a row as plain texts, the columns of the schema only (not those derived from them). */
export function dumpRow(row: PackedRow, names: ReadonlySet<string>): DumpRow {
  const cells: Record<string, string> = {}
  row.layout.columns.forEach(({ name }, i) => {
    if (!names.has(name)) return
    const text = readText(row, i)
    if (text !== undefined) cells[name] = text
  })
  return { key: row.key, cells }
}
