/**
 * Names to objects and back, as the route `resolver` answers. Cells of the store are given as the
 * texts that the old gateway showed.
 */
import { ParamError } from '../../errors.js'
import { computedTable, type Table } from '../../formats/table.js'
import { presentColumns, textReader } from '../../rows/cell-reader.js'
import { compareUtf8 } from '../../rows/layout.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { prefixRange, type Store } from '../../store/store.js'
import type { KeyLookup } from '../../surveys/names.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import { factColumn } from '../alerts/fact-column.js'
import {
  cutRows,
  type LimitedRows,
  type LimitedTable,
  readLimited,
} from '../alerts/limited-rows.js'
import { readNames } from '../solar-system/body-names.js'

/** What to look up. */
export interface NameRequest {
  /** A name, or an object id. */
  readonly name: string
  /** Most rows. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** Names in the Transient Name Server that begin so; all for an empty name. */
export async function findTnsNames(
  store: Store,
  survey: Survey,
  request: NameRequest,
): Promise<LimitedTable> {
  return readLookup(store, survey, request, surveyFact(survey, 'names').tns.byName(request.name))
}

/** Names in the Transient Name Server of objects whose ids begin so. */
export async function findTnsNamesOf(
  store: Store,
  survey: Survey,
  request: NameRequest,
): Promise<LimitedTable> {
  const { tns } = surveyFact(survey, 'names')
  return readLookup(store, survey, request, readId(request.name, tns.byObject))
}

/** Types of the SIMBAD counterparts of objects whose ids begin so, one row an alert. */
export async function findSimbadTypesOf(
  store: Store,
  survey: Survey,
  request: NameRequest,
): Promise<LimitedTable> {
  const { simbad } = surveyFact(survey, 'names')
  return readLookup(store, survey, request, readId(request.name, simbad.byObject))
}

/** Names of Solar System objects: those that begin so, or with `isExact` that are so. */
export async function findBodyNames(
  store: Store,
  survey: Survey,
  { name, limit, signal, isExact }: NameRequest & { readonly isExact: boolean },
): Promise<LimitedTable> {
  const { table } = surveyFact(survey, 'solarSystem').names
  const prefix = name.toLowerCase() + (isExact ? '@' : '')
  return readLookup(store, survey, { name, limit, signal }, { table, prefix })
}

/** Names of the Solar System objects that alerts of objects whose ids begin so belong to. */
export async function findBodyNamesOf(
  store: Store,
  survey: Survey,
  { name, limit, signal }: NameRequest,
): Promise<LimitedTable> {
  const source = surveyFact(survey, 'solarSystem')
  const { table } = survey.lightCurve
  const ranges = [prefixRange(readId(name, id => survey.lightCurve.keyPrefix(id)))]
  const columns = [source.designation]
  const alerts = await readLimited(store, { table, ranges, columns, limit, signal })
  const designations = distinctTexts(alerts.rows, source.designation).filter(isDesignation)
  const found: PackedRow[] = []
  for (const designation of designations) {
    const rows = await readNames(store, survey, [designation], signal)
    const first = rows[0]
    if (first === undefined) continue
    // The object stands under its name and its number too.
    const identifiers = [source.names.name, source.names.number].flatMap(
      column => textReader(column)(first) ?? [],
    )
    const all = await readNames(store, survey, [designation, ...identifiers], signal)
    const designationOf = textReader(source.names.designation)
    found.push(...all.filter(row => designationOf(row) === designation))
  }
  return { table: toTextTable(survey, found), isTruncated: alerts.isTruncated }
}

function readId<T>(id: string, read: (id: string) => T): T {
  try {
    return read(id)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const text = `Cannot read parameter "name": ${cause.message}`
    throw new ParamError(text, { param: 'name', cause })
  }
}

async function readLookup(
  store: Store,
  survey: Survey,
  { limit, signal }: NameRequest,
  lookup: KeyLookup,
): Promise<LimitedTable> {
  const { table, prefix, part, columns } = lookup
  const scan = { table, ranges: [prefixRange(prefix)], columns, signal }
  const { rows, ...truncation } =
    part === undefined
      ? await readLimited(store, { ...scan, limit })
      : await readMatching(store, scan, { part, limit })
  return { table: toTextTable(survey, rows, columns), ...truncation }
}

/** Rows whose keys contain the part; keys are in lower case. */
async function readMatching(
  store: Store,
  scan: Parameters<Store['scan']>[0],
  { part, limit }: { readonly part: string; readonly limit: number },
): Promise<LimitedRows> {
  const found: PackedRow[] = []
  for await (const batch of store.scan(scan)) {
    for (const row of batch) if (row.key.includes(part)) found.push(row)
    if (found.length > limit) return cutRows(found, limit)
  }
  return cutRows(found, limit, { isAll: true })
}

/** A table of texts: the columns that any row has, in name order. */
function toTextTable(
  survey: Survey,
  rows: readonly PackedRow[],
  wanted?: readonly string[],
): Table {
  const present = presentColumns(rows)
  const names = [...present].filter(name => wanted === undefined || wanted.includes(name))
  const columns = names.sort(compareUtf8).map(name => {
    const read = textReader(name)
    const values = rows.map(row => read(row))
    return { ...factColumn(survey, name, 'string'), values: { kind: 'texts' as const, values } }
  })
  return computedTable(columns, rows.length)
}

function distinctTexts(rows: readonly PackedRow[], column: string): string[] {
  const read = textReader(column)
  return [...new Set(rows.flatMap(row => read(row) ?? []))].sort()
}

/** Alerts without a counterpart hold the text `null`. */
function isDesignation(text: string): boolean {
  return text !== '' && text !== 'null' && text !== 'None'
}
