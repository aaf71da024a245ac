/**
 * The Parquet files of a lake as stores of stamps: which page has the stamp of a row, and which
 * row is that of an alert. Files never change, so what was learnt of one is kept.
 */
import type { CallOptions } from '../../datalake/datalake.js'
import { quotePath } from '../../datalake/lake-path.js'
import { LoadingCache } from '../../datalake/loading-cache.js'
import { DatalakeError, NotFoundError, ServiceError } from '../../errors.js'
import { readStampPage } from './page-reader.js'
import {
  type ByteRange,
  type ColumnPart,
  findPage,
  type PageLocation,
  type ParquetFile,
  type ParquetLake,
  readPages,
  readParquetFile,
} from './parquet-pages.js'
import { type IdColumn, readIdColumn } from './row-index.js'
import {
  STAMP_KINDS,
  type StampHint,
  type StampKind,
  type StampLocation,
  type StampPage,
} from './stamp-hint.js'
import { hasWindows, PageWindows } from './stamp-window.js'

/** Where a survey has its stamps in a file: dotted paths of columns. */
export interface StampLayout {
  /** Column of the bytes of each kind, such as `cutoutScience.stampData`. */
  readonly stamps: Readonly<Record<StampKind, string>>
  /** Columns that alerts may be found by, such as `candid` and `objectId`. */
  readonly ids: readonly string[]
}

/** Ids of an alert by column; all of them must be those of the row. */
export type AlertIds = Readonly<Record<string, string>>

/** Name of the service in errors about the content of files. */
export const LAKE_SERVICE = 'data lake'

const DEFAULT_MAX_BYTES = 2 ** 27
/** Memory that the facts of a page, and of a column in a row group, take about. */
const PAGE_FACT_BYTES = 100
const PART_FACT_BYTES = 400

/** The error for a file that cannot be understood; errors of the service pass. */
export function toFileError(path: string, what: string, cause: unknown): unknown {
  if (cause instanceof ServiceError) return cause
  if (cause instanceof Error && cause.name === 'AbortError') return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  const text = `Cannot read ${what} of ${quotePath(path)}: ${reason}`
  return new DatalakeError(LAKE_SERVICE, text, { cause })
}

/** Finds stamps; everything it learns is kept, up to a limit in bytes. */
export class StampFiles {
  /** Where the files are. */
  readonly source: ParquetLake
  readonly #layout: StampLayout
  readonly #files: LoadingCache<ParquetFile>
  readonly #pages: LoadingCache<readonly PageLocation[]>
  readonly #ids: LoadingCache<IdColumn>

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
    this.#ids = new LoadingCache({ maxBytes, sizeOf: column => column.bytes })
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
    const columns = await Promise.all(names.map(name => this.#idColumn(path, name, options)))
    const [rows = [], ...others] = columns.map((column, i) => column.rowsOf(ids[names[i]!]!))
    const sets = others.map(other => new Set(other))
    for (const row of rows) if (sets.every(set => set.has(row))) return row
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
    const read = ({ offset, length }: ByteRange) =>
      lake.read(path, offset, offset + length, { signal })
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
    if (part.pages !== undefined) return part.pages
    const load = (signal: AbortSignal) => readPages(this.source.lake, path, part, { signal })
    try {
      return await this.#pages.get(`${path}\n${part.bytes.offset}`, load, signal)
    } catch (cause) {
      signal?.throwIfAborted()
      throw toFileError(path, 'the pages', cause)
    }
  }

  async #idColumn(path: string, column: string, { signal }: CallOptions): Promise<IdColumn> {
    if (!this.#layout.ids.includes(column)) {
      throw new RangeError(`Cannot find rows by "${column}": expected ${this.#layout.ids}`)
    }
    const parts = this.#partsOf(await this.#file(path, { signal }), column)
    const load = (signal: AbortSignal) => readIdColumn(this.source, path, parts, { signal })
    try {
      return await this.#ids.get(`${path}\n${column}`, load, signal)
    } catch (cause) {
      signal?.throwIfAborted()
      throw toFileError(path, `column "${column}"`, cause)
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
  const pages = parts.reduce((sum, part) => sum + (part.pages?.length ?? 0), 0)
  return parts.length * PART_FACT_BYTES + pages * PAGE_FACT_BYTES
}
