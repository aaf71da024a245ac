/** Memory in which rows are packed: one workbench for all scans of a store, one row at a time. */
import { type CellBatch, emptyBatch } from '../protocol/cell-block.js'

const FIRST_ROW_BYTES = 64 * 1024
const FIRST_CELLS = 256

/** The cell that is being written, and whether one of its row is infinite; one object for all. */
export interface CellSource {
  batch: CellBatch
  view: DataView
  cell: number
  isInfinite: boolean
}

/** Where a row is made before its size is known. */
export class RowWorkbench {
  /** The packed row, and the same memory for words. */
  bytes = Buffer.allocUnsafeSlow(FIRST_ROW_BYTES)
  target = new DataView(this.bytes.buffer)
  /** Column of each cell of the row at hand, ascending, and the cell that it is. */
  positions = new Uint16Array(FIRST_CELLS)
  cells = new Uint32Array(FIRST_CELLS)
  readonly source: CellSource = {
    batch: emptyBatch(),
    view: new DataView(new ArrayBuffer(0)),
    cell: 0,
    isInfinite: false,
  }

  /** Makes room for a row of so many cells. */
  reserveCells(count: number): void {
    if (count <= this.positions.length) return
    this.positions = new Uint16Array(count)
    this.cells = new Uint32Array(count)
  }

  /** Room for a packed row of so many bytes. */
  reserveBytes(bytes: number): Buffer {
    if (bytes > this.bytes.length) {
      this.bytes = Buffer.allocUnsafeSlow(bytes * 2)
      this.target = new DataView(this.bytes.buffer)
    }
    return this.bytes
  }
}
