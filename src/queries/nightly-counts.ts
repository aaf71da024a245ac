/** Nightly counts, as the texts that clients of the service are used to. */
import { ParamError } from '../errors.js'
import { computedTable, type Table, type TableColumn } from '../formats/table.js'
import { presentColumns } from '../rows/cell-reader.js'
import { compareUtf8 } from '../rows/layout.js'
import { columnOf, type PackedRow, readText } from '../rows/packed-row.js'
import { prefixRange, readRows, type Store } from '../store/store.js'
import { type StatisticsSource, type Survey, surveyFact, tableSpec } from '../surveys/survey.js'
import { factColumn } from './alerts/fact-column.js'
import { type LimitedTable, readLimited } from './alerts/limited-rows.js'

/** What to read. */
export interface CountsRequest {
  /** Beginning of the digits of the nights; dashes do not count. */
  readonly date: string
  /** Names of the columns, all when absent. */
  readonly columns: readonly string[] | undefined
  readonly rowLimit: number
  readonly signal: AbortSignal
}

/** Family of the two columns that every row ends with: its key and the time of its writing. */
const KEY_FAMILY = 'key'
const KEY_COLUMN = 'key:key'
const TIME_COLUMN = 'key:time'

/** Most columns a list may name. */
const MAX_COLUMNS = 1000
/** Latest nights whose columns are listed: some thirty years. */
const MAX_NIGHTS = 10_000

/**
 * Reads a comma list of column names, in which blanks are kept; undefined when it means all.
 *
 * @throws RangeError for a name of no family of the table, or for too long a list
 */
export function parseCountColumns(
  list: string,
  { families }: StatisticsSource,
): readonly string[] | undefined {
  const names = list.split(',').map(name => name.trim())
  if (names.some(name => name.includes('*'))) return undefined
  if (names.length > MAX_COLUMNS) {
    throw new RangeError(`expected at most ${MAX_COLUMNS} names, got ${names.length}`)
  }
  const known = [...families, KEY_FAMILY]
  const wrong = names.find(name => name.includes(':') && !known.includes(name.split(':', 1)[0]!))
  if (wrong !== undefined) {
    const expected = families.map(family => `"${family}:"`).join(', ')
    throw new RangeError(`expected names beginning with one of ${expected}, got "${wrong}"`)
  }
  return [...new Set(names.filter(name => name.includes(':')))]
}

/**
 * Reads the counts of the nights whose digits begin with the date, in the order of the nights.
 *
 * @throws ParamError for a date that no night begins with
 */
export async function readCounts(
  store: Store,
  survey: Survey,
  { date, columns, rowLimit, signal }: CountsRequest,
): Promise<LimitedTable> {
  const { table, keyPrefix } = surveyFact(survey, 'statistics')
  const counts = columns?.filter(name => !name.startsWith(`${KEY_FAMILY}:`))
  // Every row has a key, so that a list of nothing else selects all.
  const isKeyOnly = counts?.length === 0 && columns?.length !== 0
  const { rows, isTruncated } = await readLimited(store, {
    table,
    ranges: [prefixRange(keyPrefix + parseNight(date))],
    columns: isKeyOnly ? undefined : counts,
    limit: rowLimit,
    signal,
  })
  if (rows.length === 0 && counts !== undefined) {
    return { table: computedTable(await emptyColumns(store, survey, counts), 0), isTruncated }
  }
  return { table: toCountTable(survey, rows, counts), isTruncated }
}

/** Columns of an answer without nights: those asked for that there are, and those of every row. */
async function emptyColumns(
  store: Store,
  survey: Survey,
  names: readonly string[],
): Promise<TableColumn[]> {
  const { table } = surveyFact(survey, 'statistics')
  const schema = await store.schema(table)
  const specified = tableSpec(survey, table).columns
  const known = new Set([...specified, ...(schema?.columns ?? [])].map(({ name }) => name))
  const shown = [...names.filter(name => known.has(name)), KEY_COLUMN, TIME_COLUMN]
  return shown.map(name => textColumn(survey, name, []))
}

/** The names of the columns that the counts of any night have. */
export async function readCountNames(store: Store, survey: Survey): Promise<Table> {
  const { table, keyPrefix } = surveyFact(survey, 'statistics')
  const schema = await store.schema(table)
  // The labels met in a night are columns of its row, and need not be known to the schema.
  const ranges = [prefixRange(keyPrefix)]
  const rows = await readRows(store, { table, ranges, limit: MAX_NIGHTS, reversed: true })
  const typed = schema?.columns.map(({ name }) => name) ?? []
  const names = [...new Set([...typed, ...presentColumns(rows)])].sort(compareUtf8)
  const column: TableColumn = {
    name: 'schema',
    type: 'string',
    description: 'Name of a column',
    values: { kind: 'texts', values: names },
  }
  return computedTable([column], names.length)
}

function parseNight(date: string): string {
  const digits = date.trim().replaceAll('-', '')
  if (/^\d{0,8}$/.test(digits)) return digits
  throw new ParamError(
    `Cannot read parameter "date": expected a night as YYYYMMDD or its beginning, got "${date}"`,
    { param: 'date' },
  )
}

function toCountTable(
  survey: Survey,
  rows: readonly PackedRow[],
  names: readonly string[] | undefined,
): Table {
  if (rows.length === 0) return computedTable([], 0)
  const shown = names ?? [...presentColumns(rows)].sort(compareUtf8)
  const isKnown = (name: string): boolean => rows.some(row => columnOf(row, name) >= 0)
  const cells = (name: string) => rows.map(row => cellText(row, name))
  const columns = shown.filter(isKnown).map(name => textColumn(survey, name, cells(name)))
  const keys = rows.map(({ key }) => key)
  columns.push(textColumn(survey, KEY_COLUMN, keys))
  columns.push({ ...factColumn(survey, TIME_COLUMN), values: { kind: 'constant', value: null } })
  return computedTable(columns, rows.length)
}

function cellText(row: PackedRow, name: string): string | undefined {
  const at = columnOf(row, name)
  return at < 0 ? undefined : readText(row, at)
}

function textColumn(
  survey: Survey,
  name: string,
  values: readonly (string | undefined)[],
): TableColumn {
  return { ...factColumn(survey, name), values: { kind: 'texts', values } }
}
