/**
 * The Parquet files of a lake as stores of stamps: which page has the stamp of a row, and which
 * row is that of an alert. Files never change, so what was learnt of one is kept.
 */
import type { CallOptions } from '../../datalake/datalake.js'
import { quotePath } from '../../datalake/lake-path.js'
import { LoadingCache } from '../../datalake/loading-cache.js'
import { DatalakeError, NotFoundError } from '../../errors.js'
import { type ByteRange, readRange } from './byte-ranges.js'
import { LAKE_SERVICE, toFileError } from './file-error.js'
import { readStampPage } from './page-reader.js'
import {
  type ColumnPart,
  type ParquetFile,
  type ParquetLake,
  readParquetFile,
} from './parquet-file.js'
import { findPage, type PageLocation, readPages } from './parquet-pages.js'
import { type AlertIds, RowSearch } from './row-search.js'
import {
  STAMP_KINDS,
  type StampHint,
  type StampKind,
  type StampLocation,
  type StampPage,
} from './stamp-hint.js'
import { hasWindows, PageWindows } from './stamp-window.js'

export { LAKE_SERVICE } from './file-error.js'
export type { AlertIds } from './row-search.js'

/** Where a survey has its stamps in a file: dotted paths of columns. */
export interface StampLayout {
  /** Column of the bytes of each kind, such as `cutoutScience.stampData`. */
  readonly stamps: Readonly<Record<StampKind, string>>
  /** Columns that alerts may be found by, such as `candid` and `objectId`. */
  readonly ids: readonly string[]
}

const DEFAULT_MAX_BYTES = 2 ** 27
/** Memory that the facts of a page, and of a column in a row group, take about. */
const PAGE_FACT_BYTES = 100
const PART_FACT_BYTES = 400

/** Finds stamps; everything it learns is kept, up to a limit in bytes. */
export class StampFiles {
  /** Where the files are. */
  readonly source: ParquetLake
  readonly #layout: StampLayout
  readonly #files: LoadingCache<ParquetFile>
  readonly #pages: LoadingCache<readonly PageLocation[]>
  readonly #rows: RowSearch

  /**
   * @param source best with a lake that caches: what is read of small files is used again
   * @param options.maxBytes limit of the memory for facts about files
   */
  constructor(
    source: ParquetLake,
    layout: StampLayout,
    options: { readonly maxBytes?: number } = {},
  ) {
    const maxBytes = Math.ceil((options.maxBytes ?? DEFAULT_MAX_BYTES) / 3)
    this.source = source
    this.#layout = layout
    this.#files = new LoadingCache({ maxBytes, sizeOf: fileFactBytes })
    this.#pages = new LoadingCache({ maxBytes, sizeOf: pages => pages.length * PAGE_FACT_BYTES })
    this.#rows = new RowSearch(source, maxBytes)
  }

  /**
   * The page that has a stamp.
   *
   * @throws NotFoundError when there is no such file or row
   * @throws DatalakeError when the file has no such stamps or cannot be read
   */
  async page(
    path: string,
    { kind, row }: { readonly kind: StampKind; readonly row: number },
    options: CallOptions = {},
  ): Promise<StampPage> {
    const file = await this.#file(path, options)
    const part = partOf(this.#partsOf(file, this.#layout.stamps[kind]), row)
    const page = part && findPage(await this.#pagesOf(path, part, options), row)
    if (part === undefined || page === undefined) {
      throw new NotFoundError(`Cannot find row ${row} in ${quotePath(path)}: it has ${file.rows}`)
    }
    const { codec, maxDefinition } = part.format
    return { ...page, codec, maxDefinition }
  }

  /**
   * The first row of the file that has all the ids, in file order.
   *
   * @throws NotFoundError when there is no such file or row
   * @throws DatalakeError when the file has no such ids or cannot be read
   * @throws RangeError when the ids are not columns of the layout, or there are none
   */
  async findRow(path: string, ids: AlertIds, options: CallOptions = {}): Promise<number> {
    const names = Object.keys(ids)
    if (names.length === 0) throw new RangeError('Cannot find a row: expected an id, got none')
    for (const name of names) {
      if (this.#layout.ids.includes(name)) continue
      throw new RangeError(`Cannot find rows by "${name}": expected ${this.#layout.ids}`)
    }
    const file = await this.#file(path, options)
    const columns = Object.entries(ids).map(([column, id]) => {
      return { column, id, parts: this.#partsOf(file, column) }
    })
    const row = await this.#rows.find(path, columns, options)
    if (row !== undefined) return row
    const wanted = Object.entries(ids).map(([name, value]) => `${name} ${quotePath(value)}`)
    throw new NotFoundError(`Cannot find ${wanted.join(', ')} in ${quotePath(path)}`)
  }

  /**
   * Hints for the rows of a file, to be noted down with them. Reads all the stamps of the file.
   *
   * @returns gives the hint of a row; it takes some 80 bytes of memory a row
   * @throws NotFoundError, DatalakeError
   */
  async hints(path: string, options: CallOptions = {}): Promise<(row: number) => StampHint> {
    const file = await this.#file(path, options)
    const pages = new Map<StampKind, readonly PageWithWindows[]>()
    for (const kind of STAMP_KINDS) {
      const found: PageWithWindows[] = []
      for (const part of file.columns.get(this.#layout.stamps[kind]) ?? []) {
        const { codec, maxDefinition } = part.format
        for (const location of await this.#pagesOf(path, part, options)) {
          const page = { ...location, codec, maxDefinition }
          found.push({ ...page, windows: await this.#windowsOf(path, page, options) })
        }
      }
      pages.set(kind, found)
    }
    return row => {
      if (!(row >= 0 && row < file.rows)) throw new RangeError(`Cannot hint at row ${row}`)
      const hinted: Partial<Record<StampKind, StampLocation>> = {}
      for (const [kind, found] of pages) {
        const page = findPage(found, row)
        if (page !== undefined) hinted[kind] = locationOf(page, row)
      }
      return { file: path, row, pages: hinted }
    }
  }

  async #windowsOf(
    path: string,
    page: StampPage,
    { signal }: CallOptions,
  ): Promise<PageWindows | undefined> {
    if (!hasWindows(page.codec)) return undefined
    const { lake, decompressors } = this.source
    const read = (range: ByteRange) => readRange(lake, path, range, { signal })
    try {
      const content = await readStampPage(page, read, decompressors)
      return PageWindows.find({ ...page, ...content })
    } catch (cause) {
      signal?.throwIfAborted()
      throw toFileError(path, `the page at ${page.offset}`, cause)
    }
  }

  async #file(path: string, { signal }: CallOptions): Promise<ParquetFile> {
    const columns = [...Object.values(this.#layout.stamps), ...this.#layout.ids]
    const load = (signal: AbortSignal) =>
      readParquetFile(this.source.lake, path, columns, { signal })
    try {
      return await this.#files.get(path, load, signal)
    } catch (cause) {
      signal?.throwIfAborted()
      throw toFileError(path, 'the footer', cause)
    }
  }

  async #pagesOf(
    path: string,
    part: ColumnPart,
    { signal }: CallOptions,
  ): Promise<readonly PageLocation[]> {
    const load = (signal: AbortSignal) => readPages(this.source.lake, path, part, { signal })
    try {
      return await this.#pages.get(`${path}\n${part.bytes.offset}`, load, signal)
    } catch (cause) {
      signal?.throwIfAborted()
      throw toFileError(path, 'the pages', cause)
    }
  }

  #partsOf(file: ParquetFile, column: string): readonly ColumnPart[] {
    const parts = file.columns.get(column)
    if (parts !== undefined || file.rows === 0) return parts ?? []
    throw new DatalakeError(LAKE_SERVICE, `${quotePath(file.path)} has no column "${column}"`)
  }
}

/** A page and what was found in it. */
interface PageWithWindows extends StampPage {
  readonly windows: PageWindows | undefined
}

function locationOf({ windows, ...page }: PageWithWindows, row: number): StampLocation {
  const window = windows?.at(row - page.firstRow)
  return window === undefined ? page : { ...page, window }
}

function partOf(parts: readonly ColumnPart[], row: number): ColumnPart | undefined {
  return parts.find(({ firstRow, rows }) => firstRow <= row && row < firstRow + rows)
}

function fileFactBytes({ columns }: ParquetFile): number {
  const parts = [...columns.values()].flat()
  const indexes = parts.reduce((sum, part) => sum + (part.offsetIndexBytes?.length ?? 0), 0)
  return parts.length * PART_FACT_BYTES + indexes
}
