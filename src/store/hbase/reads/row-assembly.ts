/**
 * Puts rows together from the pages of a scan. A server may end a page in the middle of a row;
 * the cells of such a row are held back until the row is known to be complete.
 */
import {
  type CellBatch,
  type Cells,
  cellStart,
  decodeCells,
  isSameRow,
} from '../protocol/cell-block.js'
import type { ScanPage } from './region-scanner.js'

/** Rows of a page: where each begins, and whether the last may go on in the next page. */
interface PageRows {
  readonly starts: number[]
  readonly isLastPartial: boolean
}

function rowsOfPage(page: ScanPage): PageRows {
  const { cells, cellsPerResult, partialFlags } = page
  const starts: number[] = []
  let cell = 0
  let isLastPartial = false
  for (const [result, count] of cellsPerResult.entries()) {
    if (count === 0) continue
    const isContinued = isLastPartial && isSameRow(cells, starts.at(-1)!, cells, cell)
    if (!isContinued) starts.push(cell)
    isLastPartial = partialFlags[result] ?? false
    cell += count
  }
  return { starts, isLastPartial }
}

/** Rows `firstRow` to before `endRow` of a page, without copying. */
function toBatch(
  cells: Cells,
  starts: readonly number[],
  firstRow: number,
  endRow: number,
): CellBatch {
  const rowStartCell = new Uint32Array(endRow - firstRow + 1)
  for (let row = firstRow; row <= endRow; row++) {
    rowStartCell[row - firstRow] = starts[row] ?? cells.cellCount
  }
  return { ...cells, rowCount: endRow - firstRow, rowStartCell }
}

function cellRange(cells: Cells, firstCell: number, endCell: number): Buffer {
  return cells.block.subarray(cellStart(cells, firstCell), cellStart(cells, endCell))
}

/** Rows of one scan in the order in which they come. */
export class RowAssembly {
  readonly #maxRowBytes: number
  /** Cells of a row that may not be complete, copied out of their pages. */
  #held: Cells | undefined

  constructor(maxRowBytes: number) {
    this.#maxRowBytes = maxRowBytes
  }

  /**
   * Takes the next page and gives the rows that are complete with it.
   *
   * @throws RangeError when a row is larger than the limit
   */
  push(page: ScanPage): CellBatch[] {
    const { cells } = page
    const { starts, isLastPartial } = rowsOfPage(page)
    if (starts.length === 0) return []
    const batches: CellBatch[] = []
    const held = this.#held
    const continuesHeld = held !== undefined && isSameRow(held, 0, cells, 0)
    let firstRow = 0
    if (held !== undefined && !continuesHeld) batches.push(...this.flush())
    if (continuesHeld) {
      this.#hold(cells, 0, starts[1] ?? cells.cellCount)
      if (starts.length === 1 && isLastPartial) return batches
      batches.push(...this.flush())
      firstRow = 1
    }
    const endRow = isLastPartial ? starts.length - 1 : starts.length
    if (endRow > firstRow) batches.push(toBatch(cells, starts, firstRow, endRow))
    if (isLastPartial) this.#hold(cells, starts[endRow]!, cells.cellCount)
    return batches
  }

  /** Gives the row held back: nothing more can come of it. */
  flush(): CellBatch[] {
    const held = this.#held
    this.#held = undefined
    return held === undefined ? [] : [toBatch(held, [0], 0, 1)]
  }

  /** Forgets the row held back: it will be read again from its beginning. */
  drop(): void {
    this.#held = undefined
  }

  /** Holds cells of a page back, behind those held already. */
  #hold(cells: Cells, firstCell: number, endCell: number): void {
    const before = this.#held
    const more = cellRange(cells, firstCell, endCell)
    const bytes = (before?.block.length ?? 0) + more.length
    if (bytes > this.#maxRowBytes) {
      throw new RangeError(
        `Cannot read a row of more than ${bytes} bytes: expected at most ${this.#maxRowBytes}`,
      )
    }
    const block = Buffer.concat(before === undefined ? [more] : [before.block, more])
    const cellCount = (before?.cellCount ?? 0) + endCell - firstCell
    this.#held = decodeCells(block, cellCount)
  }
}
