/**
 * Counts that follow the rows: each alert that is added, or changes what it counts as, changes the
 * row of its night in the same batch. How often each different value was met stands in rows of its
 * own, so that counts of different values stay exact too.
 */
import type { ColumnSpec } from '../rows/layout.js'
import { columnOf, type PackedRow, readNumber } from '../rows/packed-row.js'
import type { Store, TablePut } from '../store/store.js'
import { findRows } from './stored-rows.js'
import type { SurveyIngest, Tally } from './survey-ingest.js'

/** Table of the values met, key `<night>_<column>_<value>`. */
export const VALUES_TABLE = 'fink.nights'

const ALERTS_COLUMN: ColumnSpec = { name: 'i:alerts', type: 'long' }

/** Changes to counts, by key of the night. */
export type CountChanges = Map<string, NightChange>

interface NightChange {
  readonly counted: Map<string, number>
  /** Changes of how often each value was met, by its key in `fink.nights`. */
  readonly values: Map<string, { readonly column: string; change: number }>
}

/** Adds (`sign` 1) or takes away (`sign` -1) what an alert counts as. */
export function addTally(changes: CountChanges, tally: Tally, sign: 1 | -1): void {
  const night = changes.get(tally.key) ?? { counted: new Map(), values: new Map() }
  changes.set(tally.key, night)
  for (const column of tally.counted) {
    night.counted.set(column, (night.counted.get(column) ?? 0) + sign)
  }
  for (const [column, value] of tally.distinct) {
    const key = `${tally.key}_${column}_${value}`
    const before = night.values.get(key)
    if (before === undefined) night.values.set(key, { column, change: sign })
    else before.change += sign
  }
}

/** The rows of counts with the changes made. */
export async function countPuts(
  store: Store,
  { statistics }: SurveyIngest,
  changes: CountChanges,
): Promise<TablePut[]> {
  const values = await settleValues(store, changes)
  const stored = await findRows(store, statistics.table, changes.keys())
  const columns = countColumns(statistics.columns, changes)
  const rows = [...changes].map(([key, { counted }]) => ({
    key,
    values: columns.map(({ name }, i) => {
      const before = storedCount(stored.get(key), name)
      const change = counted.get(name) ?? 0
      // Labels that a night never had stay missing, the columns of every night do not.
      const isKept = i < statistics.columns.length || before !== undefined || change !== 0
      return isKept ? Math.max(0, (before ?? 0) + change) : null
    }),
  }))
  return [values, { table: statistics.table, columns, rows }]
}

function countColumns(base: readonly ColumnSpec[], changes: CountChanges): readonly ColumnSpec[] {
  const known = new Set(base.map(({ name }) => name))
  const labels = new Set<string>()
  for (const { counted } of changes.values()) {
    for (const column of counted.keys()) if (!known.has(column)) labels.add(column)
  }
  const added = [...labels].sort().map(name => ({ name, type: 'long' as const }))
  return [...base, ...added]
}

function storedCount(row: PackedRow | undefined, column: string): number | undefined {
  if (row === undefined) return undefined
  const count = readNumber(row, columnOf(row, column))
  return Number.isNaN(count) ? undefined : count
}

/** Brings the values met up to date, and turns values that came or went into counts. */
async function settleValues(store: Store, changes: CountChanges): Promise<TablePut> {
  const keys = [...changes.values()].flatMap(({ values }) => [...values.keys()])
  const stored = await findRows(store, VALUES_TABLE, keys)
  const rows: { key: string; values: number[] }[] = []
  for (const { counted, values } of changes.values()) {
    for (const [key, { column, change }] of values) {
      const before = storedCount(stored.get(key), ALERTS_COLUMN.name) ?? 0
      const after = Math.max(0, before + change)
      if (after === before) continue
      rows.push({ key, values: [after] })
      const step = Number(after > 0) - Number(before > 0)
      counted.set(column, (counted.get(column) ?? 0) + step)
    }
  }
  return { table: VALUES_TABLE, columns: [ALERTS_COLUMN], rows }
}
