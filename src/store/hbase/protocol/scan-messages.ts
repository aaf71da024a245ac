/**
 * Messages of reading: `Get` and the open, next and close calls of a region scanner, with their
 * answers. Results themselves travel in cell blocks.
 */

import { type Filter, writeFilter } from './filters.js'
import { writeRegionSpecifier } from './messages.js'
import { ProtoReader } from './protobuf-reader.js'
import { ProtoWriter } from './protobuf-writer.js'

/** One column, or a whole family when the qualifier is undefined. */
export interface Column {
  readonly family: Uint8Array
  readonly qualifier?: Uint8Array | undefined
}

/** Cells written in `[fromMs, toMs)`. */
export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/** What a get and a scan may ask for alike. */
export interface ReadSelection {
  /** All columns when empty or undefined. */
  readonly columns?: readonly Column[] | undefined
  readonly filter?: Filter | undefined
  readonly timeRange?: TimeRange | undefined
  /** Whether the server keeps what it reads in its cache; true when undefined. */
  readonly cacheBlocks?: boolean | undefined
}

/** How a server reads: by position, as a stream, or the first and then the second. */
export type ReadType = 'default' | 'stream' | 'pread'

const READ_TYPES: Readonly<Record<ReadType, number>> = { default: 0, stream: 1, pread: 2 }

/** The rows a region scanner walks. An empty row is an open end. */
export interface ScanRange {
  readonly startRow: Uint8Array
  readonly includeStartRow: boolean
  readonly stopRow: Uint8Array
  readonly includeStopRow: boolean
  /** Walks from the greater to the smaller keys; `startRow` is then the greater one. */
  readonly isReversed: boolean
}

/** What one call to a scanner may give back. */
export interface ScanBudget {
  /** Most complete rows; unlimited when undefined. */
  readonly rows: number | undefined
  /** Bytes after which the server answers, possibly in the middle of a row. */
  readonly bytes: number
}

/** Rows of one answer when no limit is given: the byte budget alone bounds it. */
const UNLIMITED_ROWS = 2 ** 31 - 1

function groupByFamily(columns: readonly Column[]): { family: Uint8Array; names: Uint8Array[] }[] {
  const groups = new Map<string, { family: Uint8Array; names: Uint8Array[]; whole: boolean }>()
  for (const { family, qualifier } of columns) {
    const key = Buffer.from(family).toString('latin1')
    const group = groups.get(key) ?? { family, names: [], whole: false }
    groups.set(key, group)
    if (qualifier === undefined) group.whole = true
    else group.names.push(qualifier)
  }
  return [...groups.values()].map(({ family, names, whole }) => ({
    family,
    names: whole ? [] : names.sort(Buffer.compare),
  }))
}

function writeColumns(writer: ProtoWriter, field: number, columns: readonly Column[]): void {
  for (const { family, names } of groupByFamily(columns)) {
    writer.message(field, column => {
      column.bytes(1, family)
      for (const name of names) column.bytes(2, name)
    })
  }
}

function timeRangeOf(selection: ReadSelection) {
  const range = selection.timeRange
  return range && ((writer: ProtoWriter) => writer.uint(1, range.fromMs).uint(2, range.toMs))
}

function filterOf(selection: ReadSelection) {
  const filter = selection.filter
  return filter && ((writer: ProtoWriter) => writeFilter(writer, filter))
}

function writeScan(
  writer: ProtoWriter,
  selection: ReadSelection,
  settings: { range: ScanRange; budget: ScanBudget; readType: ReadType },
): void {
  const { range, budget, readType } = settings
  // By default families that a filter does not test are read later, which goes forwards only.
  const isWhole = range.isReversed && selection.filter !== undefined
  writeColumns(writer, 1, selection.columns ?? [])
  writer
    .bytes(3, range.startRow)
    .bytes(4, range.stopRow)
    .message(5, filterOf(selection))
    .message(6, timeRangeOf(selection))
    .uint(7, 1)
    .bool(8, selection.cacheBlocks ?? true)
    .uint(10, budget.bytes)
    .bool(13, isWhole ? false : undefined)
    .bool(15, range.isReversed)
    .bool(21, range.includeStartRow)
    .bool(22, range.includeStopRow)
    .uint(23, READ_TYPES[readType])
}

/** The rows asked for and the two abilities that let a server answer early. */
function writePace(writer: ProtoWriter, budget: ScanBudget): ProtoWriter {
  const rows = budget.rows === undefined ? undefined : Math.min(budget.rows, UNLIMITED_ROWS)
  return writer.uint(4, UNLIMITED_ROWS).bool(7, true).bool(8, true).uint(11, rows)
}

/** `ScanRequest` that opens a scanner in a region and asks for its first rows. */
export function encodeOpenScanner(
  regionName: Uint8Array,
  selection: ReadSelection,
  settings: { range: ScanRange; budget: ScanBudget; readType: ReadType },
): Buffer {
  const writer = new ProtoWriter()
    .message(1, region => writeRegionSpecifier(region, regionName))
    .message(2, scan => writeScan(scan, selection, settings))
  return writePace(writer, settings.budget).finish()
}

/** `ScanRequest` for the next rows; `nextCallSeq` counts these calls from 0. */
export function encodeNext(scannerId: bigint, nextCallSeq: number, budget: ScanBudget): Buffer {
  const writer = new ProtoWriter().uint64(3, scannerId).uint(6, nextCallSeq)
  return writePace(writer, budget).finish()
}

/** `ScanRequest` that closes a scanner. */
export function encodeCloseScanner(scannerId: bigint): Buffer {
  return new ProtoWriter().uint64(3, scannerId).uint(4, 0).bool(5, true).finish()
}

/** `ScanResponse`. */
export interface ScanAnswer {
  /** Cells of each result in the block. */
  readonly cellsPerResult: readonly number[]
  /** Whether each result may be followed by more cells of its row. */
  readonly partialFlags: readonly boolean[]
  readonly scannerId: bigint | undefined
  /** False when the whole scan is over. */
  readonly hasMoreResults: boolean
  /** False when this region is over; the server has then closed the scanner. */
  readonly hasMoreInRegion: boolean
}

/**
 * Reads a `ScanResponse`.
 *
 * @throws SyntaxError when it is not one, has results outside the cell block, or does not say
 *   whether more follow: every server says so, and without it rows might be missing
 */
export function decodeScanAnswer(message: Buffer): ScanAnswer {
  const cellsPerResult: number[] = []
  const partialFlags: number[] = []
  let scannerId: bigint | undefined
  let hasMoreResults: boolean | undefined
  let hasMoreInRegion: boolean | undefined
  for (const reader = new ProtoReader(message); reader.next(); ) {
    if (reader.field === 1) reader.uints(cellsPerResult)
    else if (reader.field === 2) scannerId = reader.uint64()
    else if (reader.field === 3) hasMoreResults = reader.bool()
    else if (reader.field === 5) throw inlineResults('ScanResponse')
    else if (reader.field === 7) reader.uints(partialFlags)
    else if (reader.field === 8) hasMoreInRegion = reader.bool()
  }
  if (hasMoreResults === undefined || hasMoreInRegion === undefined) {
    throw new SyntaxError('Cannot read a ScanResponse: expected it to say whether more follows')
  }
  return {
    cellsPerResult,
    partialFlags: partialFlags.map(flag => flag !== 0),
    scannerId,
    hasMoreResults,
    hasMoreInRegion,
  }
}

/** A row to get and which of its cells. */
export interface GetSelection extends ReadSelection {
  readonly row: Uint8Array
}

/** Writes a `Get` into a nested message. */
export function writeGet(writer: ProtoWriter, get: GetSelection): void {
  writer.bytes(1, get.row)
  writeColumns(writer, 2, get.columns ?? [])
  writer
    .message(4, filterOf(get))
    .message(5, timeRangeOf(get))
    .uint(6, 1)
    .bool(7, get.cacheBlocks ?? true)
}

/** `GetRequest`. */
export function encodeGet(regionName: Uint8Array, get: GetSelection): Buffer {
  return new ProtoWriter()
    .message(1, region => writeRegionSpecifier(region, regionName))
    .message(2, inner => writeGet(inner, get))
    .finish()
}

/**
 * Number of cells that a `Result` has in the cell block.
 *
 * @throws SyntaxError when it carries its cells itself
 */
export function decodeResultCellCount(result: ProtoReader): number {
  let count = 0
  while (result.next()) {
    if (result.field === 1) throw inlineResults('Result')
    if (result.field === 2) count = result.uint()
  }
  return count
}

/**
 * Number of cells that a `GetResponse` has in its cell block.
 *
 * @throws SyntaxError when it has no result: a row that is not there has an empty one
 */
export function decodeGetAnswer(message: Buffer): number {
  let count: number | undefined
  for (const reader = new ProtoReader(message); reader.next(); ) {
    if (reader.field === 1) count = decodeResultCellCount(reader.message())
  }
  if (count === undefined) throw new SyntaxError('Cannot read a GetResponse: expected a result')
  return count
}

function inlineResults(message: string): SyntaxError {
  return new SyntaxError(`Cannot read a ${message}: expected its cells in a cell block`)
}
