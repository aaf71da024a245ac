/**
 * Values of cells as the literals of packed rows (rows/packed-row.ts), written straight from the
 * bytes of a cell block.
 */

import {
  MAX_NUMBER_BYTES,
  writeDouble,
  writeFloat,
  writeInteger,
  writeLong,
} from '../../../rows/number-bytes.js'
import { type CellBatch, cellValue } from '../protocol/cell-block.js'
import { ENCODING, isCount } from '../values/cell-encodings.js'
import { maxJsonBytes, writeJsonText } from '../values/text-bytes.js'
import type { CellSource } from './row-workbench.js'

const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
const OPAQUE = Buffer.from('"*binary*"')

/** Writes the literal of a cell; returns the offset behind it. */
export function writeValue(
  scratch: Buffer,
  at: number,
  encoding: number,
  source: CellSource,
): number {
  const { batch, view, cell } = source
  const start = batch.valueOffset[cell]!
  switch (encoding) {
    case ENCODING.float: {
      const value = view.getFloat32(start)
      if (isInfinite(value)) source.isInfinite = true
      return writeFloat(scratch, at, value)
    }
    case ENCODING.double: {
      const value = view.getFloat64(start)
      if (isInfinite(value)) source.isInfinite = true
      return writeDouble(scratch, at, value)
    }
    case ENCODING.integer:
      return writeInteger(scratch, at, view.getInt32(start))
    case ENCODING.short:
      return writeInteger(scratch, at, view.getInt16(start))
    case ENCODING.long:
    case ENCODING.guessedLong:
      return writeLong(scratch, at, view.getInt32(start), view.getUint32(start + 4))
    case ENCODING.boolean:
      return at + (cellValue(batch, cell).equals(TRUE) ? TRUE : FALSE).copy(scratch, at)
    case ENCODING.opaque:
      return at + OPAQUE.copy(scratch, at)
    default: {
      const end = start + batch.valueLength[cell]!
      return writeJsonText(scratch, at, { source: batch.block, start, end })
    }
  }
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY
}

/** False when the cell of a column without a known type does not look like those before it. */
export function isAsGuessed(batch: CellBatch, cell: number, encoding: number): boolean {
  if (encoding < ENCODING.guessedText) return true
  return isCount(cellValue(batch, cell)) === (encoding === ENCODING.guessedLong)
}

/** Most bytes of the literal of a cell of so many bytes. */
export function maxValueBytes(encoding: number, bytes: number): number {
  const isText = encoding === ENCODING.text || encoding === ENCODING.guessedText
  return isText ? maxJsonBytes(bytes) : MAX_NUMBER_BYTES
}
