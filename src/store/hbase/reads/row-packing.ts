/**
 * Packs rows (rows/packed-row.ts) straight from the bytes of a cell block: each value is rewritten
 * as a JSON member where it will stay, without an object or a text per cell.
 */
import type { RowMemory } from '../../../rows/byte-pool.js'
import type { PackedRow } from '../../../rows/packed-row.js'
import {
  type CellBatch,
  cellValue,
  columnName,
  emptyBatch,
  rowKey,
} from '../protocol/cell-block.js'
import { ENCODING, isCount, LEAST_BYTES } from '../values/cell-encodings.js'
import {
  MAX_NUMBER_BYTES,
  writeDouble,
  writeFloat,
  writeInteger,
  writeLong,
} from '../values/number-bytes.js'
import { maxJsonBytes, writeJsonText } from '../values/text-bytes.js'
import type { GrowingColumns, PackedColumns } from './packed-columns.js'

const FLAG_WIDE = 1
const FLAG_INFINITE = 2
/** Flags and the number of missing cells. */
const HEAD_BYTES = 3
const MAX_NARROW = 0xffff
const COMMA = 0x2c
const FIRST_SCRATCH_BYTES = 64 * 1024
const FIRST_BLOCK_BYTES = 4 * 1024
const MAX_BLOCK_BYTES = 256 * 1024
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
const OPAQUE = Buffer.from('"*binary*"')

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
  readonly #memory: RowMemory | undefined
  #columns: PackedColumns
  /** Where rows are kept when no memory is given, and how much of it is in use. */
  #block = Buffer.alloc(0)
  #used = 0
  /** Where a row is made before its size is known. */
  #scratch = Buffer.allocUnsafe(FIRST_SCRATCH_BYTES)
  /** Column of each cell of the row at hand, ascending, and the cell that it is. */
  #positions = new Uint16Array(256)
  #cells = new Uint32Array(256)
  /** Columns the row has. */
  #count = 0
  /** Most bytes that the members of the row take. */
  #bound = 0
  readonly #source: CellSource = {
    batch: emptyBatch(),
    view: new DataView(new ArrayBuffer(0)),
    cell: 0,
    isInfinite: false,
  }

  constructor(growing: GrowingColumns, memory?: RowMemory) {
    this.#growing = growing
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
    const view = new DataView(block.buffer, block.byteOffset, block.length)
    const rows: PackedRow[] = []
    for (let row = 0; row < batch.rowCount; row++) {
      this.#place(batch, row)
      const length = this.#write(batch, view)
      const { layout } = this.#columns
      rows.push({ key: rowKey(batch, row).toString(), layout, bytes: this.#keep(length), start: 0 })
    }
    return rows
  }

  #keep(length: number): Buffer {
    const memory = this.#memory
    if (memory !== undefined) return memory.copy(this.#scratch, length)
    if (this.#used + length > this.#block.length) {
      // Ever larger blocks: a single row holds on to little, many rows are few allocations.
      const bytes = Math.min(MAX_BLOCK_BYTES, Math.max(FIRST_BLOCK_BYTES, this.#block.length * 2))
      this.#block = Buffer.allocUnsafeSlow(Math.max(bytes, length))
      this.#used = 0
    }
    const start = this.#used
    this.#used += length
    this.#scratch.copy(this.#block, start, 0, length)
    return this.#block.subarray(start, this.#used)
  }

  /** Finds the column of each cell of a row, and how long the row may become. */
  #place(batch: CellBatch, row: number): void {
    const first = batch.rowStartCell[row]!
    const end = batch.rowStartCell[row + 1]!
    this.#reserveCells(end - first)
    // Locals, because a property access per cell and array costs as much as the work.
    const { labelStart, encodings } = this.#columns
    const { valueLength } = batch
    const positions = this.#positions
    const cells = this.#cells
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

  #reserveCells(count: number): void {
    if (count <= this.#positions.length) return
    this.#positions = new Uint16Array(count)
    this.#cells = new Uint32Array(count)
  }

  /** Notes a cell in the order of the columns; false when the column is there already. */
  #insert(count: number, position: number, cell: number): boolean {
    const positions = this.#positions
    const cells = this.#cells
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
    const { block } = batch
    const familyBytes = batch.familyLength[cell]!
    const nameBytes = familyBytes + batch.qualifierLength[cell]!
    const nameAt = batch.familyOffset[cell]!
    for (let position = from; position < familyLength.length; position++) {
      const start = nameStart[position]!
      const length = nameStart[position + 1]! - start
      if (length !== nameBytes || familyLength[position] !== familyBytes) continue
      // Neighbours differ at their ends rather than at their beginnings.
      let i = length - 1
      while (i >= 0 && names[start + i] === block[nameAt + i]) i--
      if (i < 0) return position
    }
    return this.#columns.layout.index.get(columnName(batch, cell)) ?? -1
  }

  /** Writes the row into the scratch memory; returns its length. */
  #write(batch: CellBatch, view: DataView): number {
    const { familyLength, labels, labelStart, encodings } = this.#columns
    const columnCount = familyLength.length
    const missingCount = columnCount - this.#count
    const width = this.#bound > MAX_NARROW ? 4 : 2
    let offsetAt = HEAD_BYTES + missingCount * 2
    const text = offsetAt + columnCount * width
    const scratch = this.#reserveBytes(text + this.#bound)
    const positions = this.#positions
    const cells = this.#cells
    this.#source.batch = batch
    this.#source.view = view
    this.#source.isInfinite = false
    let missingAt = HEAD_BYTES
    let at = text
    let column = 0
    for (let i = 0; i < this.#count; i++) {
      const position = positions[i]!
      for (; column < position; column++) {
        missingAt = writeShort(scratch, missingAt, column)
        offsetAt = writeOffset(scratch, offsetAt, at - text, width)
      }
      const labelEnd = labelStart[position + 1]!
      for (let byte = labelStart[position]!; byte < labelEnd; byte++) scratch[at++] = labels[byte]!
      this.#source.cell = cells[i]!
      at = writeValue(scratch, at, encodings[position]!, this.#source)
      scratch[at++] = COMMA
      offsetAt = writeOffset(scratch, offsetAt, at - text, width)
      column++
    }
    for (; column < columnCount; column++) {
      missingAt = writeShort(scratch, missingAt, column)
      offsetAt = writeOffset(scratch, offsetAt, at - text, width)
    }
    scratch[0] = (width === 4 ? FLAG_WIDE : 0) | (this.#source.isInfinite ? FLAG_INFINITE : 0)
    writeShort(scratch, 1, missingCount)
    return at
  }

  #reserveBytes(bytes: number): Buffer {
    if (bytes > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(bytes * 2)
    return this.#scratch
  }
}

/** The cell that is being written, and whether one of its row is infinite; one object for all. */
interface CellSource {
  batch: CellBatch
  view: DataView
  cell: number
  isInfinite: boolean
}

/** Writes the literal of a cell; returns the offset behind it. */
function writeValue(scratch: Buffer, at: number, encoding: number, source: CellSource): number {
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
function isAsGuessed(batch: CellBatch, cell: number, encoding: number): boolean {
  if (encoding < ENCODING.guessedText) return true
  return isCount(cellValue(batch, cell)) === (encoding === ENCODING.guessedLong)
}

function maxValueBytes(encoding: number, bytes: number): number {
  const isText = encoding === ENCODING.text || encoding === ENCODING.guessedText
  return isText ? maxJsonBytes(bytes) : MAX_NUMBER_BYTES
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
