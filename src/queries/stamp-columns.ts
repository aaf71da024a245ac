/**
 * Tables of alerts with the pixels of their stamps: one column of JSON arrays a kind. The stamps of
 * an answer are planned together and handed out in batches of rows, never all in memory at once.
 */

import { decodeStamp, type Stamp } from '../cutouts/stamp.js'
import { LAKE_SERVICE } from '../cutouts/stamp-files.js'
import { encodeStampJson } from '../cutouts/stamp-json.js'
import { DatalakeError, NotFoundError, TooLargeError } from '../errors.js'
import type { ColumnValues, Table, TableColumn } from '../formats/table.js'
import type { PackedRow } from '../rows/packed-row.js'
import { type Survey, surveyFact } from '../surveys/survey.js'
import type { StampSources } from './alert-stamps.js'
import { factColumn } from './fact-column.js'
import type { StampKind } from './stamp-archive.js'
import { readPlaces, type StampPlace, toTarget } from './stamp-places.js'
import { planReaders, type StampOutcome, type StampReaders } from './stamp-readers.js'

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

/** The pixels of an alert by kind, null where it has none, or why they cannot be read. */
type AlertPixels = readonly (Stamp | DatalakeError | null)[]

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
  const targets = await findTargets(sources, table.rows, signal)
  const found = targets.flatMap(target => (target && 'file' in target ? [target] : []))
  const readers = planReaders(sources.archive, found, kinds, { signal })
  const read = readPixels(readers, targets, kinds)
  const head: AlertPixels[] = []
  while (head.length < Math.min(table.length, STAMPS_BEFORE_FIRST / kinds.length)) {
    head.push((await read.next()).value ?? [])
  }
  const problems = findProblems(head)
  const stampColumns = kinds.map(kind => stampColumn(sources.survey, kind))
  const rest = { head, read, stampColumns }
  const columns = [...table.columns, ...stampColumns]
  return { table: { columns, batches: toBatches(table, rest) }, problems }
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

type FoundTarget = ReturnType<typeof toTarget> | DatalakeError | undefined

async function findTargets(
  { store, survey, archive }: StampSources,
  rows: readonly PackedRow[],
  signal: AbortSignal,
): Promise<FoundTarget[]> {
  const { keyOf, groupOf } = surveyFact(survey, 'stamps')
  const keys = rows.map(keyOf)
  const prefixes = new Set(keys.flatMap(key => (key === undefined ? [] : [groupOf(key)])))
  const places = new Map<string, StampPlace>()
  for (const place of await readPlaces(store, survey, { prefixes: [...prefixes], signal })) {
    places.set(place.key, place)
  }
  return keys.map(key => {
    const place = key === undefined ? undefined : places.get(key)
    if (place === undefined) return undefined
    try {
      return toTarget(archive, survey, place)
    } catch (error) {
      if (error instanceof DatalakeError) return error
      throw error
    }
  })
}

/** Pixels of one row after the other; none of a row whose alert has no stamps. */
async function* readPixels(
  readers: StampReaders,
  targets: readonly FoundTarget[],
  kinds: readonly StampKind[],
): AsyncGenerator<AlertPixels, undefined> {
  for (const target of targets) {
    if (target === undefined) yield []
    else if (target instanceof DatalakeError) yield kinds.map(() => target)
    else yield toPixels(await readers.next(target.file), kinds)
  }
}

function toPixels(outcome: StampOutcome, kinds: readonly StampKind[]): AlertPixels {
  if (outcome instanceof Error) return kinds.map(() => toLakeFault(outcome))
  return outcome.map(stored => {
    try {
      return stored === null ? null : decodeStamp(stored)
    } catch (cause) {
      return toLakeFault(cause)
    }
  })
}

/** Stamps that the tables promise and the files do not have, or not whole, are a fault of the lake. */
function toLakeFault(cause: unknown): DatalakeError {
  if (cause instanceof DatalakeError) return cause
  const isFault =
    cause instanceof NotFoundError || cause instanceof RangeError || cause instanceof SyntaxError
  if (!isFault) throw cause
  return new DatalakeError(LAKE_SERVICE, cause.message, { cause })
}

/** What cannot be read, each reason once; the reason itself is thrown when nothing can be. */
function findProblems(head: readonly AlertPixels[]): string[] {
  const stamps = head.flat().filter(stamp => stamp !== null)
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

function stampColumn(survey: Survey, kind: StampKind): TableColumn {
  return factColumn(survey, surveyFact(survey, 'stamps').columnOf(kind), 'json')
}

interface Reading {
  /** What was read ahead, row by row, and where the rest comes from. */
  readonly head: readonly AlertPixels[]
  readonly read: AsyncGenerator<AlertPixels>
  readonly stampColumns: readonly TableColumn[]
}

async function* toBatches(
  table: Table,
  { head, read, stampColumns }: Reading,
): AsyncGenerator<Table> {
  const rows = Math.ceil(BATCH_STAMPS / stampColumns.length)
  const ahead = [...head].reverse()
  try {
    for (let start = 0; start < table.length; start += rows) {
      const part = sliceTable(table, start, Math.min(table.length, start + rows))
      const cells: AlertPixels[] = []
      while (cells.length < part.length) cells.push(ahead.pop() ?? (await readWhole(read)))
      yield { ...part, columns: [...part.columns, ...withCells(stampColumns, cells)] }
    }
  } finally {
    await read.return(undefined)
  }
}

/** Pixels of a row far down: the answer has begun, so what fails can only break it off. */
async function readWhole(read: AsyncGenerator<AlertPixels>): Promise<AlertPixels> {
  const pixels: AlertPixels = (await read.next()).value ?? []
  const failure = pixels.find(stamp => stamp instanceof DatalakeError)
  if (failure !== undefined) throw failure
  return pixels
}

function withCells(columns: readonly TableColumn[], rows: readonly AlertPixels[]): TableColumn[] {
  return columns.map((column, kind) => {
    const values = rows.map(pixels => {
      const stamp = pixels[kind] ?? null
      return stamp === null || stamp instanceof DatalakeError ? null : encodeStampJson(stamp)
    })
    return { ...column, values: { kind: 'json', values } }
  })
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
