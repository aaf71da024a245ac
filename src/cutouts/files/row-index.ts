/**
 * The id columns of a file in memory, to find the row of an alert in a file that has no hints: as
 * compact as they are in the file, read once.
 */
import type { Compressors } from 'hyparquet'
import type { CallOptions } from '../../datalake/datalake.js'
import type { PageValue, PageValueAt } from './page-values.js'
import { decodeDictionary, decodePage, decodePageFacts } from './parquet-page.js'
import type { ColumnPart, ParquetLake } from './parquet-pages.js'

/** Value that stands for null among 64-bit ids; no survey has negative ids. */
const NULL_ID = -(2n ** 63n)

/** The values of one column of ids, by row. */
export interface IdColumn {
  /** Memory it takes. */
  readonly bytes: number
  /** Numbers of the rows that have the id, ascending. */
  rowsOf(id: string): Iterable<number>
}

/**
 * Reads a column of ids: integers, or texts.
 *
 * @throws RangeError, SyntaxError when the file is broken or the column has other values
 * @throws DatalakeError, NotFoundError when it cannot be read
 */
export async function readIdColumn(
  { lake, decompressors }: ParquetLake,
  path: string,
  parts: readonly ColumnPart[],
  options: CallOptions = {},
): Promise<IdColumn> {
  const values: (PageValue | null)[] = []
  for (const part of parts) {
    const { offset, length } = part.bytes
    const bytes = await lake.read(path, offset, offset + length, options)
    for (const value of decodePart(bytes, part, decompressors)) values.push(value)
  }
  const type = parts[0]?.format.type
  if (type === 'INT64' || type === 'INT32') return toIntegers(values)
  if (type === 'BYTE_ARRAY') return toTexts(values)
  throw new RangeError(`a column of ids has type ${type}, expected integers or texts`)
}

function* decodePart(
  bytes: Uint8Array,
  { format, rows }: ColumnPart,
  decompressors: Compressors,
): Generator<PageValue | null> {
  let dictionary: PageValueAt | undefined
  let left = rows
  for (let at = 0; left > 0 && at < bytes.length; ) {
    const { kind, length } = decodePageFacts(bytes, at)
    const page = bytes.subarray(at, at + length)
    at += length
    if (kind === 'dictionary') dictionary = decodeDictionary(page, format, { decompressors })
    if (kind !== 'data') continue
    const values = decodePage(page, format, { decompressors, dictionary })
    for (let row = 0; row < values.rows; row++) yield values.at(row)
    left -= values.rows
  }
  if (left !== 0) throw new RangeError('a column has another number of rows than its group')
}

function toIntegers(values: readonly (PageValue | null)[]): IdColumn {
  const ids = BigInt64Array.from(values, value => (typeof value === 'bigint' ? value : NULL_ID))
  return {
    bytes: ids.byteLength,
    *rowsOf(id) {
      if (!/^-?\d{1,19}$/.test(id)) return
      const wanted = BigInt(id)
      for (let row = ids.indexOf(wanted); row >= 0; row = ids.indexOf(wanted, row + 1)) yield row
    },
  }
}

function toTexts(values: readonly (PageValue | null)[]): IdColumn {
  const parts = values.map(value => (value instanceof Uint8Array ? value : new Uint8Array(0)))
  const bytes = Buffer.concat(parts)
  const ends = new Uint32Array(parts.length)
  parts.reduce((sum, part, row) => {
    ends[row] = sum + part.length
    return sum + part.length
  }, 0)
  return {
    bytes: bytes.length + ends.byteLength,
    *rowsOf(id) {
      const wanted = Buffer.from(id)
      for (let row = 0; row < ends.length; row++) {
        const start = row === 0 ? 0 : ends[row - 1]!
        const isSame = ends[row]! - start === wanted.length
        if (isSame && wanted.equals(bytes.subarray(start, ends[row]))) yield row
      }
    },
  }
}
