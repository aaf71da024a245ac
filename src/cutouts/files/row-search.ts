/**
 * Finding the row of an alert by its ids, group by group of a file. The id columns of a group are
 * read in one request and kept; groups that cannot have the ids by their statistics are not read.
 */
import type { CallOptions } from '../../datalake/datalake.js'
import { LoadingCache } from '../../datalake/loading-cache.js'
import { readRanges } from './byte-ranges.js'
import { toFileError } from './file-error.js'
import type { ColumnPart, ParquetLake } from './parquet-file.js'
import { decodeIdColumn, type IdColumn, mayHaveId } from './row-index.js'

/** Row groups that are read at the same time. */
const CONCURRENT_GROUPS = 8

/** Ids of an alert by column; all of them must be those of the row. */
export type AlertIds = Readonly<Record<string, string>>

/** A column to search, and the id wanted in it. */
export interface WantedId {
  readonly column: string
  readonly id: string
  /** The column in each row group of the file. */
  readonly parts: readonly ColumnPart[]
}

/** The id columns of a row group, in the order of the ids wanted. */
interface GroupIds {
  readonly columns: readonly IdColumn[]
}

/** Searches files; the columns it has read are kept, up to a limit in bytes. */
export class RowSearch {
  readonly #source: ParquetLake
  readonly #groups: LoadingCache<GroupIds>

  /** @param maxBytes limit of the memory for columns */
  constructor(source: ParquetLake, maxBytes: number) {
    this.#source = source
    this.#groups = new LoadingCache({
      maxBytes,
      sizeOf: ({ columns }) => columns.reduce((sum, { bytes }) => sum + bytes, 0),
    })
  }

  /**
   * Number of the first row that has all the ids, in file order; undefined when there is none.
   *
   * @param wanted at least one; all have a part in each row group
   * @throws DatalakeError, NotFoundError when the file cannot be read
   */
  async find(
    path: string,
    wanted: readonly WantedId[],
    options: CallOptions = {},
  ): Promise<number | undefined> {
    const groups = [...(wanted[0]?.parts ?? []).keys()].filter(group =>
      wanted.every(({ id, parts }) => mayHaveId(parts[group]!, id)),
    )
    for (let next = 0; next < groups.length; next += CONCURRENT_GROUPS) {
      const some = groups.slice(next, next + CONCURRENT_GROUPS)
      const read = await Promise.all(some.map(group => this.#read(path, wanted, group, options)))
      for (const { columns } of read) {
        const row = firstCommonRow(columns, wanted)
        if (row !== undefined) return row
      }
    }
    return undefined
  }

  async #read(
    path: string,
    wanted: readonly WantedId[],
    group: number,
    { signal }: CallOptions,
  ): Promise<GroupIds> {
    const key = [path, group, ...wanted.map(({ column }) => column)].join('\n')
    return this.#groups.get(key, signal => this.#load(path, wanted, group, { signal }), signal)
  }

  async #load(
    path: string,
    wanted: readonly WantedId[],
    group: number,
    options: CallOptions,
  ): Promise<GroupIds> {
    const { lake, decompressors } = this.#source
    const ranges = wanted.map(({ parts }) => parts[group]!.bytes)
    const bytes = await readRanges(lake, path, ranges, options)
    const columns = wanted.map(({ column, parts }, i) => {
      try {
        return decodeIdColumn(bytes[i]!, parts[group]!, decompressors)
      } catch (cause) {
        throw toFileError(path, `column "${column}"`, cause)
      }
    })
    return { columns }
  }
}

function firstCommonRow(
  columns: readonly IdColumn[],
  wanted: readonly WantedId[],
): number | undefined {
  const [rows = [], ...others] = columns.map((column, i) => column.rowsOf(wanted[i]!.id))
  const sets = others.map(other => new Set(other))
  for (const row of rows) if (sets.every(set => set.has(row))) return row
  return undefined
}
