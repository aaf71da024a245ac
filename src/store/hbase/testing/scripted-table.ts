/**
 * A table of a scripted cluster: its regions and its cells, of which the newest of each column is
 * kept, with the marks that deletions leave. For tests only.
 */
import { type Cells, cellStart, columnName, writtenAtMs } from '../protocol/cell-block.js'
import { CELL_TYPES, cellBytes, writeCell } from '../protocol/cell-writer.js'

/** A region of a scripted table. */
export interface RegionModel {
  readonly startKey: Buffer
  readonly endKey: Buffer
  readonly regionId: number
  readonly name: string
  server: number
  /** Calls that the server puts off because it is still opening the region. */
  openingCalls: number
  /** What the catalog says instead of the truth, for so many reads of it. */
  listed?: { readonly server: number | undefined; reads: number } | undefined
}

/** A row as a scripted region holds it: its key and its encoded cells. */
export interface ScriptedRow {
  readonly key: Buffer
  readonly cells: readonly Buffer[]
}

interface StoredCell {
  readonly timeMs: number
  readonly bytes: Buffer
}

interface RowModel {
  readonly cells: Map<string, StoredCell>
  /** Time up to which the cells of a family are deleted, also those that come later. */
  readonly deletedMs: Map<string, number>
}

/** Bytes of the time and the type at the end of a key, in front of the value. */
const TIMESTAMP_AND_TYPE_BYTES = 9
/** Times from here on are that of writing: the client left the time to the server. */
const NO_TIME_MS = 2 ** 53

/** A cell as it travels; the row is latin1 text. */
export function encodedCell(
  row: string,
  column: { readonly family: string; readonly qualifier: string },
  value: Buffer,
  timestampMs = 1_000,
): Buffer {
  const key = Buffer.from(row, 'latin1')
  const { family, qualifier } = column
  const cell = {
    family: Buffer.from(family),
    qualifier: Buffer.from(qualifier),
    value,
    timestampMs,
  }
  const bytes = Buffer.alloc(cellBytes(key.length, cell))
  writeCell(bytes, 0, key, cell)
  return bytes
}

/** Family part of a column name. */
export function familyOfColumn(column: string): string {
  return column.slice(0, Math.max(0, column.indexOf(':')))
}

/** Number of leading rows of a sorted list that `isBefore` holds for. */
export function countBefore(
  rows: readonly ScriptedRow[],
  isBefore: (key: Buffer) => boolean,
): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(rows[middle]!.key)) low = middle + 1
    else high = middle
  }
  return low
}

/** See the head of the file. Keys of rows are latin1 texts of their bytes. */
export class ScriptedTable {
  readonly name: string
  /** Families that the table has; undefined takes any. */
  readonly families: readonly string[] | undefined
  /** In the order of keys. */
  regions: RegionModel[] = []
  /** Regions that were split: the catalog lists them for a while. */
  readonly parents: RegionModel[] = []
  isEnabled = true
  readonly #rows = new Map<string, RowModel>()
  #sorted: readonly ScriptedRow[] | undefined

  constructor(name: string, families?: readonly string[]) {
    this.name = name
    this.families = families
  }

  /** True when cells of the family can be stored. */
  hasFamily(family: string): boolean {
    return this.families?.includes(family) ?? true
  }

  /** The row; one without cells when there is none. */
  row(key: Buffer): ScriptedRow {
    const row = this.#rows.get(key.toString('latin1'))
    return { key, cells: row === undefined ? [] : sortedCells(row) }
  }

  /** All rows that have cells, in the order of their keys. */
  rows(): readonly ScriptedRow[] {
    this.#sorted ??= [...this.#rows]
      .filter(([, { cells }]) => cells.size > 0)
      .map(([key, row]) => ({ key: Buffer.from(key, 'latin1'), cells: sortedCells(row) }))
      .sort((a, b) => Buffer.compare(a.key, b.key))
    return this.#sorted
  }

  /** Rows of a region. */
  rowsOf(region: RegionModel): ScriptedRow[] {
    const { startKey, endKey } = region
    const rows = this.rows()
    const first = countBefore(rows, key => Buffer.compare(key, startKey) < 0)
    const end = countBefore(rows, key => Buffer.compare(key, endKey) < 0)
    return rows.slice(first, endKey.length === 0 ? rows.length : end)
  }

  /** Stores an encoded cell, unless a newer cell or deletion hides it. */
  put(key: string, column: string, cell: StoredCell): void {
    const row = this.#row(key)
    const deletedMs = row.deletedMs.get(familyOfColumn(column)) ?? Number.NEGATIVE_INFINITY
    const before = row.cells.get(column)?.timeMs ?? Number.NEGATIVE_INFINITY
    if (cell.timeMs <= deletedMs || cell.timeMs < before) return
    row.cells.set(column, cell)
    this.#sorted = undefined
  }

  /** Deletes the cells of a family of a row written up to `timeMs`. */
  deleteFamily(key: string, family: string, timeMs: number): void {
    const row = this.#row(key)
    row.deletedMs.set(family, timeMs)
    for (const [column, cell] of row.cells) {
      if (familyOfColumn(column) === family && cell.timeMs <= timeMs) row.cells.delete(column)
    }
    this.#sorted = undefined
  }

  /** Does what a cell of a mutation says: stores it, or deletes its family. */
  apply(cells: Cells, cell: number, nowMs: number): void {
    const rowAt = cells.rowOffset[cell]!
    const key = cells.block.toString('latin1', rowAt, rowAt + cells.rowLength[cell]!)
    const column = columnName(cells, cell)
    const type = cells.block[cells.valueOffset[cell]! - 1]
    if (type === CELL_TYPES.deleteFamily) {
      this.deleteFamily(key, familyOfColumn(column), nowMs)
      return
    }
    const start = cellStart(cells, cell)
    const bytes = Buffer.from(cells.block.subarray(start, cellStart(cells, cell + 1)))
    const timeMs = writtenAtMs(cells, cell)
    if (timeMs < NO_TIME_MS) this.put(key, column, { timeMs, bytes })
    else {
      const timeAt = cells.valueOffset[cell]! - TIMESTAMP_AND_TYPE_BYTES - start
      bytes.writeBigInt64BE(BigInt(nowMs), timeAt)
      this.put(key, column, { timeMs: nowMs, bytes })
    }
  }

  #row(key: string): RowModel {
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row = { cells: new Map<string, StoredCell>(), deletedMs: new Map<string, number>() }
    this.#rows.set(key, row)
    return row
  }
}

function sortedCells({ cells }: RowModel): Buffer[] {
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { bytes }]) => bytes)
}
