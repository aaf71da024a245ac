/** Which rows of a range a scan returns: projection and exact match, shared by the local stores. */

import type { Layout } from '../rows/layout.js'
import { columnOf, hasCell, type PackedRow, readText } from '../rows/packed-row.js'
import type { ScanRequest } from './store.js'

/** Tells whether a row is returned; made once per scan. */
export type RowTest = (row: PackedRow) => boolean

/** Test for the request, or undefined when every row passes. */
export function rowTest({ columns, where }: ScanRequest): RowTest | undefined {
  if (columns === undefined && where === undefined) return undefined
  const hasColumn = columns === undefined ? undefined : anyColumnTest(columns)
  return row => {
    if (hasColumn !== undefined && !hasColumn(row)) return false
    return where === undefined || readText(row, columnOf(row, where.column)) === where.equals
  }
}

function anyColumnTest(columns: readonly string[]): RowTest {
  let layout: Layout | undefined
  let positions: number[] = []
  return row => {
    if (row.layout !== layout) {
      layout = row.layout
      positions = columns.map(name => columnOf(row, name)).filter(at => at >= 0)
    }
    return positions.some(at => hasCell(row, at))
  }
}
