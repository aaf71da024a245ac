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
 * Cells of a block as parallel arrays: the parts of cell `i` begin at `...Offset[i]` in `block`
 * and are `...Length[i]` bytes long. `family`, `qualifier` follow each other without a gap.
 */
export interface Cells {
  readonly block: Buffer
  readonly cellCount: number
  readonly rowOffset: Uint32Array
  readonly rowLength: Uint16Array
  readonly familyOffset: Uint32Array
  readonly familyLength: Uint8Array
  readonly qualifierOffset: Uint32Array
  readonly qualifierLength: Uint32Array
  readonly valueOffset: Uint32Array
  readonly valueLength: Uint32Array
  readonly timestampMs: Float64Array
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

/** Bytes of the arrays for one cell: one of 8, six of 4, one of 2, one of 1. */
const ARRAY_BYTES_PER_CELL = 35

/** Arrays for the cells of a block, in one piece of memory: one allocation instead of nine. */
function allocateCells(block: Buffer, cellCount: number) {
  const memory = new ArrayBuffer(cellCount * ARRAY_BYTES_PER_CELL)
  const at = (bytesBefore: number) => cellCount * bytesBefore
  return {
    block,
    cellCount,
    timestampMs: new Float64Array(memory, 0, cellCount),
    rowOffset: new Uint32Array(memory, at(8), cellCount),
    familyOffset: new Uint32Array(memory, at(12), cellCount),
    qualifierOffset: new Uint32Array(memory, at(16), cellCount),
    qualifierLength: new Uint32Array(memory, at(20), cellCount),
    valueOffset: new Uint32Array(memory, at(24), cellCount),
    valueLength: new Uint32Array(memory, at(28), cellCount),
    rowLength: new Uint16Array(memory, at(32), cellCount),
    familyLength: new Uint8Array(memory, at(34), cellCount),
  }
}

/**
 * Reads a block of `cellCount` cells, which must fill it exactly.
 *
 * @throws SyntaxError when the block is anything else
 */
export function decodeCells(block: Buffer, cellCount: number): Cells {
  if (cellCount * CELL_OVERHEAD_BYTES > block.length) {
    throw malformed(`${cellCount} cells in ${block.length} bytes`)
  }
  const cells = allocateCells(block, cellCount)
  const { rowOffset, rowLength, familyOffset, familyLength } = cells
  const { qualifierOffset, qualifierLength, valueOffset, valueLength, timestampMs } = cells
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
    const qualifierAt = familyAt + familyBytes
    if (qualifierAt > timestampAt) throw malformedCell(cell, 'to have its family inside its key')
    rowOffset[cell] = rowAt
    rowLength[cell] = rowBytes
    familyOffset[cell] = familyAt
    familyLength[cell] = familyBytes
    qualifierOffset[cell] = qualifierAt
    qualifierLength[cell] = timestampAt - qualifierAt
    valueOffset[cell] = valueAt
    valueLength[cell] = valueBytes
    timestampMs[cell] = view.getInt32(timestampAt) * HIGH_WORD + view.getUint32(timestampAt + 4)
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

/** Name of a cell's column as text, `family:qualifier`. */
export function columnName(cells: Cells, cell: number): string {
  const family = cells.familyOffset[cell]!
  const qualifier = cells.qualifierOffset[cell]!
  const familyText = cells.block.toString('utf8', family, qualifier)
  const qualifierEnd = qualifier + cells.qualifierLength[cell]!
  return `${familyText}:${cells.block.toString('utf8', qualifier, qualifierEnd)}`
}

/** A batch without rows. */
export function emptyBatch(): CellBatch {
  return {
    ...allocateCells(Buffer.alloc(0), 0),
    rowCount: 0,
    rowStartCell: new Uint32Array(1),
  }
}
