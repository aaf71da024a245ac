/**
 * Writing rows into a group: the group of a row is all that its derived columns may depend on. A
 * table without groups has one group per row.
 */
import { plainBytes } from './filled-rows.js'
import { compareUtf8 } from './layout.js'
import { type MergePlan, type Merging, mergeRow, type RowValues, withGroupCells } from './merge.js'
import { columnOf, type PackedRow, readNumber } from './packed-row.js'

/** The rows of a group after a write, in key order, and what the write did. */
export interface MergedGroup {
  /** Rows that are as they were are the stored ones themselves. */
  readonly rows: readonly PackedRow[]
  readonly added: number
  readonly changed: number
}

/**
 * Writes puts over the stored rows of one group.
 *
 * @param stored rows of the group in key order
 */
export function mergeGroup(
  merging: Merging,
  stored: readonly PackedRow[],
  puts: readonly RowValues[],
): MergedGroup {
  const { plan } = merging
  const rows = [...stored]
  /** What stood in the place of each row before. */
  const before: (PackedRow | undefined)[] = [...stored]
  for (const put of puts) {
    const at = findKey(rows, put.key)
    const existing = rows[at]?.key === put.key ? rows[at] : undefined
    if (existing === undefined) before.splice(at, 0, undefined)
    rows.splice(at, existing === undefined ? 0 : 1, mergeRow(merging, existing, put))
  }
  const derived = deriveGroup(plan, rows)
  let added = 0
  let changed = 0
  for (let i = 0; i < rows.length; i++) {
    const values = derived?.map(column => column[i]!) ?? []
    if (!hasGroupCells(plan, rows[i]!, values)) {
      rows[i] = withGroupCells(merging, rows[i]!, values)
    }
    const known = before[i]
    if (known === undefined) added++
    else if (isSame(rows[i]!, known)) rows[i] = known
    else changed++
  }
  return { rows, added, changed }
}

/** Where the row with a key is among rows in key order, or would be; mostly that is the end. */
export function findKey(rows: readonly PackedRow[], key: string): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = low === 0 && high === rows.length ? high - 1 : (low + high) >>> 1
    if (compareUtf8(rows[middle]!.key, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function deriveGroup(
  { derivation }: MergePlan,
  rows: readonly PackedRow[],
): readonly Float64Array[] | undefined {
  return derivation?.group?.compute(rows.length, (index, column) => {
    const row = rows[index]!
    return readNumber(row, columnOf(row, column))
  })
}

/** True when the row has these values in the columns that are derived from its group. */
function hasGroupCells(
  { layout, derivation, groupTargets }: MergePlan,
  row: PackedRow,
  values: readonly number[],
): boolean {
  for (let i = 0; i < groupTargets.length; i++) {
    const name = derivation?.group?.columns[i]?.name ?? ''
    const at = row.layout === layout ? groupTargets[i]! : columnOf(row, name)
    // Each double has one text and each text one double, so the numbers tell.
    if (!Object.is(readNumber(row, at), values[i])) return false
  }
  return true
}

function isSame(row: PackedRow, stored: PackedRow): boolean {
  if (row === stored) return true
  return row.layout === stored.layout && plainBytes(row).equals(plainBytes(stored))
}
