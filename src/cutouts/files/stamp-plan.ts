/**
 * The plan for reading the stamps of many alerts: which bytes of which files, which pages in them,
 * whose stamps they have. Pure data, made before anything is read.
 */
import type { NotFoundError } from '../../errors.js'
import type { ByteRange } from './parquet-pages.js'
import type { StampPage } from './stamp-hint.js'

/** Pages of a file closer than this are read in one request, up to `MAX_READ_BYTES`. */
const MAX_GAP_BYTES = 2 ** 16
const MAX_READ_BYTES = 2 ** 23

/** An alert with the pages of its stamps. */
export interface LocatedAlert {
  /** Path in the lake, and number of the row in the file. */
  readonly file: string
  readonly row: number
  /** One for each stamp wanted. */
  readonly pages: readonly StampPage[]
}

/** Bytes to be read in one request. */
export interface PlannedRead {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** A stamp of a page. */
export interface PlannedStamp {
  /** Number of the row in the file. */
  readonly row: number
  /** Number of the alert in the plan, and of the stamp among its stamps. */
  readonly alert: number
  readonly stamp: number
}

/** A page to be decoded. */
export interface PlannedPage {
  readonly file: string
  readonly page: StampPage
  /** Number of the read that has it. */
  readonly read: number
  /** Number of the read that has the dictionary it may need. */
  readonly dictionaryRead: number | undefined
  /** The stamps that are wanted of it. */
  readonly stamps: readonly PlannedStamp[]
}

/** What has to be done to read the stamps. */
export interface StampPlan {
  /** For each alert the numbers of its pages, or why it has none. */
  readonly alerts: readonly (readonly number[] | NotFoundError)[]
  /** In the order in which alerts first need them. */
  readonly pages: readonly PlannedPage[]
  readonly reads: readonly PlannedRead[]
}

interface GatheredPage {
  readonly file: string
  readonly page: StampPage
  readonly stamps: PlannedStamp[]
}

/** Plans how to read the stamps of alerts whose pages are known: each page once. */
export function planStamps(located: readonly (LocatedAlert | NotFoundError)[]): StampPlan {
  const pages: GatheredPage[] = []
  const numbers = new Map<string, number>()
  const numberOf = (file: string, page: StampPage): number => {
    const key = rangeKey(file, page)
    const known = numbers.get(key) ?? pages.push({ file, page, stamps: [] }) - 1
    numbers.set(key, known)
    return known
  }
  const alerts = located.map((found, alert) => {
    if (!('pages' in found)) return found
    const { file, row } = found
    return found.pages.map((page, stamp) => {
      const number = numberOf(file, page)
      pages[number]!.stamps.push({ row, alert, stamp })
      return number
    })
  })
  return { alerts, ...planReads(pages) }
}

function rangeKey(file: string, { offset }: ByteRange): string {
  return `${file}\n${offset}`
}

/** Gathers the pages and their dictionaries into reads of neighbours. */
function planReads(pages: readonly GatheredPage[]): Pick<StampPlan, 'pages' | 'reads'> {
  const ranges = pages.flatMap(({ file, page }) => {
    const { dictionary } = page
    return dictionary === undefined
      ? [{ file, range: page }]
      : [page, dictionary].map(range => ({ file, range }))
  })
  ranges.sort(
    (a, b) => Number(a.file > b.file) - Number(a.file < b.file) || a.range.offset - b.range.offset,
  )
  const reads: { readonly file: string; readonly start: number; end: number }[] = []
  const numbers = new Map<string, number>()
  for (const { file, range } of ranges) {
    const end = range.offset + range.length
    const last = reads[reads.length - 1]
    const isNear = last?.file === file && range.offset - last.end <= MAX_GAP_BYTES
    if (last !== undefined && isNear && end - last.start <= MAX_READ_BYTES) {
      last.end = Math.max(last.end, end)
    } else reads.push({ file, start: range.offset, end })
    numbers.set(rangeKey(file, range), reads.length - 1)
  }
  const planned = pages.map(gathered => {
    const { file, page } = gathered
    const dictionaryRead = page.dictionary && numbers.get(rangeKey(file, page.dictionary))
    return { ...gathered, read: numbers.get(rangeKey(file, page))!, dictionaryRead }
  })
  return { pages: planned, reads }
}
