/**
 * A look at the lengths in a Parquet data page before the library decodes it, which believes them:
 * a damaged page could make it count to billions. Only heads of runs and blocks are read, no
 * values. Parquet format, "Data Pages", "RLE / Bit-Packing Hybrid" and "Delta encoding".
 *
 *     page v1: repetitions | definitions | values; levels are led in by their length as uint32
 *     run:     varint; even: half as many times one value, odd: half as many groups of 8 bit-packed
 */
import type { ColumnMetaData, Compressors, Encoding, SchemaTree } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { decompressPage } from 'hyparquet/src/datapage.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js'

/** Header of a page, as the library reads it. */
export type PageHeader = ReturnType<typeof parquetHeader>

/** What is to be known of the column of a page. */
export interface PageColumn extends Pick<ColumnMetaData, 'type' | 'codec'> {
  readonly schemaPath: SchemaTree[]
  readonly compressors?: Compressors | undefined
}

interface PageShape {
  /** Values, nulls included. */
  readonly count: number
  readonly encoding: Encoding | undefined
  readonly isBoolean: boolean
}

/** Most values of a page or a dictionary: 16 million. */
const MAX_PAGE_VALUES = 2 ** 24
/** Writers may fill the last run with values that are not there, by a few groups. */
const SLACK_VALUES = 512
/** A varint of 32 bits. */
const MAX_VARINT_BYTES = 5
const MAX_WIDTH_BITS = 32
/** Delta-coded pages have blocks of a few hundred values in a few parts. */
const MAX_BLOCK_VALUES = 2 ** 20
const MAX_BLOCK_PARTS = 2 ** 10

/**
 * Number of values of a page.
 *
 * @throws RangeError when the header contradicts itself, or the number is beyond all reason
 */
export function checkedCount(header: PageHeader): number {
  const { data_page_header: first, data_page_header_v2: second } = header
  const count = (first ?? second ?? header.dictionary_page_header)?.num_values
  const levels = [second?.definition_levels_byte_length, second?.repetition_levels_byte_length]
  const sizes = second === undefined ? [] : [second.num_nulls, second.num_rows, ...levels]
  const isWhole = [count, header.uncompressed_page_size, ...sizes].every(
    size => size !== undefined && Number.isSafeInteger(size) && size >= 0,
  )
  const levelBytes = levels.reduce<number>((sum, size = 0) => sum + size, 0)
  if (!isWhole || count === undefined || count > MAX_PAGE_VALUES) {
    throw new RangeError(`a page claims ${count} values`)
  }
  if (levelBytes > header.compressed_page_size || (second?.num_nulls ?? 0) > count) {
    throw new RangeError('a page claims more levels than it has')
  }
  return count
}

function shapeOf(header: PageHeader, { type }: PageColumn): PageShape {
  const { encoding } = header.data_page_header ?? header.data_page_header_v2 ?? {}
  return { count: checkedCount(header), encoding, isBoolean: type === 'BOOLEAN' }
}

/** Bits of the repetition and definition levels of a column; 0 where it has none. */
function levelBits({ schemaPath }: PageColumn): readonly [number, number] {
  return [bitsOf(getMaxRepetitionLevel(schemaPath)), bitsOf(getMaxDefinitionLevel(schemaPath))]
}

/**
 * Checks a data page of the first version, decompressed.
 *
 * @throws RangeError when a run is longer than the page has values, or ends outside of it
 */
export function checkFirstPage(page: Uint8Array, header: PageHeader, column: PageColumn): void {
  const shape = shapeOf(header, column)
  let at = 0
  for (const widthBits of levelBits(column)) {
    if (widthBits === 0) continue
    const start = at + 4
    at = start + readLength(page, at)
    checkLevels(page, { start, end: at, count: shape.count, widthBits })
  }
  checkValues(page, at, shape)
}

/**
 * Checks a data page of the second version as it is in the file: its levels come first and are not
 * compressed.
 *
 * @throws RangeError as `checkFirstPage`, Error when it cannot be decompressed
 */
export function checkSecondPage(body: Uint8Array, header: PageHeader, column: PageColumn): void {
  const shape = shapeOf(header, column)
  const facts = header.data_page_header_v2
  const { repetition_levels_byte_length: repetitions = 0 } = facts ?? {}
  const { definition_levels_byte_length: definitions = 0 } = facts ?? {}
  const end = repetitions + definitions
  const [repetitionBits, definitionBits] = levelBits(column)
  const { count } = shape
  if (repetitionBits > 0) {
    checkLevels(body, { start: 0, end: repetitions, count, widthBits: repetitionBits })
  }
  if (definitionBits > 0) {
    checkLevels(body, { start: repetitions, end, count, widthBits: definitionBits })
  }
  // Plain values have no runs, and need not be unpacked for that.
  if (shape.encoding === 'PLAIN') return
  const isPacked = facts?.is_compressed !== false
  const packed = body.subarray(end)
  const length = header.uncompressed_page_size - end
  checkValues(isPacked ? unpack(packed, length, column) : packed, 0, shape)
}

function unpack(body: Uint8Array, length: number, { codec, compressors }: PageColumn): Uint8Array {
  return decompressPage(body, length, codec, compressors)
}

/**
 * Checks all pages of a column, or some that follow each other, before the library reads them.
 *
 * @param bytes begin with the header of a page
 * @throws RangeError as `checkFirstPage`, Error when a page cannot be read
 */
export function checkPages(bytes: Uint8Array, column: PageColumn): void {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 }
  // The library takes a last byte for the end, too.
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader)
    const start = reader.offset
    const end = start + header.compressed_page_size
    if (!(end >= start && end <= bytes.length)) {
      throw new RangeError('a page is longer than its column')
    }
    reader.offset = end
    const body = bytes.subarray(start, end)
    if (header.type === 'DATA_PAGE') {
      checkFirstPage(unpack(body, header.uncompressed_page_size, column), header, column)
    } else if (header.type === 'DATA_PAGE_V2') checkSecondPage(body, header, column)
    else if (header.type === 'DICTIONARY_PAGE') checkedCount(header)
  }
}

function checkValues(page: Uint8Array, start: number, shape: PageShape): void {
  const { count, encoding, isBoolean } = shape
  const isDictionary = encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY'
  if (encoding === 'RLE' || (isDictionary && isBoolean)) {
    const end = start + 4 + readLength(page, start)
    checkRuns(page, { start: start + 4, end, count, widthBits: 1 })
  } else if (isDictionary) {
    const widthBits = page[start] ?? 0
    checkRuns(page, { start: start + 1, end: page.length, count, widthBits })
  } else if (encoding?.startsWith('DELTA_')) checkBlocks(page, start)
}

function bitsOf(level: number): number {
  return 32 - Math.clz32(level)
}

function readLength(page: Uint8Array, at: number): number {
  if (at + 4 > page.length) throw new RangeError('a page ends before its levels')
  const length = new DataView(page.buffer, page.byteOffset).getUint32(at, true)
  if (at + 4 + length > page.length) throw new RangeError('levels end outside their page')
  return length
}

/** The decoder of levels goes on behind their end when there are too few. */
function checkLevels(page: Uint8Array, stream: RunStream): void {
  const found = checkRuns(page, stream)
  if (found >= stream.count) return
  throw new RangeError(`a page has ${found} levels for ${stream.count} values`)
}

interface RunStream {
  readonly start: number
  readonly end: number
  readonly count: number
  readonly widthBits: number
}

/** Number of values that the runs have. */
function checkRuns(page: Uint8Array, { start, end, count, widthBits }: RunStream): number {
  if (widthBits > MAX_WIDTH_BITS) throw new RangeError(`values of ${widthBits} bits`)
  let found = 0
  for (let at = start; at < end && found < count; ) {
    const { value: head, next } = readVarint(page, at)
    const half = Math.floor(head / 2)
    const isPacked = head % 2 === 1
    const length = isPacked ? half * 8 : half
    found += length
    at = next + (isPacked ? half * widthBits : Math.ceil(widthBits / 8))
    if (found > count + SLACK_VALUES) {
      throw new RangeError(`runs of ${found} values in a page of ${count}`)
    }
  }
  return found
}

function readVarint(page: Uint8Array, start: number): { value: number; next: number } {
  let value = 0
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = page[start + i]
    if (byte === undefined) throw new RangeError('a page ends inside a length')
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, next: start + i + 1 }
  }
  throw new RangeError('a length in a page has no end')
}

function checkBlocks(page: Uint8Array, start: number): void {
  const { value: values, next } = readVarint(page, start)
  const { value: parts } = readVarint(page, next)
  if (values <= MAX_BLOCK_VALUES && parts >= 1 && parts <= MAX_BLOCK_PARTS) return
  throw new RangeError(`blocks of ${values} values in ${parts} parts`)
}
