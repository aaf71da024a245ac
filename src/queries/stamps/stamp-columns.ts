/**
 * Tables of alerts with the pixels of their stamps: one column of JSON arrays a kind. The stamps of
 * an answer are planned together and handed out in batches of rows, never all in memory at once.
 */

import { DatalakeError, TooLargeError } from '../../errors.js'
import type { ColumnValues, Table, TableColumn } from '../../formats/table.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import { factColumn } from '../alerts/fact-column.js'
import type { StampSources } from './alert-stamps.js'
import type { StampKind } from './stamp-archive.js'
import type { StampCache } from './stamp-cache.js'
import { findTargets, type RowStamps, readCells, toJson } from './stamp-cells.js'
import { JSON_VIEW } from './stamp-views.js'

/** Most stamps of one answer: 2,000 alerts with three kinds, some 400 MB of JSON. */
export const MAX_ANSWER_STAMPS = 6000
/** Stamps that are read before the answer begins, so that it can say which ones are missing. */
const STAMPS_BEFORE_FIRST = 300
/** Stamps of one batch: some 200 kB of JSON, which fit into a block of the memory for answers. */
const BATCH_STAMPS = 3
/** Most problems told one by one. */
const MAX_PROBLEMS = 5

/** Rows with stamps, in batches. */
export interface StampedTable {
  readonly columns: readonly TableColumn[]
  readonly batches: AsyncIterable<Table>
}

/** What to add. */
export interface StampColumnsRequest {
  readonly kinds: readonly StampKind[]
  readonly signal: AbortSignal
}

/** A table with stamps, and what is missing from it. */
export interface StampedAnswer {
  readonly table: StampedTable
  readonly problems: readonly string[]
}

/** Columns that rows must be read with, unless they are from the table of light curves. */
export function stampKeyColumns(survey: Survey): readonly string[] {
  return surveyFact(survey, 'stamps').keyColumns
}

/**
 * Adds a column of pixels for each kind. Rows that are no alerts, or whose alerts have no stamps,
 * have null there; so have those whose stamps cannot be read, which the problems tell.
 *
 * @throws TooLargeError when that would be too many stamps
 * @throws DatalakeError when no stamp at all can be read; while batches are read, when one fails
 * that is far down
 */
export async function addStamps(
  sources: StampSources,
  table: Table,
  { kinds, signal }: StampColumnsRequest,
): Promise<StampedAnswer> {
  checkSize(table, kinds)
  const { survey, archive } = sources
  const targets = await findTargets(sources, table.rows, signal)
  const rest = readCells(archive, targets, kinds, { signal })
  const head: RowStamps[] = []
  while (head.length < Math.min(table.length, STAMPS_BEFORE_FIRST / kinds.length)) {
    head.push(await nextRow(rest))
  }
  const problems = findProblems(head)
  const { columnOf } = surveyFact(survey, 'stamps')
  const columns = kinds.map(kind => factColumn(survey, columnOf(kind), 'json'))
  const batches = toBatches(table, { head, rest, columns, kinds, cache: archive.cache })
  return { table: { columns: [...table.columns, ...columns], batches }, problems }
}

function checkSize({ length }: Table, kinds: readonly StampKind[]): void {
  const stamps = length * kinds.length
  if (stamps <= MAX_ANSWER_STAMPS) return
  throw new TooLargeError(
    `Cannot add ${stamps} stamps to ${length} alerts: expected at most ${MAX_ANSWER_STAMPS}, ` +
      'ask for fewer objects or one kind',
    { param: 'withcutouts' },
  )
}

/** What cannot be read, each reason once; the reason itself is thrown when nothing can be. */
function findProblems(head: readonly RowStamps[]): string[] {
  const stamps = head.flatMap(({ cells }) => cells).filter(stamp => stamp !== null)
  const failures = stamps.filter(stamp => stamp instanceof DatalakeError)
  const [first] = failures
  const isAll = failures.length === stamps.length
  if (first !== undefined && isAll) throw first
  const counts = new Map<string, number>()
  for (const { message } of failures) counts.set(message, (counts.get(message) ?? 0) + 1)
  const problems = [...counts].map(([message, count]) => `${count} stamps are missing: ${message}`)
  const more = problems.length - MAX_PROBLEMS
  return more > 0 ? [...problems.slice(0, MAX_PROBLEMS), `and ${more} more problems`] : problems
}

async function nextRow(rest: AsyncGenerator<RowStamps, undefined>): Promise<RowStamps> {
  return (await rest.next()).value ?? { target: undefined, cells: [] }
}

interface Reading {
  /** What was read ahead, row by row, and where the rest comes from. */
  readonly head: readonly RowStamps[]
  readonly rest: AsyncGenerator<RowStamps, undefined>
  /** Columns of the stamps, one a kind. */
  readonly columns: readonly TableColumn[]
  readonly kinds: readonly StampKind[]
  readonly cache: StampCache
}

async function* toBatches(table: Table, reading: Reading): AsyncGenerator<Table> {
  const { head, rest, columns } = reading
  const size = Math.ceil(BATCH_STAMPS / columns.length)
  const ahead = [...head].reverse()
  try {
    for (let start = 0; start < table.length; start += size) {
      const part = sliceTable(table, start, Math.min(table.length, start + size))
      const texts: (readonly (Uint8Array | null)[])[] = []
      while (texts.length < part.length) {
        const row = ahead.pop()
        const isAhead = row !== undefined
        texts.push(isAhead ? keepTexts(row, reading) : (await nextWhole(rest)).cells.map(toJson))
      }
      const stamps = columns.map((column, kind): TableColumn => {
        const values = texts.map(row => row[kind])
        return { ...column, values: { kind: 'json', values } }
      })
      yield { ...part, columns: [...part.columns, ...stamps] }
    }
  } finally {
    await rest.return(undefined)
  }
}

/** Texts of a row near the top, kept for the next time; far down, rows would only push out others. */
function keepTexts({ target, cells }: RowStamps, { kinds, cache }: Reading) {
  return cells.map((cell, i) => {
    const text = toJson(cell)
    const isNew = !(cell instanceof Uint8Array || cell instanceof DatalakeError)
    if (isNew && target) cache.keep(JSON_VIEW.name, target, kinds[i]!, text)
    return text
  })
}

/** A row far down: the answer has begun, so what fails can only break it off. */
async function nextWhole(rest: Reading['rest']): Promise<RowStamps> {
  const row = await nextRow(rest)
  const failure = row.cells.find(cell => cell instanceof DatalakeError)
  if (failure !== undefined) throw failure
  return row
}

function sliceTable({ columns, rows }: Table, start: number, end: number): Table {
  const part = columns.map(column => {
    const { values } = column
    if (values === undefined || values.kind === 'constant') return column
    const some = { ...values, values: values.values.slice(start, end) }
    return { ...column, values: some as ColumnValues }
  })
  return { columns: part, rows: rows.slice(start, end), length: end - start }
}
