/**
 * One leaf column of a Parquet row group, read forward a few rows at a time and a page at a time,
 * so that a row group of any size needs the memory of its pages only. Levels follow the Dremel
 * encoding of the Parquet format; the pages themselves are decoded by hyparquet.
 */
import type { ColumnMetaData, DecodedArray, Encoding, SchemaTree } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { convert, convertWithDictionary, DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { parquetCompressors } from '../../datalake/parquet/compression.js'
import {
  checkedCount,
  checkFirstPage,
  checkSecondPage,
} from '../../datalake/parquet/parquet-runs.js'

type Decoder = Parameters<typeof readDataPage>[2]

const parsers = {
  ...DEFAULT_PARSERS,
  stringFromBytes(bytes: Uint8Array): string {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
  },
}

type PageHeader = ReturnType<typeof parquetHeader>
type DataPage = ReturnType<typeof readDataPageV2>

/** Definition levels of a leaf at which the things above it are there. */
interface Levels {
  /** The value itself. */
  readonly value: number
  /** The record that holds it. */
  readonly record: number
  /** An entry of the list that holds it; 0 outside lists. */
  readonly entry: number
  /** The list, empty or not. */
  readonly list: number
}

function levelsOf(path: readonly SchemaTree[]): Levels {
  let level = 0
  let record = 0
  let entry = 0
  let list = 0
  for (const { element } of path.slice(1)) {
    record = level
    if (element.repetition_type === 'REPEATED') {
      if (entry > 0) throw new RangeError('Cannot read lists inside lists')
      list = level
      entry = level + 1
    }
    if (element.repetition_type !== 'REQUIRED') level++
  }
  return { value: level, record, entry, list }
}

interface Page {
  readonly values: DecodedArray
  /** Empty when every value is there. */
  readonly definitions: readonly number[]
  /** Empty outside lists. */
  readonly repetitions: readonly number[]
  readonly length: number
}

/** A page whose values are as they stand in the file: dictionary indexes, bytes of texts. */
interface RawPage extends Page {
  readonly encoding: Encoding
}

const NO_PAGE = { length: 0, repetitions: [] }

function isDictionaryCoded({ encoding }: RawPage): boolean {
  return encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY'
}

/** A forward reader of one column chunk. */
export class ParquetColumn {
  readonly #bytes: Uint8Array
  readonly #decoder: Decoder
  readonly #levels: Levels
  readonly #reader: { readonly view: DataView; offset: number }
  #dictionary: DecodedArray | undefined
  #page: Page | undefined
  #at = 0
  #valueAt = 0

  /**
   * @param bytes the whole column chunk
   * @param path schema elements from the root to the leaf
   * @throws RangeError when the leaf is in a list inside a list
   */
  constructor(bytes: Uint8Array, metadata: ColumnMetaData, path: SchemaTree[]) {
    this.#bytes = bytes
    this.#levels = levelsOf(path)
    this.#reader = {
      view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      offset: 0,
    }
    this.#decoder = {
      pathInSchema: metadata.path_in_schema,
      type: metadata.type,
      element: path[path.length - 1]!.element,
      schemaPath: path,
      codec: metadata.codec,
      compressors: parquetCompressors,
      parsers,
    }
  }

  /** True when the values stand in lists, so that `lists` is to be used. */
  get isInList(): boolean {
    return this.#levels.entry > 0
  }

  /**
   * The next `count` values: null where the value is null, undefined where the record that should
   * hold it is null.
   *
   * @throws RangeError when the chunk has fewer
   */
  values(count: number): unknown[] {
    const { value: valueLevel, record } = this.#levels
    const out: unknown[] = new Array(count)
    for (let i = 0; i < count; ) {
      const page = this.#currentPage()
      const end = Math.min(count, i + page.length - this.#at)
      if (page.definitions.length === 0) {
        while (i < end) out[i++] = page.values[this.#valueAt++]
        this.#at = this.#valueAt
        continue
      }
      for (; i < end; i++) {
        const level = page.definitions[this.#at++]!
        if (level === valueLevel) out[i] = page.values[this.#valueAt++]
        else out[i] = level < record ? undefined : null
      }
    }
    return out
  }

  /**
   * The next `count` lists: null where the list itself is null, null entries where a value is.
   *
   * @throws RangeError when the chunk has fewer
   */
  lists(count: number): (unknown[] | null)[] {
    const { value: valueLevel, entry, list } = this.#levels
    const out: (unknown[] | null)[] = []
    for (let open: unknown[] | null = null; ; ) {
      if (out.length === count && !this.#continuesRow()) return out
      const page = this.#currentPage()
      const at = this.#at++
      const level = page.definitions.length === 0 ? valueLevel : page.definitions[at]!
      if (page.repetitions[at] === 0 || out.length === 0) {
        open = level >= entry ? [] : null
        out.push(open ?? (level === list ? [] : null))
      }
      if (level === valueLevel) open?.push(page.values[this.#valueAt++])
      else if (level >= entry) open?.push(null)
    }
  }

  /**
   * Goes through all pages without making values of them; gives the number of rows.
   *
   * @throws Error when a page cannot be decoded
   */
  countRows(): number {
    let rows = 0
    while (this.#reader.offset < this.#bytes.length) {
      const { length, repetitions } = this.#readPage() ?? NO_PAGE
      if (repetitions.length === 0) rows += length
      else for (const level of repetitions) if (level === 0) rows++
    }
    return rows
  }

  /** True when the next entry belongs to the row before it. */
  #continuesRow(): boolean {
    const page = this.#hasEntries() ? this.#page : undefined
    return page !== undefined && page.repetitions[this.#at] !== 0
  }

  #currentPage(): Page {
    if (!this.#hasEntries() || this.#page === undefined) {
      throw new RangeError(`column ${this.#decoder.pathInSchema.join('.')} ends early`)
    }
    return this.#page
  }

  #hasEntries(): boolean {
    while (this.#page === undefined || this.#at === this.#page.length) {
      if (this.#reader.offset >= this.#bytes.length) return false
      const page = this.#readPage()
      if (page === undefined) continue
      this.#page = { ...page, values: this.#convert(page) }
      this.#at = 0
      this.#valueAt = 0
    }
    return true
  }

  /** The next page, undefined when it is a dictionary or of no interest. */
  #readPage(): RawPage | undefined {
    const header = parquetHeader(this.#reader)
    const start = this.#reader.offset
    const end = start + header.compressed_page_size
    if (!(header.compressed_page_size >= 0) || end > this.#bytes.length) {
      throw new RangeError('a page is longer than its column')
    }
    this.#reader.offset = end
    const body = this.#bytes.subarray(start, end)
    if (header.type === 'DICTIONARY_PAGE') this.#dictionary = this.#readDictionary(body, header)
    const isData = header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2'
    return isData ? this.#readData(body, header) : undefined
  }

  #readDictionary(body: Uint8Array, header: PageHeader): DecodedArray {
    const page = this.#decompress(body, header.uncompressed_page_size)
    const reader = { view: new DataView(page.buffer, page.byteOffset, page.length), offset: 0 }
    const { type, element } = this.#decoder
    const count = checkedCount(header)
    return convert(readPlain(reader, type, count, element.type_length), this.#decoder)
  }

  #readData(body: Uint8Array, header: PageHeader): RawPage {
    const first = header.data_page_header
    const second = header.data_page_header_v2
    const facts = first ?? second
    const length = checkedCount(header)
    const { definitionLevels, repetitionLevels, dataPage } =
      first !== undefined ? this.#decodeFirst(body, header) : this.#decodeSecond(body, header)
    const page = {
      values: dataPage,
      encoding: facts?.encoding ?? 'PLAIN',
      definitions: definitionLevels ?? [],
      repetitions: repetitionLevels,
      length,
    }
    if (isDictionaryCoded(page)) this.#checkIndexes(dataPage)
    return page
  }

  #decodeFirst(body: Uint8Array, header: PageHeader): DataPage {
    const page = this.#decompress(body, header.uncompressed_page_size)
    checkFirstPage(page, header, this.#decoder)
    return readDataPage(page, header.data_page_header!, this.#decoder)
  }

  #decodeSecond(body: Uint8Array, header: PageHeader): DataPage {
    checkSecondPage(body, header, this.#decoder)
    return readDataPageV2(body, header, this.#decoder)
  }

  #checkIndexes(indexes: DecodedArray): void {
    const size = this.#dictionary?.length ?? 0
    for (let i = 0; i < indexes.length; i++) {
      if (!(indexes[i] < size)) throw new RangeError('a value is not in its dictionary')
    }
  }

  #convert({ values, encoding }: RawPage): DecodedArray {
    return convertWithDictionary(values, this.#dictionary, encoding, this.#decoder)
  }

  #decompress(body: Uint8Array, length: number): Uint8Array {
    return decompressPage(body, length, this.#decoder.codec, this.#decoder.compressors)
  }
}
