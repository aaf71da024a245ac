/**
 * One page of a Parquet column outside lists: from the bytes of the page, header included, to the
 * value of each row. Pure; where pages lie is the business of `parquet-pages.ts`. Layout as in
 * the Parquet format, "Data Pages", both versions.
 */
import type { CompressionCodec, Compressors, ParquetType } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { decompressPage } from 'hyparquet/src/datapage.js'
import { decodePageValues, type PageValue, type PageValueAt } from './page-values.js'
import { decodeRleBits } from './rle-bits.js'

/** Most rows of a page or values of a dictionary: 16 million. */
const MAX_PAGE_ROWS = 2 ** 24

/** What must be known of a column to decode its pages. */
export interface PageFormat {
  readonly type: ParquetType
  readonly codec: CompressionCodec
  /** Definition level of a value that is there: how many of the things above it may be null. */
  readonly maxDefinition: number
}

/** What the header of a page tells. */
export interface PageFacts {
  readonly kind: 'data' | 'dictionary' | 'other'
  /** Bytes of header and body together. */
  readonly length: number
  /** Rows of a data page, 0 for other pages. */
  readonly rows: number
  /** True when the values are numbers of entries of the dictionary. */
  readonly needsDictionary: boolean
}

/** The values of a page by row. */
export interface PageValues {
  readonly rows: number
  /** What has the values: as it is in the page, and after decompression, which may be the same. */
  readonly stored: Uint8Array
  readonly plain: Uint8Array
  /**
   * Value of a row of the page; bytes are a part of the page, not a copy.
   *
   * @throws RangeError when the page has no such row
   */
  at(row: number): PageValue | null
}

type Header = ReturnType<typeof parquetHeader>

interface OpenPage {
  readonly header: Header
  readonly body: Uint8Array
}

function readHeader(bytes: Uint8Array, offset: number): { header: Header; bodyStart: number } {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset }
  const header = parquetHeader(reader)
  if (!(header.compressed_page_size >= 0)) throw new RangeError('a page has no length')
  return { header, bodyStart: reader.offset }
}

/**
 * Facts of the page that begins at `offset`; its body need not be there.
 *
 * @throws Error when the header is cut off or is none
 */
export function decodePageFacts(bytes: Uint8Array, offset = 0): PageFacts {
  const { header, bodyStart } = readHeader(bytes, offset)
  const first = header.data_page_header
  const second = header.data_page_header_v2
  const encoding = (first ?? second)?.encoding
  return {
    kind: first || second ? 'data' : header.dictionary_page_header ? 'dictionary' : 'other',
    length: bodyStart - offset + header.compressed_page_size,
    rows: checkedCount(first?.num_values ?? second?.num_rows ?? 0),
    needsDictionary: encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY',
  }
}

function checkedCount(count: number): number {
  if (count >= 0 && count <= MAX_PAGE_ROWS) return count
  throw new RangeError(`a page claims ${count} values`)
}

function openPage(bytes: Uint8Array): OpenPage {
  const { header, bodyStart } = readHeader(bytes, 0)
  const body = bytes.subarray(bodyStart, bodyStart + header.compressed_page_size)
  if (body.length === header.compressed_page_size) return { header, body }
  throw new RangeError(`a page has ${header.compressed_page_size} bytes, got ${body.length}`)
}

/** What decoding needs beside the page and its format. */
export interface PageTools {
  /** By the names of the codecs. */
  readonly decompressors: Compressors
  /** Entries of the dictionary of the column, needed when the page says so. */
  readonly dictionary?: PageValueAt | undefined
}

/**
 * The entries of a dictionary page by number; the result throws RangeError for other numbers.
 *
 * @throws Error when the bytes are no such page
 */
export function decodeDictionary(
  bytes: Uint8Array,
  { type, codec }: PageFormat,
  { decompressors }: PageTools,
): PageValueAt {
  const { header, body } = openPage(bytes)
  const count = header.dictionary_page_header?.num_values
  if (count === undefined) throw new RangeError('expected a dictionary page')
  checkedCount(count)
  const page = decompressPage(body, header.uncompressed_page_size, codec, decompressors)
  const entries = decodePageValues(page, { type, encoding: 'PLAIN', count })
  return index => {
    if (index < count) return entries(index)
    throw new RangeError(`a dictionary of ${count} entries has no entry ${index}`)
  }
}

/**
 * The values of a data page.
 *
 * @throws Error when the bytes are no such page
 */
export function decodePage(bytes: Uint8Array, format: PageFormat, tools: PageTools): PageValues {
  const page = openPage(bytes)
  const { data_page_header: first, data_page_header_v2: second } = page.header
  const facts = first ?? second
  if (facts === undefined) throw new RangeError('expected a data page')
  const rows = checkedCount(facts.num_values)
  const { levels, stored, plain, values } = splitPage(page, { ...format, rows }, tools)
  const places = toPlaces(levels, format.maxDefinition)
  const count = places === undefined ? rows : places.count
  const { type } = format
  const { encoding } = facts
  const valueAt = decodePageValues(values, { type, encoding, count }, tools.dictionary)
  return {
    rows,
    stored,
    plain,
    at(row) {
      if (!(row >= 0 && row < rows))
        throw new RangeError(`a page of ${rows} rows has no row ${row}`)
      const place = places === undefined ? row : places.ofRow[row]!
      return place < 0 ? null : valueAt(place)
    },
  }
}

interface SplitPage {
  /** Definition levels; undefined when there are none because no value can be missing. */
  readonly levels: Uint32Array | undefined
  readonly stored: Uint8Array
  readonly plain: Uint8Array
  /** The part of `plain` behind the levels. */
  readonly values: Uint8Array
}

function splitPage(
  { header, body }: OpenPage,
  { codec, maxDefinition, rows }: PageFormat & { readonly rows: number },
  { decompressors }: PageTools,
): SplitPage {
  const packed = { width: 32 - Math.clz32(maxDefinition), count: rows }
  const second = header.data_page_header_v2
  if (second === undefined) {
    const plain = decompressPage(body, header.uncompressed_page_size, codec, decompressors)
    const bodies = { stored: body, plain }
    if (maxDefinition === 0) return { levels: undefined, ...bodies, values: plain }
    const length = new DataView(plain.buffer, plain.byteOffset, plain.length).getUint32(0, true)
    const levels = decodeRleBits(plain.subarray(4, 4 + length), packed)
    return { levels, ...bodies, values: plain.subarray(4 + length) }
  }
  const { definition_levels_byte_length: length, is_compressed: isCompressed } = second
  const start = second.repetition_levels_byte_length
  const levels =
    maxDefinition === 0 ? undefined : decodeRleBits(body.subarray(start, start + length), packed)
  const stored = body.subarray(start + length)
  if (isCompressed === false) return { levels, stored, plain: stored, values: stored }
  const size = header.uncompressed_page_size - start - length
  const plain = decompressPage(stored, size, codec, decompressors)
  return { levels, stored, plain, values: plain }
}

/** Place of the value of each row among the values that are there, -1 where it is missing. */
function toPlaces(levels: Uint32Array | undefined, maxDefinition: number) {
  if (levels === undefined) return undefined
  let count = 0
  const ofRow = Int32Array.from(levels, level => (level === maxDefinition ? count++ : -1))
  return count === levels.length ? undefined : { ofRow, count }
}
