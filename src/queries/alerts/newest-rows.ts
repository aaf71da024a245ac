/**
 * The newest rows of a table whose keys hold a time (time-keys.ts): read backwards, no further than
 * needed, while a condition is applied and objects are told apart.
 */
import type { PackedRow } from '../../rows/packed-row.js'
import { type KeyRange, readRows, type Store } from '../../store/store.js'
import { cutRows, type LimitedRows } from './limited-rows.js'
import {
  commonRange,
  isEmptyRange,
  isInSpan,
  longerTimes,
  parseTimeKey,
  type TimeKey,
  type TimeSpan,
  timeRanges,
} from './time-keys.js'

/** What to read. */
export interface NewestRequest {
  readonly table: string
  /** What the keys begin with, before the time. */
  readonly prefix: string
  readonly span: TimeSpan
  readonly columns?: readonly string[] | undefined
  /** Most rows of the answer. */
  readonly limit: number
  /** Only the newest row of each object. */
  readonly isLatestPerObject?: boolean | undefined
  /** Rows that do not pass are left out; with `isLatestPerObject`, so is their object. */
  readonly isKept?: ((row: PackedRow, key: TimeKey) => boolean | Promise<boolean>) | undefined
  /** Most rows to look at; the answer counts as truncated when they are not enough. */
  readonly scanLimit: number
  readonly signal?: AbortSignal | undefined
}

/** Rows of one look at the table, once the first was not enough. */
const MIN_PAGE_ROWS = 64
const MAX_PAGE_ROWS = 4096

/** Reads the newest rows, newest first. Ties come in the order of their keys, backwards. */
export async function readNewest(store: Store, request: NewestRequest): Promise<LimitedRows> {
  const search = openSearch(store, request)
  await searchRanges(search, timeRanges(request.prefix, request.span))
  const kept = [...search.candidates.values()].filter(({ isKept }) => isKept)
  kept.sort((a, b) => b.key.time - a.key.time || (a.row.key < b.row.key ? 1 : -1))
  const rows = kept.map(({ row }) => row)
  const { isCut, isEnough } = search.progress
  const cut = cutRows(rows, request.limit, { isAll: !isCut && !isEnough })
  return { ...cut, isTruncated: cut.isTruncated || isCut }
}

interface Search {
  readonly store: Store
  readonly request: NewestRequest
  /** Rows to find: one more than the answer may have. */
  readonly wanted: number
  /** By object when only the latest of each counts, otherwise by key. */
  readonly candidates: Map<string, Candidate>
  kept: number
  /** Of the whole request. */
  readonly progress: Progress
  /** The search this one is a part of. */
  readonly whole?: Search
}

interface Progress {
  scanned: number
  /** Rows were left unread because of `scanLimit`. */
  isCut: boolean
  /** Rows were left unread because there were enough. */
  isEnough: boolean
}

interface Candidate {
  readonly id: string
  readonly row: PackedRow
  readonly key: TimeKey
  readonly isKept: boolean
}

function openSearch(store: Store, request: NewestRequest): Search {
  const progress = { scanned: 0, isCut: false, isEnough: false }
  return { store, request, wanted: request.limit + 1, candidates: new Map(), kept: 0, progress }
}

/** Finds the newest rows of ranges, each of which is later than the next ones. */
async function searchRanges(search: Search, ranges: readonly KeyRange[]): Promise<void> {
  const { request, progress, wanted } = search
  let rest = ranges
  let limit = wanted
  while (rest.length > 0) {
    const page = await readPage(search, rest, limit)
    for (const row of page) await consider(search, row)
    const last = page[page.length - 1]
    if (last === undefined || page.length < limit) return
    rest = rangesBefore(rest, last.key)
    if (search.kept >= wanted) await searchLater(search, rest, last.key)
    if (search.kept >= wanted) {
      progress.isEnough = true
      return
    }
    if (progress.scanned >= request.scanLimit) {
      progress.isCut = true
      return
    }
    limit = Math.min(MAX_PAGE_ROWS, Math.max(MIN_PAGE_ROWS, limit * 2))
  }
}

async function readPage(
  { store, request, progress }: Search,
  ranges: readonly KeyRange[],
  limit: number,
): Promise<PackedRow[]> {
  const { table, columns, signal } = request
  const page = await readRows(store, { table, ranges, columns, limit, reversed: true, signal })
  progress.scanned += page.length
  return page
}

/** What is left of the ranges when they were read backwards down to a key. */
function rangesBefore(ranges: readonly KeyRange[], key: string): KeyRange[] {
  const end = Buffer.from(key)
  const at = ranges.findIndex(
    range => Buffer.compare(end, range.start) >= 0 && !isBehind(range, end),
  )
  const { start } = ranges[at]!
  return [{ start, end }, ...ranges.slice(at + 1)].filter(range => !isEmptyRange(range))
}

function isBehind({ end }: KeyRange, key: Buffer): boolean {
  return end.length > 0 && Buffer.compare(key, end) >= 0
}

/**
 * Rows that were not read are older than the last one, but for those whose times have more digits
 * than its own: these are looked for.
 */
async function searchLater(
  search: Search,
  [rest]: readonly KeyRange[],
  lastKey: string,
): Promise<void> {
  if (rest === undefined) return
  const { prefix } = search.request
  const later = commonRange(longerTimes(prefix, parseTimeKey(lastKey, prefix).text), rest)
  if (isEmptyRange(later)) return
  const part: Search = { ...search, candidates: new Map(), kept: 0, whole: search }
  await searchRanges(part, [later])
  for (const candidate of part.candidates.values()) add(search, candidate)
}

/** Makes a row a candidate if its time is right and none of its object is newer. */
async function consider(search: Search, row: PackedRow): Promise<void> {
  const { prefix, span, isKept: test, isLatestPerObject = false } = search.request
  const key = parseTimeKey(row.key, prefix)
  if (!isInSpan(key.time, span)) return
  const id = isLatestPerObject ? key.object : row.key
  if (isKnown(search, id, key.time)) return
  const isKept = test === undefined || (await test(row, key))
  // A row that is left out matters only where it hides older ones.
  if (isKept || isLatestPerObject) add(search, { id, row, key, isKept })
}

/** True when a row of that id is known that is not older. */
function isKnown({ candidates, whole }: Search, id: string, time: number): boolean {
  const known = candidates.get(id)
  if (known !== undefined && known.key.time >= time) return true
  return whole !== undefined && isKnown(whole, id, time)
}

function add(search: Search, candidate: Candidate): void {
  const { id, key, isKept } = candidate
  if (isKnown(search, id, key.time)) return
  search.kept += Number(isKept) - Number(search.candidates.get(id)?.isKept ?? false)
  search.candidates.set(id, candidate)
}
