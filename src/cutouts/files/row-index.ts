/**
 * The id columns of row groups in memory, to find the row of an alert in a file that has no hints:
 * as compact as they are in the file. What is read and kept of them is up to `row-search.ts`.
 */
import type { Compressors } from 'hyparquet'
import type { PageValue, PageValueAt } from './page-values.js'
import type { ColumnPart } from './parquet-file.js'
import { decodeDictionary, decodePage, decodePageFacts } from './parquet-page.js'

/** Value that stands for null among 64-bit ids; no survey has negative ids. */
const NULL_ID = -(2n ** 63n)

/** The values of one column of ids in a row group. */
export interface IdColumn {
  /** Memory it takes. */
  readonly bytes: number
  /** Numbers in the file of the rows that have the id, ascending. */
  rowsOf(id: string): Iterable<number>
}

/**
 * Decodes a column of ids in one row group: integers, or texts.
 *
 * @param bytes all pages of the column in the group
 * @throws Error when they are broken or have other values
 */
export function decodeIdColumn(
  bytes: Uint8Array,
  part: ColumnPart,
  decompressors: Compressors,
): IdColumn {
  const { type } = part.format
  const { firstRow } = part
  const values = [...decodePart(bytes, part, decompressors)]
  if (type === 'INT64' || type === 'INT32') return toIntegers(values, firstRow)
  if (type === 'BYTE_ARRAY') return toTexts(values, firstRow)
  throw new RangeError(`a column of ids has type ${type}, expected integers or texts`)
}

/** False when the statistics of the column tell that the id is not in the row group. */
export function mayHaveId({ format, bounds }: ColumnPart, id: string): boolean {
  if (format.type === 'BYTE_ARRAY' || bounds === undefined) return true
  const wanted = parseId(id)
  return wanted !== undefined && bounds.least <= wanted && wanted <= bounds.greatest
}

/** The id as an integer, undefined when it is none. */
function parseId(id: string): bigint | undefined {
  return /^-?\d{1,19}$/.test(id) ? BigInt(id) : undefined
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

function toIntegers(values: readonly (PageValue | null)[], firstRow: number): IdColumn {
  const ids = BigInt64Array.from(values, value => (typeof value === 'bigint' ? value : NULL_ID))
  return {
    bytes: ids.byteLength,
    *rowsOf(id) {
      const wanted = parseId(id)
      if (wanted === undefined) return
      for (let row = ids.indexOf(wanted); row >= 0; row = ids.indexOf(wanted, row + 1)) {
        yield firstRow + row
      }
    },
  }
}

function toTexts(values: readonly (PageValue | null)[], firstRow: number): IdColumn {
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
        if (isSame && wanted.equals(bytes.subarray(start, ends[row]))) yield firstRow + row
      }
    },
  }
}
