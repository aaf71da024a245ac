/**
 * Writing rows into a group: the group of a row is all that its derived columns may depend on. A
 * table without groups has one group per row.
 */

import { plainBytes } from './filled-rows.js'
import { compareUtf8, type Layout } from './layout.js'
import { type MergePlan, mergeLiterals } from './merge.js'
import type { CellValue, PackedRow } from './packed-row.js'
import { columnOf, encodeLiterals, readNumber } from './packed-row.js'

/** A row to write into a group. */
export interface GroupPut {
  readonly key: string
  readonly values: readonly (CellValue | null | undefined)[]
}

/** The rows of a group after a write, in key order, and what the write did. */
export interface MergedGroup {
  readonly rows: readonly PackedRow[]
  readonly added: number
  readonly changed: number
}

/** A row while it is written: literals of a touched row, the packed form of the others. */
interface OpenRow {
  readonly key: string
  readonly stored: PackedRow | undefined
  readonly literals: (string | undefined)[] | undefined
}

/**
 * Writes puts over the stored rows of one group.
 *
 * @param stored rows of the group in key order
 */
export function mergeGroup(
  plan: MergePlan,
  stored: readonly PackedRow[],
  puts: readonly GroupPut[],
): MergedGroup {
  const byKey = new Map<string, OpenRow>()
  for (const row of stored) byKey.set(row.key, { key: row.key, stored: row, literals: undefined })
  for (const { key, values } of puts) {
    const before = byKey.get(key)
    const literals =
      before?.literals === undefined
        ? mergeLiterals(plan, before?.stored, values)
        : overwrite(plan, key, before.literals, values)
    byKey.set(key, { key, stored: before?.stored, literals })
  }
  const open = [...byKey.values()]
  if (open.length > stored.length) open.sort((a, b) => compareUtf8(a.key, b.key))
  const derived = deriveGroup(plan, open)
  let added = 0
  let changed = 0
  const rows = open.map((row, i) => {
    const packed = closeRow(
      plan,
      row,
      derived?.map(values => values[i]!),
    )
    if (row.stored === undefined) added++
    else if (packed !== row.stored) changed++
    return packed
  })
  return { rows, added, changed }
}

/** A second put to the same key in one batch. */
function overwrite(
  plan: MergePlan,
  key: string,
  literals: (string | undefined)[],
  values: GroupPut['values'],
): (string | undefined)[] {
  const { layout } = plan
  const row = { key, layout, bytes: encodeLiterals(layout, literals), start: 0 }
  return mergeLiterals(plan, row, values)
}

function deriveGroup(
  { layout, derivation }: MergePlan,
  open: readonly OpenRow[],
): readonly Float64Array[] | undefined {
  if (derivation?.group === undefined) return undefined
  return derivation.group.compute(open.length, (index, column) => {
    const { literals, stored } = open[index]!
    if (literals !== undefined) return literalNumber(literals, layout, column)
    return stored === undefined ? Number.NaN : readNumber(stored, columnOf(stored, column))
  })
}

function literalNumber(
  literals: readonly (string | undefined)[],
  layout: Layout,
  column: string,
): number {
  const literal = literals[layout.index.get(column) ?? -1]
  return literal === undefined || literal === 'null' ? Number.NaN : Number(literal)
}

/** The packed row; the stored one itself when nothing has changed. */
function closeRow(
  plan: MergePlan,
  row: OpenRow,
  derived: readonly number[] | undefined,
): PackedRow {
  const { layout, groupTargets } = plan
  const { stored, key } = row
  const values = derived ?? []
  let { literals } = row
  if (literals === undefined) {
    if (stored === undefined) throw new RangeError(`Row "${key}" has no cells`)
    if (hasDerived(plan, stored, values)) return stored
    literals = mergeLiterals(plan, stored, [])
  }
  for (let i = 0; i < groupTargets.length; i++) {
    const value = values[i] ?? Number.NaN
    literals[groupTargets[i]!] = Number.isNaN(value) ? undefined : plan.texts.double(value)
  }
  const bytes = encodeLiterals(layout, literals)
  const isUnchanged = stored?.layout === layout && bytes.equals(plainBytes(stored))
  return isUnchanged ? stored : { key, layout, bytes, start: 0 }
}

/** True when the row has these values in the columns that are derived from its group. */
function hasDerived(
  { layout, derivation, groupTargets }: MergePlan,
  stored: PackedRow,
  values: readonly number[],
): boolean {
  for (let i = 0; i < groupTargets.length; i++) {
    const name = derivation?.group?.columns[i]?.name ?? ''
    const at = stored.layout === layout ? groupTargets[i]! : columnOf(stored, name)
    // Each double has one text and each text one double, so the numbers tell.
    if (!Object.is(readNumber(stored, at), values[i])) return false
  }
  return true
}
