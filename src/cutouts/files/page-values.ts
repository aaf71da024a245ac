/**
 * The values in the body of a Parquet data page, those that are there, one after the other. Texts
 * and stamps (byte arrays), and integers as ids; other types are not supported.
 */
import type { Encoding, ParquetType } from 'hyparquet'
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js'
import { decodeRleBits } from './rle-bits.js'

/** A value: bytes, which are a part of the page, or an integer. */
export type PageValue = Uint8Array | bigint

/** Values by their place among those that are there. */
export type PageValueAt = (index: number) => PageValue

/** How the values are written. */
export interface ValueFormat {
  readonly type: ParquetType
  readonly encoding: Encoding
  /** How many there are. */
  readonly count: number
}

/**
 * Decodes the values of a page.
 *
 * @param dictionary entries of the dictionary, for pages that refer to it
 * @throws RangeError when the bytes end early, or type or encoding are not supported
 */
export function decodePageValues(
  bytes: Uint8Array,
  { type, encoding, count }: ValueFormat,
  dictionary?: PageValueAt,
): PageValueAt {
  switch (encoding) {
    case 'PLAIN':
      return type === 'BYTE_ARRAY' ? plainBytes(bytes, count) : plainIntegers(bytes, type, count)
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return dictionaryValues(bytes, count, dictionary)
    case 'DELTA_LENGTH_BYTE_ARRAY':
    case 'DELTA_BYTE_ARRAY':
      return deltaBytes(bytes, encoding, count)
    case 'DELTA_BINARY_PACKED':
      return deltaIntegers(bytes, type, count)
    default:
      throw new RangeError(`cannot read encoding ${encoding}`)
  }
}

/** Each value after its length in four bytes. */
function plainBytes(bytes: Uint8Array, count: number): PageValueAt {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const starts = new Uint32Array(count + 1)
  let at = 0
  for (let i = 0; i < count; i++) {
    starts[i] = at + 4
    at += 4 + view.getUint32(at, true)
  }
  if (at > bytes.length) throw new RangeError('a page ends in a value')
  // What would be the start of the next value.
  starts[count] = at + 4
  return index => bytes.subarray(starts[index]!, starts[index + 1]! - 4)
}

function plainIntegers(bytes: Uint8Array, type: ParquetType, count: number): PageValueAt {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = integerSize(type)
  if (count * size > bytes.length) throw new RangeError('a page ends in a value')
  if (size === 4) return index => BigInt(view.getInt32(index * 4, true))
  return index => view.getBigInt64(index * 8, true)
}

function integerSize(type: ParquetType): 4 | 8 {
  if (type === 'INT64') return 8
  if (type === 'INT32') return 4
  throw new RangeError(`cannot read values of type ${type}: expected bytes or integers`)
}

/** The width of the numbers of entries in one byte, then the numbers. */
function dictionaryValues(
  bytes: Uint8Array,
  count: number,
  dictionary: PageValueAt | undefined,
): PageValueAt {
  if (dictionary === undefined) throw new RangeError('a page needs the dictionary of its column')
  const width = bytes[0] ?? 0
  if (width > 32) throw new RangeError(`a page has entries of ${width} bits`)
  const entries = decodeRleBits(bytes.subarray(1), { width, count })
  return index => dictionary(entries[index]!)
}

function deltaBytes(bytes: Uint8Array, encoding: Encoding, count: number): PageValueAt {
  const reader = toReader(bytes)
  const values: Uint8Array[] = new Array(count)
  if (encoding === 'DELTA_BYTE_ARRAY') deltaByteArray(reader, count, values)
  else deltaLengthByteArray(reader, count, values)
  return index => values[index]!
}

function deltaIntegers(bytes: Uint8Array, type: ParquetType, count: number): PageValueAt {
  const isShort = integerSize(type) === 4
  const values = isShort ? new Int32Array(count) : new BigInt64Array(count)
  if (count > 0) deltaBinaryUnpack(toReader(bytes), count, values)
  return index => BigInt(values[index]!)
}

function toReader(bytes: Uint8Array): { readonly view: DataView; offset: number } {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
}
