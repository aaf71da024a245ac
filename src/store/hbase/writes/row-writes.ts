/**
 * Writes of the store on HBase. Rows are written one by one, each of them whole or not at all;
 * before that they are read, so that what is there already is neither counted nor written again.
 */
import { ConflictError } from '../../../errors.js'
import { growColumns, SCHEMA_PREFIX } from '../../schema.js'
import type { PutCounts, TablePut } from '../../store.js'
import type { NewRow } from '../client.js'
import { type CellBatch, cellValue, columnName } from '../protocol/cell-block.js'
import type { NewCell } from '../protocol/cell-writer.js'
import { familyOf, toColumnAddress, toNewCell } from '../reads/row-cells.js'
import { toStoreError } from '../retries/reaction.js'
import { type HBaseTables, isTableThere } from '../tables/client-tables.js'
import type { SchemaRows, StoredSchema } from '../tables/schema-row.js'
import type { TableFamilies } from '../tables/table-families.js'
import { type StoredColumn, storedColumn } from '../values/cell-encodings.js'

/** Longest row key of HBase. */
const MAX_KEY_BYTES = 32_767
/** Rows that are read, compared and written together. */
const ROWS_AT_ONCE = 512

/** How tables are made. */
export interface TableSettings {
  /** Families of a table beside those of its first columns. */
  readonly familiesOf: (table: string) => readonly string[]
  /** Keys at which a new table is split into regions. */
  readonly splitsOf: (table: string) => readonly Uint8Array[]
}

/** A put with the columns of its table as they are once it is written. */
interface PlannedPut {
  readonly put: TablePut
  /** Undefined when the table does not exist. */
  readonly schema: StoredSchema | undefined
  readonly columns: readonly StoredColumn[]
  readonly added: readonly StoredColumn[]
  readonly rows: readonly CellsByColumn[]
}

interface CellsByColumn {
  readonly row: Buffer
  readonly cells: ReadonlyMap<string, NewCell>
}

/**
 * Plans puts to one table after the other: whatever can be refused is refused here.
 *
 * @throws ConflictError when a column is known with another type or is of a family that its table
 *   lacks, RangeError when a
 *   key or value cannot be stored
 */
export async function planPuts(
  { schemas, families }: { readonly schemas: SchemaRows; readonly families: TableFamilies },
  puts: readonly TablePut[],
): Promise<readonly PlannedPut[]> {
  const plans: PlannedPut[] = []
  const columnsOf = new Map<string, ReadonlyMap<string, StoredColumn>>()
  for (const put of puts) {
    const schema = await schemas.read(put.table)
    const before = columnsOf.get(put.table) ?? schema?.columns ?? new Map<string, StoredColumn>()
    growColumns(put.table, before, put.columns)
    const columns = put.columns.map(
      ({ name, type }) => before.get(name) ?? storedColumn(name, type),
    )
    const added = columns.filter(({ name }) => !before.has(name))
    for (const { name } of added) toColumnAddress(name)
    if (schema !== undefined) await checkFamilies(families, put.table, schema, added)
    columnsOf.set(put.table, new Map([...before, ...added.map(one => [one.name, one] as const)]))
    plans.push({ put, schema, columns, added, rows: mergeRows(put, columns) })
  }
  return plans
}

/** Families are fixed when a table is made, as far as this client goes. */
async function checkFamilies(
  families: TableFamilies,
  table: string,
  schema: StoredSchema,
  added: readonly StoredColumn[],
): Promise<void> {
  const names = added.map(({ name }) => name)
  const present = await families.covering(table, schema, names)
  const lost = names.find(name => !present.has(familyOf(name)))
  if (lost === undefined) return
  throw new ConflictError(
    `Cannot write column "${lost}" of table "${table}": the table has no family "${familyOf(lost)}"`,
  )
}

/** The rows of a put, those of one key made one. */
function mergeRows(put: TablePut, columns: readonly StoredColumn[]): CellsByColumn[] {
  const rows = new Map<string, Map<string, NewCell>>()
  for (const { key, values } of put.rows) {
    const cells = rows.get(key) ?? new Map<string, NewCell>()
    rows.set(key, cells)
    for (const [i, column] of columns.entries()) {
      const value = values[i]
      if (value === null || value === undefined) continue
      cells.set(column.name, toNewCell(value, column))
    }
  }
  return [...rows].map(([key, cells]) => ({ row: toRowKey(put.table, key), cells }))
}

function toRowKey(table: string, key: string): Buffer {
  const row = Buffer.from(key)
  if (row.length === 0 || row.length > MAX_KEY_BYTES) {
    throw new RangeError(
      `Cannot write to "${table}": a key must have 1 to ${MAX_KEY_BYTES} bytes, got ${row.length}`,
    )
  }
  if (key.startsWith(SCHEMA_PREFIX)) {
    throw new RangeError(
      `Cannot write row "${key}" to "${table}": keys beginning with "${SCHEMA_PREFIX}" are reserved`,
    )
  }
  return row
}

/** Makes the tables that are missing, with the families of all puts to them. */
export async function createMissing(
  client: HBaseTables,
  plans: readonly PlannedPut[],
  { familiesOf, splitsOf }: TableSettings,
): Promise<void> {
  const missing = plans.filter(({ schema }) => schema === undefined)
  for (const name of new Set(missing.map(({ put }) => put.table))) {
    const columns = missing.flatMap(({ put }) => (put.table === name ? put.columns : []))
    const families = new Set([...columns.map(column => familyOf(column.name)), ...familiesOf(name)])
    if (families.size === 0) {
      throw new RangeError(`Cannot create the table "${name}": expected at least one column`)
    }
    try {
      const splitKeys = splitsOf(name)
      await client.createTable({ name, families: [...families].sort(), splitKeys })
    } catch (error) {
      // Somebody else may make it at the same time.
      if (!isTableThere(error)) throw error
    }
  }
}

/** Adds the new columns of a put to the schema row that is in use. */
export async function putSchema(
  client: HBaseTables,
  { put, added }: PlannedPut,
  schemaKey: string,
): Promise<void> {
  if (added.length === 0) return
  const cells = added.map(({ name, typeName }) => ({
    ...toColumnAddress(name),
    value: Buffer.from(typeName),
  }))
  await client.put(put.table, [{ row: Buffer.from(schemaKey), cells }])
}

/**
 * Writes the rows of a put as far as they differ from what is stored.
 *
 * @throws StoreError when some could not be written; the others are
 */
export async function putRows(
  client: HBaseTables,
  { put: { table }, rows }: PlannedPut,
): Promise<PutCounts> {
  let added = 0
  let changed = 0
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const part = rows.slice(at, at + ROWS_AT_ONCE).filter(({ cells }) => cells.size > 0)
    const stored = await getRows(client, table, part)
    const writes: NewRow[] = []
    for (const [i, { row, cells }] of part.entries()) {
      const before = stored[i]!
      const different = before.rowCount === 0 ? [...cells.values()] : changedCells(cells, before)
      if (different.length === 0) continue
      if (before.rowCount === 0) added++
      else changed++
      writes.push({ row, cells: different })
    }
    if (writes.length > 0) await client.put(table, writes)
  }
  return { added, changed }
}

async function getRows(
  client: HBaseTables,
  table: string,
  rows: readonly CellsByColumn[],
): Promise<CellBatch[]> {
  const actions = rows.map(({ row }) => ({ kind: 'get' as const, row }))
  if (actions.length === 0) return []
  return (await client.multi(table, actions)).map(({ row, failure }) => {
    if (row === undefined) throw toStoreError(`read rows of the table "${table}"`, failure)
    return row
  })
}

function changedCells(cells: ReadonlyMap<string, NewCell>, stored: CellBatch): NewCell[] {
  const left = new Map(cells)
  for (let cell = stored.rowStartCell[0]!; cell < stored.rowStartCell[1]!; cell++) {
    const name = columnName(stored, cell)
    const wanted = left.get(name)
    if (wanted !== undefined && cellValue(stored, cell).equals(wanted.value)) left.delete(name)
  }
  return [...left.values()]
}
