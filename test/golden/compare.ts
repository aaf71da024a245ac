/**
 * Compares an answer with a recorded one: same rows in the order that is promised, columns matched
 * by name, an absent key equal to null, numbers to 1e-9, 64-bit integers exactly.
 */
import assert from 'node:assert/strict'

/** A row as parsed from an answer; integers beyond 2^53 are texts. */
export type Row = Readonly<Record<string, unknown>>

/** Row order that a recorded answer promises, in the words of its file. */
export type RowOrder = string

const RELATIVE = 1e-9
/** Recorded JSON numbers carry at most ten decimals. */
const ABSOLUTE = 1.01e-10

/** Parses JSON with integers of 16 digits or more kept as texts. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text.replace(/([[:,]\s*)(-?\d{16,})(?=\s*[,}\]])/g, '$1"$2"'))
}

/** Parses a CSV text (RFC 4180) into rows of texts; empty cells are null. */
export function parseCsv(text: string): Row[] {
  const [header = [], ...lines] = csvRecords(text)
  return lines.map(line =>
    Object.fromEntries(header.map((name, i) => [name, line[i] === '' ? null : line[i]])),
  )
}

function csvRecords(text: string): string[][] {
  const records: string[][] = []
  const pattern = /("(?:[^"]|"")*"|[^,\n]*)(,|\n|$)/g
  let record: string[] = []
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole, field = '', end] = match
    if (whole === '' && pattern.lastIndex >= text.length && record.length === 0) break
    record.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)
    if (end === ',') continue
    records.push(record)
    record = []
    if (pattern.lastIndex >= text.length) break
  }
  return records
}

/** Rows of a TABLEDATA VOTable, by column name. */
export function parseVotable(text: string): Row[] {
  const names = [...text.matchAll(/<FIELD\b[^>]*?\bname="([^"]*)"/g)].map(match =>
    unescapeXml(match[1]!),
  )
  return [...text.matchAll(/<TR>([\s\S]*?)<\/TR>/g)].map(match => {
    const cells = [...match[1]!.matchAll(/<TD\s*\/>|<TD>([\s\S]*?)<\/TD>/g)]
    return Object.fromEntries(
      names.map((name, i) => [name, cells[i]?.[1] ? unescapeXml(cells[i]![1]!) : null]),
    )
  })
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#10;', '\n')
    .replaceAll('&amp;', '&')
}

/** True when two cells mean the same. */
export function isSameCell(actual: unknown, expected: unknown): boolean {
  const a = normalized(actual)
  const b = normalized(expected)
  if (a === b) return true
  if (a === null || b === null) return false
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => isSameCell(item, b[i]))
  }
  const x = Number(a)
  const y = Number(b)
  if (a === '' || b === '' || Number.isNaN(x) || Number.isNaN(y)) return false
  if (isLongInteger(a) || isLongInteger(b)) return String(a) === String(b)
  return Math.abs(x - y) <= Math.max(ABSOLUTE, RELATIVE * Math.abs(y))
}

function isLongInteger(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d{16,}$/.test(value)
}

/** Names that the old service misspells. */
const SPELLINGS: Readonly<Record<string, string>> = {
  Chamaleon: 'Chamaeleon',
  Ophiucus: 'Ophiuchus',
  'Crux ': 'Crux',
  'Pisces Austrinus': 'Piscis Austrinus',
}

function normalized(value: unknown): unknown {
  if (typeof value === 'string' && Object.hasOwn(SPELLINGS, value)) return SPELLINGS[value]
  if (value === undefined || value === null || value === 'nan' || value === 'NaN') return null
  if (value === 'True' || value === 'true' || value === true) return true
  if (value === 'False' || value === 'false' || value === false) return false
  return value
}

/** First difference between two rows, undefined when there is none. */
function rowDifference(
  actual: Row,
  expected: Row,
  ignored: ReadonlySet<string>,
): string | undefined {
  for (const name of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
    if (ignored.has(name) || isSameCell(actual[name], expected[name])) continue
    return `${name}: got ${JSON.stringify(actual[name])}, expected ${JSON.stringify(expected[name])}`
  }
  return undefined
}

/** Columns the comparison passes over: times of arrival and the index of another library. */
const IGNORED = new Set(['key:time', '__index_level_0__'])

/**
 * Asserts that the rows are the expected ones, in an order the recorded one allows.
 *
 * @param rowOrder `desc by C, ties free`, `asc by C`, `asc by row key`, `as is` or `free`
 */
export function assertSameRows(
  actual: readonly Row[],
  expected: readonly Row[],
  rowOrder: RowOrder,
): void {
  assert.equal(actual.length, expected.length, 'number of rows')
  const by = /^(asc|desc) by (\S+?)(,|$)/.exec(rowOrder)
  if (by !== null && by[2] !== 'row') {
    assertOrdered(actual, by[2]!, by[1] === 'desc' ? -1 : 1)
  }
  const isFixed = rowOrder === 'as is' || rowOrder.startsWith('asc by row key')
  const left = [...expected]
  actual.forEach((row, i) => {
    const candidates = isFixed ? [left[0]!] : left
    const at = candidates.findIndex(other => rowDifference(row, other, IGNORED) === undefined)
    if (at < 0) assert.fail(`row ${i}: ${closestDifference(row, candidates)}`)
    left.splice(at, 1)
  })
}

function closestDifference(row: Row, candidates: readonly Row[]): string {
  let best = 'no row left'
  let fewest = Number.POSITIVE_INFINITY
  for (const other of candidates) {
    const names = new Set([...Object.keys(row), ...Object.keys(other)])
    const different = [...names].filter(
      name => !IGNORED.has(name) && !isSameCell(row[name], other[name]),
    )
    if (different.length >= fewest) continue
    fewest = different.length
    best = `${different.length} cells differ: ${rowDifference(row, other, IGNORED)}; ${different.slice(0, 8).join(' ')}`
  }
  return best
}

function assertOrdered(rows: readonly Row[], column: string, sign: number): void {
  for (let i = 1; i < rows.length; i++) {
    const before = Number(rows[i - 1]![column] ?? Number.NaN)
    const now = Number(rows[i]![column] ?? Number.NaN)
    assert.ok(!((now - before) * sign < 0), `row ${i} is out of order by ${column}`)
  }
}
