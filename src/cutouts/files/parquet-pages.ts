/**
 * Where the pages of some columns of a Parquet file lie. Files with an offset index tell it in a
 * few bytes beside the footer; in others the headers of the pages are walked. Columns in lists are
 * not supported: stamps and ids stand outside lists.
 */
import { type ColumnChunk, type Compressors, type FileMetaData, parquetMetadata } from 'hyparquet'
import { readOffsetIndex } from 'hyparquet/src/indexes.js'
import {
  getMaxDefinitionLevel,
  getMaxRepetitionLevel,
  getSchemaPath,
} from 'hyparquet/src/schema.js'
import type { CallOptions, Datalake } from '../../datalake/datalake.js'
import { decodePageFacts, type PageFacts, type PageFormat } from './parquet-page.js'

/** The part of a lake that is needed here. */
export type LakeReader = Pick<Datalake, 'size' | 'read'>

/** A lake of Parquet files, and how their pages are decompressed, by the names of the codecs. */
export interface ParquetLake {
  readonly lake: LakeReader
  readonly decompressors: Compressors
}

/** Files up to this size are read as a whole: about as quick as two reads of parts of them. */
export const SMALL_FILE_BYTES = 2 ** 22
/** Bytes at the end of larger files read at first: footer and offset index of most of them. */
export const TAIL_BYTES = 2 ** 18
const MAX_FOOTER_BYTES = 2 ** 26
/** Column chunks up to this size are read whole when their page headers must be walked. */
const WHOLE_CHUNK_BYTES = 2 ** 22
/** Bytes read at the begin of a page to get its header, and most that a header may have. */
const HEADER_BYTES = 2 ** 14
const MAX_HEADER_BYTES = 2 ** 20
/** Most pages of a column chunk. */
const MAX_PAGES = 2 ** 17

/** Bytes of a file. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/** A data page: header and body. */
export interface PageLocation extends ByteRange {
  /** Number in the file of its first row. */
  readonly firstRow: number
  /** The dictionary page that it may need. */
  readonly dictionary?: ByteRange | undefined
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
  /** The data pages, when the offset index came with the footer. */
  readonly pages: readonly PageLocation[] | undefined
}

/** What is known of a file. */
export interface ParquetFile {
  readonly path: string
  readonly size: number
  readonly rows: number
  /** By the dotted path of the column; columns that the file lacks are absent. */
  readonly columns: ReadonlyMap<string, readonly ColumnPart[]>
}

/**
 * Reads the footer of a file.
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
  const size = await lake.size(path, options)
  const start = size <= SMALL_FILE_BYTES ? 0 : size - TAIL_BYTES
  const tail = toBuffer(await lake.read(path, start, size, options))
  const footerStart = size - 8 - footerLength(tail, size)
  const footer =
    footerStart >= start
      ? tail.subarray(footerStart - start)
      : toBuffer(await lake.read(path, footerStart, size, options))
  const metadata = parquetMetadata(footer, { geoparquet: false })
  const found = new Map<string, readonly ColumnPart[]>()
  for (const column of columns) {
    const parts = findParts(metadata, column, { start, tail })
    if (parts !== undefined) found.set(column, parts)
  }
  return { path, size, rows: Number(metadata.num_rows), columns: found }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function footerLength(tail: Buffer, size: number): number {
  if (size < 12 || tail.toString('latin1', tail.length - 4) !== 'PAR1') {
    throw new SyntaxError('expected a Parquet file: it does not end in "PAR1"')
  }
  const length = tail.readUInt32LE(tail.length - 8)
  if (length <= Math.min(MAX_FOOTER_BYTES, size - 12)) return length
  throw new RangeError(`a footer of ${length} bytes does not fit`)
}

interface Tail {
  readonly start: number
  readonly tail: Buffer
}

function findParts(metadata: FileMetaData, column: string, end: Tail): ColumnPart[] | undefined {
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
    const part = toPart(chunk, { firstRow, rows }, maxDefinition)
    firstRow += rows
    return withPages(part, end)
  })
}

function toPart(
  { meta_data: meta, ...chunk }: ColumnChunk,
  { firstRow, rows }: { readonly firstRow: number; readonly rows: number },
  maxDefinition: number,
): ColumnPart {
  if (meta === undefined) throw new RangeError('a column is encrypted or in another file')
  const data = Number(meta.data_page_offset)
  const dictionary = Number(meta.dictionary_page_offset ?? 0n)
  const offset = dictionary > 0 ? Math.min(dictionary, data) : data
  const { offset_index_offset: at, offset_index_length: length } = chunk
  const hasIndex = at !== undefined && length !== undefined && length > 0
  return {
    format: { type: meta.type, codec: meta.codec, maxDefinition },
    firstRow,
    rows,
    bytes: { offset, length: Number(meta.total_compressed_size) },
    mayHaveDictionary: meta.encodings.some(name => name.endsWith('_DICTIONARY')),
    offsetIndex: hasIndex ? { offset: Number(at), length } : undefined,
    pages: undefined,
  }
}

function withPages(part: ColumnPart, { start, tail }: Tail): ColumnPart {
  const index = part.offsetIndex
  if (index === undefined || index.offset < start) return part
  const at = index.offset - start
  return { ...part, pages: decodeIndex(part, tail.subarray(at, at + index.length)) }
}

/** Data pages of a part by its offset index. */
function decodeIndex(part: ColumnPart, bytes: Uint8Array): PageLocation[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { page_locations: found } = readOffsetIndex({ view, offset: 0 })
  const { offset: start } = part.bytes
  const gap = Number(found[0]?.offset ?? start) - start
  const dictionary = part.mayHaveDictionary && gap > 0 ? { offset: start, length: gap } : undefined
  return found.map(page => ({
    offset: Number(page.offset),
    length: page.compressed_page_size,
    firstRow: part.firstRow + Number(page.first_row_index),
    ...(dictionary && { dictionary }),
  }))
}

/**
 * The data pages of a column in one row group, in row order.
 *
 * @throws RangeError, SyntaxError when the file is broken
 * @throws DatalakeError, NotFoundError when it cannot be read
 */
export async function readPages(
  lake: LakeReader,
  path: string,
  part: ColumnPart,
  options: CallOptions = {},
): Promise<readonly PageLocation[]> {
  if (part.pages !== undefined) return part.pages
  const { offsetIndex: index } = part
  if (index === undefined) return walkPages(lake, path, part, options)
  const end = index.offset + index.length
  return decodeIndex(part, await lake.read(path, index.offset, end, options))
}

async function walkPages(
  lake: LakeReader,
  path: string,
  part: ColumnPart,
  options: CallOptions,
): Promise<PageLocation[]> {
  const { offset: start, length } = part.bytes
  const headers = new HeaderReader(lake, path, part.bytes, options)
  const pages: PageLocation[] = []
  let dictionary: ByteRange | undefined
  let row = 0
  for (let offset = start; row < part.rows && offset < start + length; ) {
    const page = await headers.read(offset)
    const range = { offset, length: page.length }
    if (page.kind === 'dictionary') dictionary = range
    if (page.kind === 'data') {
      const needed = page.needsDictionary && dictionary !== undefined && { dictionary }
      pages.push({ ...range, firstRow: part.firstRow + row, ...needed })
    }
    if (pages.length > MAX_PAGES) throw new RangeError(`a column has more than ${MAX_PAGES} pages`)
    row += page.rows
    offset += page.length
  }
  return pages
}

/** Reads page headers one after the other, all at once when the column is small. */
class HeaderReader {
  readonly #lake: LakeReader
  readonly #path: string
  readonly #end: number
  readonly #isSmall: boolean
  readonly #options: CallOptions
  #window: Uint8Array = new Uint8Array(0)
  #windowStart = 0

  constructor(lake: LakeReader, path: string, chunk: ByteRange, options: CallOptions) {
    this.#lake = lake
    this.#path = path
    this.#end = chunk.offset + chunk.length
    this.#isSmall = chunk.length <= WHOLE_CHUNK_BYTES
    this.#options = options
  }

  async read(offset: number): Promise<PageFacts> {
    const left = this.#end - offset
    for (let wanted = HEADER_BYTES; ; wanted *= 4) {
      const bytes = await this.#bytes(offset, this.#isSmall ? left : Math.min(wanted, left))
      try {
        return decodePageFacts(bytes)
      } catch (error) {
        // The header may be cut off; only with all there is of it, it is broken.
        if (bytes.length === left || bytes.length >= MAX_HEADER_BYTES) throw error
      }
    }
  }

  async #bytes(offset: number, length: number): Promise<Uint8Array> {
    const at = offset - this.#windowStart
    if (at < 0 || at + length > this.#window.length) {
      this.#window = await this.#lake.read(this.#path, offset, offset + length, this.#options)
      this.#windowStart = offset
    }
    const start = offset - this.#windowStart
    return this.#window.subarray(start, start + length)
  }
}

/**
 * The page that has a row.
 *
 * @param pages in row order
 * @param row number in the file
 * @returns undefined when the row comes before the first page
 */
export function findPage<P extends PageLocation>(pages: readonly P[], row: number): P | undefined {
  let low = 0
  let high = pages.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (pages[middle]!.firstRow <= row) low = middle + 1
    else high = middle
  }
  return pages[low - 1]
}
