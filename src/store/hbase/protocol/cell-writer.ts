/** Cells as they are sent to be written; see `cell-block.ts` for their layout. */
import { CELL_OVERHEAD_BYTES } from './cell-block.js'

const LENGTHS_BYTES = 8
/** Key bytes besides row, family and qualifier. */
const KEY_OVERHEAD_BYTES = 12
const HIGH_WORD = 2 ** 32

/** Kind of a cell as its key stores it. Reads give only puts. */
export const CELL_TYPES = { put: 4, deleteFamily: 14 } as const

/** Longest row key, in bytes. */
const MAX_ROW_BYTES = 32_767
/** Longest family name, in bytes. */
const MAX_FAMILY_BYTES = 127

/** A cell to be written. */
export interface NewCell {
  readonly family: Uint8Array
  readonly qualifier: Uint8Array
  readonly value: Uint8Array
  /** Time of the cell in ms; the server's clock when undefined. */
  readonly timestampMs?: number | undefined
  /** One of `CELL_TYPES`; a put when undefined. */
  readonly type?: number | undefined
}

/** Time 2^63 - 1, which stands for "now" until the server puts its clock in. */
const LATEST_TIMESTAMP = { high: 0x7fff_ffff, low: 0xffff_ffff } as const
/** Up to this size a loop copies faster than a call to do it. */
const SHORT_COPY_BYTES = 32

/** Bytes that `cell` of a row of `rowBytes` takes in a block. */
export function cellBytes(rowBytes: number, cell: NewCell): number {
  const { family, qualifier, value } = cell
  return CELL_OVERHEAD_BYTES + rowBytes + family.length + qualifier.length + value.length
}

/** Copies `source` to `offset` of `target` and returns the offset behind it. */
function copyTo(target: Buffer, offset: number, source: Uint8Array): number {
  const length = source.length
  if (length > SHORT_COPY_BYTES) target.set(source, offset)
  else for (let i = 0; i < length; i++) target[offset + i] = source[i]!
  return offset + length
}

function writeTimestamp(target: Buffer, offset: number, timestampMs: number | undefined): number {
  const { high, low } =
    timestampMs === undefined
      ? LATEST_TIMESTAMP
      : { high: Math.floor(timestampMs / HIGH_WORD), low: timestampMs % HIGH_WORD }
  return target.writeUInt32BE(low, target.writeInt32BE(high, offset))
}

/**
 * Writes a cell at `offset` of `target`, which has room for `cellBytes` of it, and returns the
 * offset behind it.
 *
 * @throws RangeError when the row is empty or too long, the family too long, or the time none
 */
export function writeCell(target: Buffer, offset: number, row: Uint8Array, cell: NewCell): number {
  const { family, qualifier, value } = cell
  if (row.length === 0 || row.length > MAX_ROW_BYTES) {
    throw new RangeError(
      `Cannot write a row key of ${row.length} bytes: expected 1 to ${MAX_ROW_BYTES}`,
    )
  }
  if (family.length > MAX_FAMILY_BYTES) {
    throw new RangeError(
      `Cannot write a family of ${family.length} bytes: expected 0 to ${MAX_FAMILY_BYTES}`,
    )
  }
  const keyLength = KEY_OVERHEAD_BYTES + row.length + family.length + qualifier.length
  let position = target.writeInt32BE(LENGTHS_BYTES + keyLength + value.length, offset)
  position = target.writeInt32BE(keyLength, position)
  position = target.writeInt32BE(value.length, position)
  position = target.writeInt16BE(row.length, position)
  position = copyTo(target, position, row)
  position = target.writeUInt8(family.length, position)
  position = copyTo(target, position, family)
  position = copyTo(target, position, qualifier)
  position = writeTimestamp(target, position, cell.timestampMs)
  position = target.writeUInt8(cell.type ?? CELL_TYPES.put, position)
  return copyTo(target, position, value)
}
