/**
 * Packs rows (rows/packed-row.ts) straight from the bytes of a cell block: each value is rewritten
 * as a JSON member where it will stay, without an object or a text per cell.
 */
import type { RowMemory } from '../../../rows/byte-pool.js'
import type { PackedRow } from '../../../rows/packed-row.js'
import {
  type CellBatch,
  cellNameEnd,
  cellNameStart,
  columnName,
  rowKey,
} from '../protocol/cell-block.js'
import { LEAST_BYTES } from '../values/cell-encodings.js'
import { isAsGuessed, maxValueBytes, writeValue } from './cell-values.js'
import { type GrowingColumns, LABEL_WORD_BYTES, type PackedColumns } from './packed-columns.js'
import type { RowWorkbench } from './row-workbench.js'

const FLAG_WIDE = 1
const FLAG_INFINITE = 2
/** Flags and the number of missing cells. */
const HEAD_BYTES = 3
const MAX_NARROW = 0xffff
const COMMA = 0x2c
const FIRST_BLOCK_BYTES = 4 * 1024
const MAX_BLOCK_BYTES = 256 * 1024

/** A cell that is too short for the type of its column. */
export class CellError extends Error {
  constructor(batch: CellBatch, row: number, cell: number) {
    const bytes = batch.valueLength[cell]!
    const key = rowKey(batch, row).toString()
    super(`column "${columnName(batch, cell)}" of row "${key}" has ${bytes} bytes, too few`)
    this.name = 'CellError'
  }
}

/** Packs the rows of one scan. */
export class RowPacker {
  readonly #growing: GrowingColumns
  readonly #bench: RowWorkbench
  readonly #memory: RowMemory | undefined
  #columns: PackedColumns
  /** Where rows are kept when no memory is given, and how much of it is in use. */
  #block: Buffer | undefined
  #used = 0
  /** Columns the row has. */
  #count = 0
  /** Most bytes that the members of the row take. */
  #bound = 0

  constructor(growing: GrowingColumns, bench: RowWorkbench, memory?: RowMemory) {
    this.#growing = growing
    this.#bench = bench
    this.#memory = memory
    this.#columns = growing.current
  }

  /**
   * The rows of a batch.
   *
   * @throws CellError when a cell is shorter than the type of its column
   */
  pack(batch: CellBatch): PackedRow[] {
    this.#columns = this.#growing.current
    const { block } = batch
    const { source } = this.#bench
    source.batch = batch
    source.view = new DataView(block.buffer, block.byteOffset, block.length)
    const rows: PackedRow[] = []
    for (let row = 0; row < batch.rowCount; row++) {
      this.#place(batch, row)
      const length = this.#write()
      const { layout } = this.#columns
      rows.push({ key: rowKey(batch, row).toString(), layout, bytes: this.#keep(length), start: 0 })
    }
    return rows
  }

  #keep(length: number): Buffer {
    const { bytes } = this.#bench
    if (this.#memory !== undefined) return this.#memory.copy(bytes, length)
    let block = this.#block
    if (block === undefined || this.#used + length > block.length) {
      // Ever larger blocks: a single row holds on to little, many rows are few allocations.
      const next = block === undefined ? FIRST_BLOCK_BYTES : block.length * 2
      block = Buffer.allocUnsafeSlow(Math.max(length, Math.min(MAX_BLOCK_BYTES, next)))
      this.#block = block
      this.#used = 0
    }
    const start = this.#used
    this.#used += length
    bytes.copy(block, start, 0, length)
    return block.subarray(start, this.#used)
  }

  /** Finds the column of each cell of a row, and how long the row may become. */
  #place(batch: CellBatch, row: number): void {
    const first = batch.rowStartCell[row]!
    const end = batch.rowStartCell[row + 1]!
    this.#bench.reserveCells(end - first)
    // Locals, because a property access per cell and array costs as much as the work.
    const { labelStart, encodings } = this.#columns
    const { valueLength } = batch
    const { positions, cells } = this.#bench
    let count = 0
    let bound = 0
    let last = -1
    for (let cell = first; cell < end; cell++) {
      const position = this.#positionOf(batch, cell, last + 1)
      if (position < 0 || !isAsGuessed(batch, cell, encodings[position]!)) {
        this.#columns = this.#growing.growBy(batch, cell)
        this.#place(batch, row)
        return
      }
      const encoding = encodings[position]!
      const bytes = valueLength[cell]!
      if (bytes < LEAST_BYTES[encoding]!) throw new CellError(batch, row, cell)
      if (position > last) {
        positions[count] = position
        cells[count] = cell
        last = position
      } else if (!this.#insert(count, position, cell)) continue
      count++
      bound += labelStart[position + 1]! - labelStart[position]! + 1
      bound += maxValueBytes(encoding, bytes)
    }
    this.#count = count
    this.#bound = bound
  }

  /** Notes a cell in the order of the columns; false when the column is there already. */
  #insert(count: number, position: number, cell: number): boolean {
    const { positions, cells } = this.#bench
    let at = count
    // Cells come in the order of the columns, except for families with unusual characters.
    while (at > 0 && positions[at - 1]! > position) at--
    if (at > 0 && positions[at - 1] === position) return false
    if (at < count) {
      positions.copyWithin(at + 1, at, count)
      cells.copyWithin(at + 1, at, count)
    }
    positions[at] = position
    cells[at] = cell
    return true
  }

  /** Position of the column of a cell, looked for from `from` on; -1 when it is not known. */
  #positionOf(batch: CellBatch, cell: number, from: number): number {
    const { names, nameStart, familyLength } = this.#columns
    const { view } = this.#bench.source
    const familyBytes = batch.familyLength[cell]!
    const nameAt = cellNameStart(batch, cell)
    const nameBytes = cellNameEnd(batch, cell) - nameAt
    for (let position = from; position < familyLength.length; position++) {
      const start = nameStart[position]!
      const length = nameStart[position + 1]! - start
      if (length !== nameBytes || familyLength[position] !== familyBytes) continue
      if (isSameName(names, view, { start, otherStart: nameAt, length })) return position
    }
    return this.#columns.layout.index.get(columnName(batch, cell)) ?? -1
  }

  /** Writes the row into the scratch memory; returns its length. */
  #write(): number {
    const { familyLength, labels, labelStart, encodings } = this.#columns
    const columnCount = familyLength.length
    const missingCount = columnCount - this.#count
    const width = this.#bound > MAX_NARROW ? 4 : 2
    let offsetAt = HEAD_BYTES + missingCount * 2
    const text = offsetAt + columnCount * width
    const scratch = this.#bench.reserveBytes(text + this.#bound + LABEL_WORD_BYTES)
    const { positions, cells, source, target } = this.#bench
    source.isInfinite = false
    let missingAt = HEAD_BYTES
    let at = text
    let column = 0
    for (let i = 0; i < this.#count; i++) {
      const position = positions[i]!
      for (; column < position; column++) {
        missingAt = writeShort(scratch, missingAt, column)
        offsetAt = writeOffset(scratch, offsetAt, at - text, width)
      }
      const labelAt = labelStart[position]!
      const labelBytes = labelStart[position + 1]! - labelAt
      // The last word may go beyond the label; what it writes there is written over.
      for (let word = 0; word < labelBytes; word += LABEL_WORD_BYTES) {
        target.setInt32(at + word, labels.getInt32(labelAt + word))
      }
      at += labelBytes
      source.cell = cells[i]!
      at = writeValue(scratch, at, encodings[position]!, source)
      scratch[at++] = COMMA
      offsetAt = writeOffset(scratch, offsetAt, at - text, width)
      column++
    }
    for (; column < columnCount; column++) {
      missingAt = writeShort(scratch, missingAt, column)
      offsetAt = writeOffset(scratch, offsetAt, at - text, width)
    }
    scratch[0] = (width === 4 ? FLAG_WIDE : 0) | (source.isInfinite ? FLAG_INFINITE : 0)
    writeShort(scratch, 1, missingCount)
    return at
  }
}

/** Compares names from their ends: there neighbours differ rather than at their beginnings. */
function isSameName(
  names: DataView,
  others: DataView,
  at: { readonly start: number; readonly otherStart: number; readonly length: number },
): boolean {
  const { start, otherStart } = at
  let left = at.length
  for (; left >= 4; left -= 4) {
    if (names.getInt32(start + left - 4) !== others.getInt32(otherStart + left - 4)) return false
  }
  while (left > 0) {
    left--
    if (names.getUint8(start + left) !== others.getUint8(otherStart + left)) return false
  }
  return true
}

function writeShort(target: Uint8Array, at: number, value: number): number {
  target[at] = value
  target[at + 1] = value >>> 8
  return at + 2
}

/** Writes an offset of two or four bytes. */
function writeOffset(target: Uint8Array, at: number, value: number, width: number): number {
  target[at] = value
  target[at + 1] = value >>> 8
  if (width === 2) return at + 2
  return writeShort(target, at + 2, value >>> 16)
}
