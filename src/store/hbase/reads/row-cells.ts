/** Values on their way into HBase: each cell in the bytes its column has there. */
import type { CellValue } from '../../../rows/packed-row.js'
import type { NewCell } from '../protocol/cell-writer.js'
import { ENCODING, type StoredColumn } from '../values/cell-encodings.js'

/** Family and qualifier of a column. */
export interface ColumnAddress {
  readonly family: Buffer
  readonly qualifier: Buffer
}

/**
 * Splits the name of a column at its first colon.
 *
 * @throws RangeError when there is no family in front of one
 */
export function toColumnAddress(name: string): ColumnAddress {
  const colon = name.indexOf(':')
  if (colon < 1) {
    throw new RangeError(`Cannot find column "${name}" in HBase: expected "family:qualifier"`)
  }
  return {
    family: Buffer.from(name.slice(0, colon)),
    qualifier: Buffer.from(name.slice(colon + 1)),
  }
}

/** Family part of a column name; empty when it has none. */
export function familyOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf(':')))
}

/**
 * Bytes of a value in a column.
 *
 * @throws RangeError when an integer column cannot hold it, SyntaxError when it is no number
 */
export function encodeCell(value: CellValue, { name, encoding }: StoredColumn): Buffer {
  switch (encoding) {
    case ENCODING.float:
      return fixed(4, bytes => bytes.writeFloatBE(Number(value)))
    case ENCODING.double:
      return fixed(8, bytes => bytes.writeDoubleBE(Number(value)))
    case ENCODING.short:
      return fixed(2, bytes => bytes.writeInt16BE(Number(wholeNumber(value, name, 16))))
    case ENCODING.integer:
      return fixed(4, bytes => bytes.writeInt32BE(Number(wholeNumber(value, name, 32))))
    case ENCODING.long:
    case ENCODING.guessedLong:
      return fixed(8, bytes => bytes.writeBigInt64BE(wholeNumber(value, name, 64)))
    case ENCODING.boolean:
      return Buffer.from(String(value) === 'true' ? 'true' : 'false')
    case ENCODING.opaque:
      throw new RangeError(`Cannot write column "${name}": its cells are bytes that are not known`)
    default:
      return Buffer.from(String(value))
  }
}

function fixed(bytes: number, write: (target: Buffer) => void): Buffer {
  const target = Buffer.allocUnsafe(bytes)
  write(target)
  return target
}

function wholeNumber(value: CellValue, column: string, bits: number): bigint {
  const isWhole = typeof value !== 'number' || Number.isInteger(value)
  const number = isWhole ? BigInt(value) : undefined
  if (number === undefined || BigInt.asIntN(bits, number) !== number) {
    throw new RangeError(
      `Cannot store "${value}" in column "${column}": expected a whole number of ${bits} bits`,
    )
  }
  return number
}

/** A cell to write. */
export function toNewCell(value: CellValue, column: StoredColumn): NewCell {
  return { ...toColumnAddress(column.name), value: encodeCell(value, column) }
}
