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
import { StampProblems } from './stamp-problems.js'
import { JSON_VIEW } from './stamp-views.js'

/** Most stamps of one answer: 2,000 alerts with three kinds, some 400 MB of JSON. */
export const MAX_ANSWER_STAMPS = 6000
/** Stamps that are read before the answer begins, so that it can say which ones are missing. */
const STAMPS_BEFORE_FIRST = 300
/** Stamps of one batch: some 200 kB of JSON, which fit into a block of the memory for answers. */
const BATCH_STAMPS = 3

/** Rows with stamps, in batches. */
export interface StampedTable {
  readonly columns: readonly TableColumn[]
  readonly batches: AsyncIterable<Table>
  /** What is missing far down, beside the problems told before; complete after the last batch. */
  readonly lateProblems: () => readonly string[]
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
 * have null there; so have those whose stamps cannot be read, which the problems tell: those of
 * the first rows at once, those of rows far down after the last batch.
 *
 * @throws TooLargeError when that would be too many stamps
 * @throws DatalakeError when none of the first stamps can be read
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
  const problems = new StampProblems()
  for (const row of head) problems.add(row)
  problems.throwIfAll()
  const { columnOf } = surveyFact(survey, 'stamps')
  const columns = kinds.map(kind => factColumn(survey, columnOf(kind), 'json'))
  const late = new StampProblems()
  const batches = toBatches(table, { head, rest, late, columns, kinds, cache: archive.cache })
  const lateProblems = () => late.tell()
  const stamped = { columns: [...table.columns, ...columns], batches, lateProblems }
  return { table: stamped, problems: problems.tell() }
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

async function nextRow(rest: AsyncGenerator<RowStamps, undefined>): Promise<RowStamps> {
  return (await rest.next()).value ?? { target: undefined, cells: [] }
}

interface Reading {
  /** What was read ahead, row by row, and where the rest comes from. */
  readonly head: readonly RowStamps[]
  readonly rest: AsyncGenerator<RowStamps, undefined>
  /** Takes what cannot be read of the rest. */
  readonly late: StampProblems
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
        texts.push(row === undefined ? await nextTexts(reading) : keepTexts(row, reading))
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

/** Texts of a row far down: the answer has begun, so that only its end can tell what fails. */
async function nextTexts({ rest, late }: Reading): Promise<(Uint8Array | null)[]> {
  const row = await nextRow(rest)
  late.add(row)
  return row.cells.map(toJson)
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
