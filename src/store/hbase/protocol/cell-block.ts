/**
 * Cell blocks: the key values of results as HBase sends them beside the protobuf messages, read
 * as offsets into the block so that no byte is copied and no object made per cell.
 *
 * ```
 * int32 size | int32 keyLength | int32 valueLength | key | value
 * key: int16 rowLength | row | int8 familyLength | family | qualifier | int64 timestamp | int8 type
 * ```
 */

/** Bytes of a cell besides row, family, qualifier and value. */
export const CELL_OVERHEAD_BYTES = 24
const SIZE_BYTES = 4
const LENGTHS_BYTES = 8
/** Key bytes besides row, family and qualifier. */
const KEY_OVERHEAD_BYTES = 12
const TIMESTAMP_AND_TYPE_BYTES = 9
/** Bytes of a cell in front of its row. */
const BEFORE_ROW_BYTES = SIZE_BYTES + LENGTHS_BYTES + 2
const HIGH_WORD = 2 ** 32

/**
 * Cells of a block as parallel arrays: row and value of cell `i` begin at `...Offset[i]` in `block`
 * and are `...Length[i]` bytes long. What else a cell has lies between them: see `cellNameStart`.
 */
export interface Cells {
  readonly block: Buffer
  readonly cellCount: number
  readonly rowOffset: Uint32Array
  readonly rowLength: Uint16Array
  readonly familyLength: Uint8Array
  readonly valueOffset: Uint32Array
  readonly valueLength: Uint32Array
}

/**
 * Cells grouped into rows: row `r` has the cells from `rowStartCell[r]` to before
 * `rowStartCell[r + 1]`, in the order of their columns. The arrays may be longer than the counts
 * say.
 */
export interface CellBatch extends Cells {
  readonly rowCount: number
  readonly rowStartCell: Uint32Array
}

/** Bytes of the arrays for one cell: three of 4, one of 2, one of 1. */
const ARRAY_BYTES_PER_CELL = 15

/** Memory for arrays of a number of bytes, with whatever content. */
export type TakeMemory = (bytes: number) => Uint8Array

/** Memory of their own for blocks that are kept. */
const ownMemory: TakeMemory = bytes => new Uint8Array(bytes)

/** Arrays for the cells of a block, in one piece of memory: one allocation instead of five. */
function allocateCells(block: Buffer, cellCount: number, take: TakeMemory) {
  const { buffer, byteOffset } = take(cellCount * ARRAY_BYTES_PER_CELL)
  const at = (bytesBefore: number) => byteOffset + cellCount * bytesBefore
  return {
    block,
    cellCount,
    rowOffset: new Uint32Array(buffer, at(0), cellCount),
    valueOffset: new Uint32Array(buffer, at(4), cellCount),
    valueLength: new Uint32Array(buffer, at(8), cellCount),
    rowLength: new Uint16Array(buffer, at(12), cellCount),
    familyLength: new Uint8Array(buffer, at(14), cellCount),
  }
}

/**
 * Reads a block of `cellCount` cells, which must fill it exactly.
 *
 * @param take gives the memory of the arrays, aligned to four bytes; their own when absent
 * @throws SyntaxError when the block is anything else
 */
export function decodeCells(block: Buffer, cellCount: number, take: TakeMemory = ownMemory): Cells {
  if (cellCount * CELL_OVERHEAD_BYTES > block.length) {
    throw malformed(`${cellCount} cells in ${block.length} bytes`)
  }
  const cells = allocateCells(block, cellCount, take)
  const { rowOffset, rowLength, familyLength, valueOffset, valueLength } = cells
  const view = new DataView(block.buffer, block.byteOffset, block.length)
  const end = block.length
  let position = 0
  for (let cell = 0; cell < cellCount; cell++) {
    if (end - position < CELL_OVERHEAD_BYTES) throw malformedCell(cell, 'to begin in the block')
    const size = view.getInt32(position)
    const keyBytes = view.getInt32(position + SIZE_BYTES)
    const valueBytes = view.getInt32(position + SIZE_BYTES + 4)
    const rowBytes = view.getInt16(position + SIZE_BYTES + LENGTHS_BYTES)
    const next = position + SIZE_BYTES + size
    if (keyBytes < KEY_OVERHEAD_BYTES || valueBytes < 0 || rowBytes < 0) {
      throw malformedCell(cell, 'to have lengths that are not negative')
    }
    if (size !== LENGTHS_BYTES + keyBytes + valueBytes || next > end) {
      throw malformedCell(cell, 'to have the size of its parts and to end in the block')
    }
    const rowAt = position + BEFORE_ROW_BYTES
    const familyAt = rowAt + rowBytes + 1
    const valueAt = next - valueBytes
    const timestampAt = valueAt - TIMESTAMP_AND_TYPE_BYTES
    if (familyAt > timestampAt) throw malformedCell(cell, 'to have its row inside its key')
    const familyBytes = view.getUint8(familyAt - 1)
    if (familyAt + familyBytes > timestampAt)
      throw malformedCell(cell, 'to have its family inside its key')
    rowOffset[cell] = rowAt
    rowLength[cell] = rowBytes
    familyLength[cell] = familyBytes
    valueOffset[cell] = valueAt
    valueLength[cell] = valueBytes
    position = next
  }
  if (position !== end) throw malformed(`the block to end at ${position}, not at ${end}`)
  return cells
}

/** Takes the number apart from the text: a template in the loop above halves its speed. */
function malformedCell(cell: number, expected: string): SyntaxError {
  return malformed(`cell ${cell} ${expected}`)
}

function malformed(expected: string): SyntaxError {
  return new SyntaxError(`Cannot read a cell block: expected ${expected}`)
}

/** Offset in the block at which cell `cell` begins; the end of the block for the one behind. */
export function cellStart(cells: Cells, cell: number): number {
  return cell < cells.cellCount ? cells.rowOffset[cell]! - BEFORE_ROW_BYTES : cells.block.length
}

/** True when two cells, of the same or of two blocks, are of the same row. */
export function isSameRow(a: Cells, cellA: number, b: Cells, cellB: number): boolean {
  const length = a.rowLength[cellA]!
  const startA = a.rowOffset[cellA]!
  const startB = b.rowOffset[cellB]!
  if (length !== b.rowLength[cellB]!) return false
  return b.block.compare(a.block, startA, startA + length, startB, startB + length) === 0
}

/** Key of row `row`: a view into the block. */
export function rowKey(batch: CellBatch, row: number): Buffer {
  const cell = batch.rowStartCell[row]!
  const start = batch.rowOffset[cell]!
  return batch.block.subarray(start, start + batch.rowLength[cell]!)
}

/** Value of a cell: a view into the block. */
export function cellValue(cells: Cells, cell: number): Buffer {
  const start = cells.valueOffset[cell]!
  return cells.block.subarray(start, start + cells.valueLength[cell]!)
}

/** Offset at which the name of a cell's column begins: its family, and its qualifier behind that. */
export function cellNameStart(cells: Cells, cell: number): number {
  return cells.rowOffset[cell]! + cells.rowLength[cell]! + 1
}

/** Offset behind the name of a cell's column. */
export function cellNameEnd(cells: Cells, cell: number): number {
  return cells.valueOffset[cell]! - TIMESTAMP_AND_TYPE_BYTES
}

/** Name of a cell's column as text, `family:qualifier`. */
export function columnName(cells: Cells, cell: number): string {
  const family = cellNameStart(cells, cell)
  const qualifier = family + cells.familyLength[cell]!
  const familyText = cells.block.toString('utf8', family, qualifier)
  return `${familyText}:${cells.block.toString('utf8', qualifier, cellNameEnd(cells, cell))}`
}

/** When a cell was written, by the clock of its server or writer. */
export function writtenAtMs(cells: Cells, cell: number): number {
  const at = cellNameEnd(cells, cell)
  return cells.block.readInt32BE(at) * HIGH_WORD + cells.block.readUInt32BE(at + 4)
}

/** A batch without rows. */
export function emptyBatch(): CellBatch {
  return {
    ...allocateCells(Buffer.alloc(0), 0, ownMemory),
    rowCount: 0,
    rowStartCell: new Uint32Array(1),
  }
}
