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
    /** True for columns that the store keeps beside the rows; all that have no type when absent. */
    readonly isDerived?: (column: string) => boolean
  } = {},
): AsyncGenerator<string> {
  const schema = await store.schema(table)
  if (schema === undefined) return
  yield `${JSON.stringify(headerOf(table, schema))}\n`
  const names = new Set(schema.columns.map(({ name }) => name))
  const ranges = [options.range ?? ALL_KEYS]
  const { limit, signal } = options
  for await (const batch of store.scan({ table, ranges, limit, signal })) {
    yield batch.map(row => `${JSON.stringify(dumpRow(row, names, options.isDerived))}\n`).join('')
  }
}

function headerOf(table: string, { key, columns }: TableSchema): DumpHeader {
  const schema = Object.fromEntries(columns.map(({ name, type }) => [name, type]))
  return { table, schemaKey: key, schema }
}

/**
 * Cells of a row as plain texts: those of the named columns and those without a type, but not those
 * derived from others.
 */
export function dumpRow(
  row: PackedRow,
  names: ReadonlySet<string>,
  isDerived: (column: string) => boolean = () => true,
): DumpRow {
  const cells: Record<string, string> = {}
  const hex: Record<string, string> = {}
  row.layout.columns.forEach(({ name, type }, i) => {
    if (!names.has(name) && isDerived(name)) return
    const text = readText(row, i)
    if (text === undefined) return
    cells[name] = text
    if (type === 'long' && !names.has(name)) hex[name] = toHex(text)
  })
  return Object.keys(hex).length > 0 ? { key: row.key, cells, hex } : { key: row.key, cells }
}

/** The 16 hexadecimal digits of a 64-bit number. */
function toHex(text: string): string {
  return BigInt.asUintN(64, BigInt(text)).toString(16).padStart(16, '0')
}
