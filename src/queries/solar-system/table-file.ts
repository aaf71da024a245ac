/**
 * Published tables, which are Parquet files in a lake: whole as bytes, or their rows as tables, read
 * a row group at a time.
 */
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { DatalakeError, ServiceError, TooLargeError } from '../../errors.js'
import { computedTable, type Table, type TableColumn } from '../../formats/table.js'
import type { ColumnFacts } from '../../surveys/column-facts.js'
import type { TableLake } from '../sources.js'
import { checkedFile } from './checked-file.js'
import { columnTypeOf, isNested, toColumnValues } from './file-values.js'

/** An open file with what its footer says. */
export interface TableFile {
  readonly path: string
  readonly size: number
  readonly rowCount: number
  readonly columns: readonly TableColumn[]
  /** Rows from `start` to `end` (exclusive). */
  readRows(start: number, end: number): Promise<Table>
  /** All values of a column as the file has them; undefined when there is no such column. */
  readColumn(name: string): Promise<readonly unknown[] | undefined>
  /** All rows, one table a row group. */
  batches(): AsyncIterable<Table>
}

/** Bytes that are read at once when a file is sent as it is. */
const PIECE_BYTES = 4 * 1024 * 1024
/** Largest row group that is turned into another format. */
const MAX_GROUP_BYTES = 512 * 1024 * 1024
/** Columns that only the library which wrote the file has a use for. */
const INDEX_COLUMN = /^__index_level_\d+__$/

/** How to open a file. */
export interface TableFileOptions {
  /** What is known about its columns. */
  readonly facts: readonly ColumnFacts[]
  /** Lists and records become JSON values, otherwise JSON texts: for formats without lists. */
  readonly hasLists: boolean
  readonly signal: AbortSignal
}

/**
 * Opens a file.
 *
 * @throws NotFoundError when it is not there, DatalakeError when it is no Parquet file
 */
export async function openTableFile(
  { lake, decompressors }: TableLake,
  path: string,
  options: TableFileOptions,
): Promise<TableFile> {
  const { signal } = options
  const size = await lake.size(path, { signal })
  const file: AsyncBuffer = {
    byteLength: size,
    slice: async (start, end = size) =>
      toArrayBuffer(await lake.read(path, start, end, { signal })),
  }
  const metadata = await reading(path, signal, () =>
    parquetMetadataAsync(file, { geoparquet: false }),
  )
  const { fields, checked } = await reading(path, signal, async () => ({
    fields: parquetSchema(metadata).children.filter(
      ({ element }) => !INDEX_COLUMN.test(element.name),
    ),
    checked: checkedFile(file, metadata, decompressors),
  }))
  const columns = fields.map(field => toColumn(field, options))
  const read = (names: readonly string[], rowStart: number, rowEnd: number) =>
    reading(path, signal, () =>
      parquetReadObjects({
        file: checked,
        metadata,
        columns: [...names],
        rowStart,
        rowEnd,
        compressors: decompressors,
        useOffsetIndex: true,
      }),
    )
  const rowCount = Number(metadata.num_rows)
  const readRows = async (start: number, end: number): Promise<Table> => {
    const rows = await read(
      columns.map(({ name }) => name),
      start,
      end,
    )
    return toTable(fields, columns, rows)
  }
  return {
    path,
    size,
    rowCount,
    columns,
    readRows,
    readColumn: async name => {
      if (!columns.some(column => column.name === name)) return undefined
      return (await read([name], 0, rowCount)).map(row => row[name])
    },
    batches: () => groupBatches(metadata, readRows, path),
  }
}

/** The bytes of a file, piece by piece. */
export async function* readFileBytes(
  { lake }: TableLake,
  {
    path,
    size,
    signal,
  }: { readonly path: string; readonly size: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < size; start += PIECE_BYTES) {
    yield await lake.read(path, start, Math.min(size, start + PIECE_BYTES), { signal })
  }
}

async function* groupBatches(
  { row_groups: groups }: FileMetaData,
  readRows: (start: number, end: number) => Promise<Table>,
  path: string,
): AsyncGenerator<Table> {
  if (groups.some(({ total_byte_size: bytes }) => bytes > MAX_GROUP_BYTES)) {
    throw new TooLargeError(
      `Cannot turn "${path}" into another format: it has parts of more than ` +
        `${MAX_GROUP_BYTES} bytes; expected output-format parquet`,
      { param: 'output-format' },
    )
  }
  let start = 0
  for (const { num_rows: rows } of groups) {
    const end = start + Number(rows)
    if (end > start) yield await readRows(start, end)
    start = end
  }
}

function toColumn(field: SchemaTree, { facts, hasLists }: TableFileOptions): TableColumn {
  const { name } = field.element
  const nestedType = hasLists ? 'json' : 'string'
  const { unit, ucd, description } = facts.find(fact => fact.name === name) ?? {}
  return { name, type: isNested(field) ? nestedType : columnTypeOf(field), unit, ucd, description }
}

function toTable(
  fields: readonly SchemaTree[],
  columns: readonly TableColumn[],
  rows: readonly Readonly<Record<string, unknown>>[],
): Table {
  const filled = columns.map((column, i) => {
    const values = rows.map(row => row[column.name])
    return { ...column, values: toColumnValues(fields[i]!, column.type, values) }
  })
  return computedTable(filled, rows.length)
}

/** Errors of the reader are faults of the file. */
async function reading<T>(path: string, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof ServiceError || !(cause instanceof Error)) throw cause
    throw new DatalakeError('data lake', `Cannot read table "${path}": ${cause.message}`, { cause })
  }
}

function toArrayBuffer({ buffer, byteOffset, length }: Uint8Array): ArrayBuffer {
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && length === buffer.byteLength) {
    return buffer
  }
  return Uint8Array.prototype.slice.call(new Uint8Array(buffer, byteOffset, length)).buffer
}
