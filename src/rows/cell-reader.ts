/** Readers of one named column over many rows: the position in a layout is looked up once. */
import type { Layout } from './layout.js'
import { columnOf, hasCell, type PackedRow, readNumber, readText } from './packed-row.js'

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
  const missing = new Map<Layout, number[]>()
  for (const row of rows) {
    const { layout } = row
    const candidates = missing.get(layout) ?? layout.columns.map((_, i) => i)
    if (candidates.length === 0) continue
    // Columns already seen are never looked at again: long light curves cost one pass of the rare.
    const left = candidates.filter(i => {
      if (!hasCell(row, i)) return true
      present.add(layout.columns[i]!.name)
      return false
    })
    missing.set(layout, left)
  }
  return present
}
