/** Readers of one named column over many rows: the position in a layout is looked up once. */
import type { FilledCells } from './filled-rows.js'
import type { Layout } from './layout.js'
import {
  columnOf,
  hasCell,
  missingColumn,
  missingCount,
  type PackedRow,
  readNumber,
  readText,
} from './packed-row.js'

function positionReader(name: string): (row: PackedRow) => number {
  let layout: Layout | undefined
  let position = -1
  return row => {
    if (row.layout !== layout) {
      layout = row.layout
      position = columnOf(row, name)
    }
    return position
  }
}

/** Reads the column as a number, NaN when missing. */
export function numberReader(name: string): (row: PackedRow) => number {
  const position = positionReader(name)
  return row => readNumber(row, position(row))
}

/** Reads the column as plain text, undefined when missing. */
export function textReader(name: string): (row: PackedRow) => string | undefined {
  const position = positionReader(name)
  return row => {
    const at = position(row)
    return at < 0 ? undefined : readText(row, at)
  }
}

/** The columns (among all layouts of the rows) that at least one row has a cell in, by name. */
export function presentColumns(rows: readonly PackedRow[]): Set<string> {
  const present = new Set<string>()
  const byLayout = new Map<Layout, PackedRow[]>()
  for (const row of rows) {
    const same = byLayout.get(row.layout)
    if (same === undefined) byLayout.set(row.layout, [row])
    else same.push(row)
  }
  for (const [layout, same] of byLayout) {
    const missing = new Set(missingColumns(same))
    layout.columns.forEach(({ name }, i) => {
      if (!missing.has(i)) present.add(name)
    })
  }
  return present
}

/** Positions of the columns that none of the rows, which are all of one layout, has a cell in. */
export function missingColumns(rows: readonly PackedRow[]): number[] {
  const first = rows[0]
  if (first === undefined) return []
  // What the group of the rows lacks need not be looked for in each of them.
  const { filled } = first
  const known = filled !== undefined && areFilledSo(rows, filled) ? filled.missing : NONE
  const missing: number[] = []
  const count = missingCount(first)
  let next = 0
  for (let i = 0; i < count; i++) {
    const column = missingColumn(first, i)
    while (next < known.length && known[next]! < column) next++
    if (known[next] === column || !rows.some(row => hasCell(row, column))) missing.push(column)
  }
  return missing
}

const NONE: readonly number[] = []

function areFilledSo(rows: readonly PackedRow[], cells: FilledCells): boolean {
  for (const row of rows) if (row.filled !== cells) return false
  return true
}
