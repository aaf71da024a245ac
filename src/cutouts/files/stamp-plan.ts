/**
 * The plan for reading the stamps of many alerts: which bytes of which files, whose stamps they
 * have, and how stamps are made of them. Pure data, made before anything is read.
 */
import type { NotFoundError } from '../../errors.js'
import { type ByteRange, MAX_GAP_BYTES, MAX_READ_BYTES } from './byte-ranges.js'
import type { StampLocation } from './stamp-hint.js'

/** An alert with the places of its stamps. */
export interface LocatedAlert {
  /** Path in the lake, and number of the row in the file. */
  readonly file: string
  readonly row: number
  /** One for each stamp wanted. */
  readonly pages: readonly StampLocation[]
}

/** Bytes to be read in one request. */
export interface PlannedRead {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** A stamp of a piece. */
export interface PlannedStamp {
  /** Number of the row in the file. */
  readonly row: number
  /** Number of the alert in the plan, and of the stamp among its stamps. */
  readonly alert: number
  readonly stamp: number
}

/** What stamps are decoded from: a page, or the window on one stamp where that is known. */
export interface PlannedPiece {
  readonly file: string
  readonly location: StampLocation
  /** Number of the read that has it. */
  readonly read: number
  /** Number of the read that has the dictionary a page may need. */
  readonly dictionaryRead: number | undefined
  /** The stamps that are wanted of it. */
  readonly stamps: readonly PlannedStamp[]
}

/** What has to be done to read the stamps. */
export interface StampPlan {
  /** For each alert the numbers of its pieces, or why it has none. */
  readonly alerts: readonly (readonly number[] | NotFoundError)[]
  /** In the order in which alerts first need them. */
  readonly pieces: readonly PlannedPiece[]
  readonly reads: readonly PlannedRead[]
}

interface GatheredPiece {
  readonly file: string
  readonly location: StampLocation
  readonly stamps: PlannedStamp[]
}

/** Plans how to read stamps of alerts whose places are known: each page once. */
export function planStamps(located: readonly (LocatedAlert | NotFoundError)[]): StampPlan {
  const pieces: GatheredPiece[] = []
  const numbers = new Map<string, number>()
  const numberOf = (file: string, location: StampLocation): number => {
    const key = rangeKey(file, bytesOf(location))
    const known = numbers.get(key) ?? pieces.push({ file, location, stamps: [] }) - 1
    numbers.set(key, known)
    return known
  }
  const alerts = located.map((found, alert) => {
    if (!('pages' in found)) return found
    const { file, row } = found
    return found.pages.map((location, stamp) => {
      const number = numberOf(file, location)
      pieces[number]!.stamps.push({ row, alert, stamp })
      return number
    })
  })
  return { alerts, ...planReads(pieces) }
}

/** The bytes that a stamp is read from. */
function bytesOf(location: StampLocation): ByteRange {
  return location.window ?? location
}

function rangeKey(file: string, { offset, length }: ByteRange): string {
  return `${file}\n${offset}\n${length}`
}

/** Gathers pieces and dictionaries into reads of neighbours. */
function planReads(pieces: readonly GatheredPiece[]): Pick<StampPlan, 'pieces' | 'reads'> {
  const ranges = pieces.flatMap(({ file, location }) => {
    return rangesOf(location).map(range => ({ file, range }))
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
  const planned = pieces.map(gathered => {
    const { file, location } = gathered
    const [read, dictionaryRead] = rangesOf(location).map(range => {
      return numbers.get(rangeKey(file, range))!
    })
    return { ...gathered, read: read!, dictionaryRead }
  })
  return { pieces: planned, reads }
}

/** What is read for a piece: a page with its dictionary, or a window. */
function rangesOf(location: StampLocation): ByteRange[] {
  const { window, dictionary } = location
  if (window !== undefined) return [window]
  return dictionary === undefined ? [location] : [location, dictionary]
}
