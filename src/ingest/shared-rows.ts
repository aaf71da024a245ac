/**
 * Rows that are not of one alert alone: those that show the newest alert of several (older ones
 * fill cells it lacks), and those of tables that keep the best few of a group. Both are settled so
 * that the order in which alerts come does not matter.
 */
import { columnOf, hasCell, type PackedRow, readNumber } from '../rows/packed-row.js'
import { keyRange, type Store } from '../store/store.js'
import type { RowSink } from './row-sink.js'
import { findRows } from './stored-rows.js'
import type { AlertRow, BestRows, RowTarget, SurveyIngest } from './survey-ingest.js'

/** Most stored rows of a group that are looked at. */
const MAX_GROUP_ROWS = 10_000

/** Keys to remove, by table. */
export type StaleKeys = Map<string, Set<string>>

/** Table of times that rows do not tell themselves, key `<table>/<key>`. */
export const TIMES_TABLE = 'fink.times'

const TIMES_TARGET: RowTarget = {
  table: TIMES_TABLE,
  columns: [{ name: 'i:time', type: 'double' }],
}

/** Puts rows that several alerts write in order, and keeps old alerts from hiding newer ones. */
export async function settleNewest(
  store: Store,
  { newest }: SurveyIngest,
  sink: RowSink,
): Promise<void> {
  for (const [target, list] of [...sink.rows]) {
    if (!newest.has(target.table)) continue
    const column = newest.get(target.table)
    const keys = list.map(({ key }) => key)
    const stored = await findRows(store, target.table, keys)
    const times =
      column === undefined
        ? await notedTimes(store, target.table, stored.keys())
        : new Map([...stored].map(([key, row]) => [key, readNumber(row, columnOf(row, column))]))
    const ordered = list.toSorted((a, b) => timeOf(a) - timeOf(b))
    const isBehind = (row: AlertRow): boolean =>
      timeOf(row) < (times.get(row.key) ?? Number.NEGATIVE_INFINITY)
    sink.rows.set(
      target,
      ordered.map(row => (isBehind(row) ? missingOnly(row, target, stored.get(row.key)) : row)),
    )
    if (column !== undefined) continue
    for (const row of ordered) {
      const key = `${target.table}/${row.key}`
      if (!isBehind(row)) sink.add(TIMES_TARGET, { key, values: [timeOf(row)] })
    }
  }
}

function timeOf({ key, time }: AlertRow): number {
  if (time === undefined) throw new TypeError(`Cannot tell how new row "${key}" is`)
  return time
}

async function notedTimes(store: Store, table: string, keys: Iterable<string>) {
  const prefix = `${table}/`
  const names = [...keys].map(key => prefix + key)
  const rows = await findRows(store, TIMES_TABLE, names)
  return new Map(
    [...rows].map(([name, row]) => {
      return [name.slice(prefix.length), readNumber(row, columnOf(row, 'i:time'))]
    }),
  )
}

/** The row without the cells that the stored row has. */
function missingOnly(row: AlertRow, { columns }: RowTarget, stored?: PackedRow): AlertRow {
  if (stored === undefined) return row
  const values = row.values.map((value, i) =>
    hasCell(stored, columnOf(stored, columns[i]!.name)) ? null : value,
  )
  return { key: row.key, values }
}

function columnAt({ table, columns }: RowTarget, name: string): number {
  const at = columns.findIndex(column => column.name === name)
  if (at < 0) throw new RangeError(`Table "${table}" gets no column "${name}"`)
  return at
}

interface Candidate {
  readonly key: string
  readonly value: number
}

/** Drops rows that are not among the best of their group, and notes stored ones that fall out. */
export async function settleBest(
  store: Store,
  { best }: SurveyIngest,
  sink: RowSink,
  stale: StaleKeys,
): Promise<void> {
  for (const rule of best) {
    const candidates = newCandidates(rule, sink)
    const kept = new Set<string>()
    for (const [from, through] of groupsOf(rule, candidates)) {
      const group = await storedCandidates(store, rule, [from, through], stale)
      for (const candidate of candidates) {
        if (rule.groupOf(candidate.key)[0] === from) group.set(candidate.key, candidate)
      }
      const ordered = [...group.values()].sort(
        (a, b) => a.value - b.value || (a.key < b.key ? -1 : 1),
      )
      for (const { key } of ordered.slice(0, rule.limit)) kept.add(key)
      for (const { key } of ordered.slice(rule.limit)) noteStale(stale, rule.table, key)
    }
    for (const [target, list] of sink.rows) {
      if (target.table !== rule.table) continue
      sink.rows.set(
        target,
        list.filter(({ key }) => kept.has(key)),
      )
    }
  }
}

function newCandidates({ table, column }: BestRows, { rows }: RowSink): Candidate[] {
  return [...rows]
    .filter(([target]) => target.table === table)
    .flatMap(([target, list]) => {
      const at = columnAt(target, column)
      return list.map(({ key, values }) => ({ key, value: Number(values[at]) }))
    })
}

function groupsOf({ groupOf }: BestRows, candidates: readonly Candidate[]) {
  return new Map(candidates.map(({ key }) => groupOf(key)))
}

async function storedCandidates(
  store: Store,
  { table, column }: BestRows,
  [from, through]: readonly [string, string],
  stale: StaleKeys,
): Promise<Map<string, Candidate>> {
  const candidates = new Map<string, Candidate>()
  const ranges = [keyRange(from, through)]
  for await (const rows of store.scan({ table, ranges, limit: MAX_GROUP_ROWS })) {
    for (const row of rows) {
      if (stale.get(table)?.has(row.key)) continue
      candidates.set(row.key, { key: row.key, value: readNumber(row, columnOf(row, column)) })
    }
  }
  return candidates
}

/** Adds a key to those that are to be removed. */
export function noteStale(stale: StaleKeys, table: string, key: string): void {
  const keys = stale.get(table) ?? new Set()
  keys.add(key)
  stale.set(table, keys)
}
