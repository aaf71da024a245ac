/**
 * What the end of a Parquet file tells: its row groups, and where the columns of interest lie in
 * them. Usually one request gives it all; where the pages of a column lie is the business of
 * `parquet-pages.ts`. Columns in lists are not supported: stamps and ids stand outside lists.
 */
import { type ColumnChunk, type Compressors, type FileMetaData, parquetMetadata } from 'hyparquet'
import {
  getMaxDefinitionLevel,
  getMaxRepetitionLevel,
  getSchemaPath,
} from 'hyparquet/src/schema.js'
import { type CallOptions, readFileEnd } from '../../datalake/datalake.js'
import { type ByteRange, type LakeReader, readRange } from './byte-ranges.js'
import type { PageFormat } from './parquet-page.js'

/** A lake of Parquet files, and how their pages are decompressed, by the names of the codecs. */
export interface ParquetLake {
  readonly lake: LakeReader
  readonly decompressors: Compressors
}

/**
 * Bytes at the end of a file that are read at first. Of a file of 100 MB that Spark wrote footer and
 * indexes of pages have some 105,000, without indexes 35,000 to 97,000; a second row group doubles
 * that.
 */
export const TAIL_BYTES = 2 ** 18
/** Files up to this size are read as a whole: about as quick as two reads of parts of them. */
export const SMALL_FILE_BYTES = 2 ** 22
const MAX_FOOTER_BYTES = 2 ** 26
/** Length of the footer and `PAR1`. */
const TRAILER_BYTES = 8

/** The least and the greatest value of integers. */
export interface IntegerBounds {
  readonly least: bigint
  readonly greatest: bigint
}

/** A column in one row group. */
export interface ColumnPart {
  readonly format: PageFormat
  /** Number in the file of the first row of the group. */
  readonly firstRow: number
  readonly rows: number
  /** All pages, the dictionary page included. */
  readonly bytes: ByteRange
  readonly mayHaveDictionary: boolean
  readonly offsetIndex: ByteRange | undefined
  /** The bytes of the offset index, when they came with the footer. */
  readonly offsetIndexBytes: Uint8Array | undefined
  /** Of a column of integers whose writer noted them down. */
  readonly bounds: IntegerBounds | undefined
}

/** What is known of a file. */
export interface ParquetFile {
  readonly path: string
  readonly rows: number
  /** By the dotted path of the column, one part a row group; columns that the file lacks are absent. */
  readonly columns: ReadonlyMap<string, readonly ColumnPart[]>
}

/**
 * Reads what the end of a file tells.
 *
 * @param columns dotted paths of the columns of interest, such as `cutoutScience.stampData`
 * @throws RangeError, SyntaxError when the file is no Parquet file or the columns stand in lists
 * @throws DatalakeError, NotFoundError when it cannot be read
 */
export async function readParquetFile(
  lake: LakeReader,
  path: string,
  columns: readonly string[],
  options: CallOptions = {},
): Promise<ParquetFile> {
  const end = await readFileEnd(lake, path, TAIL_BYTES, options)
  const { size } = end
  // Its pages will be wanted next: a lake that caches then has them.
  const isRest = end.bytes.length < size && size <= SMALL_FILE_BYTES
  const bytes = isRest
    ? await readRange(lake, path, { offset: 0, length: size }, options)
    : end.bytes
  const tail = { offset: size - bytes.length, bytes: toBuffer(bytes) }
  const metadata = parquetMetadata(await readFooter(lake, path, tail, options), {
    geoparquet: false,
  })
  const found = new Map<string, readonly ColumnPart[]>()
  for (const column of columns) {
    const parts = findParts(metadata, column, tail)
    if (parts !== undefined) found.set(column, parts)
  }
  return { path, rows: Number(metadata.num_rows), columns: found }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The last bytes of a file. */
interface Tail {
  readonly offset: number
  readonly bytes: Buffer
}

/** The footer with what is behind it: a part of the tail, or read for itself when it is longer. */
async function readFooter(
  lake: LakeReader,
  path: string,
  { offset: tailStart, bytes }: Tail,
  options: CallOptions,
): Promise<Buffer> {
  const length = footerLength(bytes, tailStart + bytes.length) + TRAILER_BYTES
  if (length <= bytes.length) return bytes.subarray(bytes.length - length)
  const offset = tailStart + bytes.length - length
  return toBuffer(await readRange(lake, path, { offset, length }, options))
}

function footerLength(tail: Buffer, size: number): number {
  if (size < 12 || tail.toString('latin1', tail.length - 4) !== 'PAR1') {
    throw new SyntaxError('expected a Parquet file: it does not end in "PAR1"')
  }
  const length = tail.readUInt32LE(tail.length - TRAILER_BYTES)
  if (length <= Math.min(MAX_FOOTER_BYTES, size - 12)) return length
  throw new RangeError(`a footer of ${length} bytes does not fit`)
}

function findParts(metadata: FileMetaData, column: string, tail: Tail): ColumnPart[] | undefined {
  const names = column.split('.')
  const isColumn = ({ meta_data: meta }: ColumnChunk): boolean =>
    meta?.path_in_schema.length === names.length &&
    names.every((name, i) => meta.path_in_schema[i] === name)
  if (metadata.row_groups[0]?.columns.some(isColumn) !== true) return undefined
  const schema = getSchemaPath(metadata.schema, names)
  if (getMaxRepetitionLevel(schema) > 0) throw new RangeError(`column "${column}" is in a list`)
  const maxDefinition = getMaxDefinitionLevel(schema)
  let firstRow = 0
  return metadata.row_groups.map(group => {
    const chunk = group.columns.find(isColumn)
    if (chunk === undefined) throw new RangeError(`a row group has no column "${column}"`)
    const rows = Number(group.num_rows)
    const part = toPart(chunk, { firstRow, rows, maxDefinition }, tail)
    firstRow += rows
    return part
  })
}

function toPart(
  { meta_data: meta, ...chunk }: ColumnChunk,
  group: { readonly firstRow: number; readonly rows: number; readonly maxDefinition: number },
  tail: Tail,
): ColumnPart {
  if (meta === undefined) throw new RangeError('a column is encrypted or in another file')
  const { firstRow, rows, maxDefinition } = group
  const data = Number(meta.data_page_offset)
  const dictionary = Number(meta.dictionary_page_offset ?? 0n)
  const offset = dictionary > 0 ? Math.min(dictionary, data) : data
  const { offset_index_offset: at, offset_index_length: length } = chunk
  const hasIndex = at !== undefined && length !== undefined && length > 0
  const offsetIndex = hasIndex ? { offset: Number(at), length } : undefined
  return {
    format: { type: meta.type, codec: meta.codec, maxDefinition },
    firstRow,
    rows,
    bytes: { offset, length: Number(meta.total_compressed_size) },
    mayHaveDictionary: meta.encodings.some(name => name.endsWith('_DICTIONARY')),
    offsetIndex,
    offsetIndexBytes: offsetIndex && bytesIn(tail, offsetIndex),
    bounds: toBounds(meta),
  }
}

/** A copy, so that the tail is not kept for it. */
function bytesIn(tail: Tail, { offset, length }: ByteRange): Uint8Array | undefined {
  const start = offset - tail.offset
  if (start < 0 || start + length > tail.bytes.length) return undefined
  return new Uint8Array(tail.bytes.subarray(start, start + length))
}

type ColumnFacts = NonNullable<ColumnChunk['meta_data']>

/** Bounds that the writer noted down; of other types they may be cut off, or in another order. */
function toBounds({ type, statistics }: ColumnFacts): IntegerBounds | undefined {
  if (type !== 'INT64' && type !== 'INT32') return undefined
  const least = toInteger(statistics?.min_value ?? statistics?.min)
  const greatest = toInteger(statistics?.max_value ?? statistics?.max)
  if (least === undefined || greatest === undefined || least > greatest) return undefined
  return { least, greatest }
}

function toInteger(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  return Number.isSafeInteger(value) ? BigInt(Number(value)) : undefined
}
