/**
 * Alerts that were stored before, met again. A file rarely says everything another said about the
 * same alert (the raw packet, the classified one, the one classified anew), so what is new replaces
 * and what is not said stays.
 */
import type { ColumnSpec } from '../rows/layout.js'
import { columnOf, type PackedRow, readText } from '../rows/packed-row.js'
import type { RowPut, Store, TablePut } from '../store/store.js'
import { type AlertBatch, type AlertFields, type Cell, consecutive } from './alert-batch.js'
import { findRows, storedCell } from './stored-rows.js'
import type { AlertIdentity, CompleteBatch, SurveyIngest } from './survey-ingest.js'

type StoredRows = readonly (PackedRow | undefined)[]

/**
 * The batch with absent columns filled in: from the stored row of alerts that have one, with the
 * value for missing ones otherwise. Missing cells of stored alerts are filled as well.
 *
 * @param stored the row of each alert, undefined for new ones
 */
export function completeBatch(
  batch: AlertBatch,
  fields: AlertFields,
  stored: StoredRows,
): CompleteBatch {
  const known = new Set<number>()
  stored.forEach((row, position) => {
    if (row !== undefined) known.add(position)
  })
  const cells = fields.cells.map(({ column, type, whenMissing }, field) => {
    const given = batch.cells[field]
    if (known.size === 0) return given ?? new Array<Cell>(batch.length).fill(whenMissing ?? null)
    return stored.map((row, position): Cell => {
      const value = given?.[position] ?? null
      if (row === undefined) return given === undefined ? (whenMissing ?? null) : value
      return value ?? storedCell(row, column, type)
    })
  })
  return { ...batch, cells, known }
}

/**
 * The batch as far as the stored rows can hold it. What an alert counts as is compared before and
 * after on this part only: cells that its own table lacks cannot be known of the alert before.
 */
export function storablePart(
  batch: CompleteBatch,
  fields: AlertFields,
  stored: StoredRows,
): CompleteBatch {
  if (batch.known.size === 0) return batch
  const cells = batch.cells.map((column, field) => {
    const name = fields.cells[field]?.column ?? ''
    return column.map((value, position): Cell => {
      const row = stored[position]
      return row === undefined || row.layout.index.has(name) ? value : null
    })
  })
  return { ...batch, cells }
}

/** Stored alerts as a batch; what is only in files, such as their history, is absent. */
export function storedBatch(rows: readonly PackedRow[], fields: AlertFields): CompleteBatch {
  return {
    length: rows.length,
    rows: consecutive(0, rows.length),
    cells: fields.cells.map(({ column, type }) => rows.map(row => storedCell(row, column, type))),
    lists: fields.lists.map(() => undefined),
    problems: new Map(),
    known: new Set(rows.keys()),
  }
}

/** Table of alerts whose row was taken by another alert of the same object and time, by number. */
export const REPLACED_TABLE = 'fink.replaced'

const ROW_COLUMN: ColumnSpec = { name: 'i:row', type: 'string' }

/** What a store knows about alerts that come in. */
export interface KnownAlerts {
  /** Rows of these very alerts, by `<table>/<key>`. */
  readonly stored: ReadonlyMap<string, PackedRow>
  /** Alerts that were counted already although they have no row any more. */
  readonly counted: ReadonlySet<string>
  /** Notes of alerts that lose their row now. */
  readonly replaced: readonly TablePut[]
}

/** Looks up what the store knows about alerts. */
export async function findAlerts(
  store: Store,
  { alertColumn }: SurveyIngest,
  identities: readonly Extract<AlertIdentity, { readonly key: string }>[],
): Promise<KnownAlerts> {
  const stored = new Map<string, PackedRow>()
  const intruders: string[] = []
  const losers: RowPut[] = []
  for (const table of new Set(identities.map(identity => identity.table))) {
    const own = identities.filter(identity => identity.table === table)
    const rows = await findRows(
      store,
      table,
      own.map(({ key }) => key),
    )
    for (const { alert, key } of rows.size === 0 ? [] : own) {
      const row = rows.get(key)
      if (row === undefined) continue
      const owner = readText(row, columnOf(row, alertColumn))
      if (owner === alert) stored.set(`${table}/${key}`, row)
      else {
        intruders.push(alert)
        if (owner !== undefined) losers.push({ key: owner, values: [`${table}/${key}`] })
      }
    }
  }
  const before = await findRows(store, REPLACED_TABLE, intruders)
  const replaced = { table: REPLACED_TABLE, columns: [ROW_COLUMN], rows: losers }
  return {
    stored,
    counted: new Set(before.keys()),
    replaced: losers.length === 0 ? [] : [replaced],
  }
}
