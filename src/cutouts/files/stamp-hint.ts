/**
 * Hints to where the stamps of an alert lie, noted down at ingest, so that a stamp is read with
 * one request and no search. A hint holds for one file name only: when a row comes to point to
 * another file, its hint is void.
 */
import { createHash } from 'node:crypto'
import type { CompressionCodec } from 'hyparquet'
import type { PageLocation } from './parquet-pages.js'
import type { StampWindow } from './stamp-window.js'

/** The images of an alert, in the order of answers that have all of them. */
export const STAMP_KINDS = ['Science', 'Template', 'Difference'] as const

/** One of the images of an alert. */
export type StampKind = (typeof STAMP_KINDS)[number]

/** A page with stamps, and all that is needed to decode it. */
export interface StampPage extends PageLocation {
  readonly codec: CompressionCodec
  /** Definition level of a stamp that is there. */
  readonly maxDefinition: number
}

/** Where a stamp is: in a page, and often in a few bytes of it that are enough by themselves. */
export interface StampLocation extends StampPage {
  readonly window?: StampWindow | undefined
}

/** Where the stamps of one alert lie. */
export interface StampHint {
  /** Path in the lake. */
  readonly file: string
  /** Number of the row in the file. */
  readonly row: number
  /** The places; kinds that the file lacks are absent. */
  readonly pages: Readonly<Partial<Record<StampKind, StampLocation>>>
}

const CODEC_LETTERS: ReadonlyMap<CompressionCodec, string> = new Map([
  ['UNCOMPRESSED', 'u'],
  ['SNAPPY', 's'],
  ['GZIP', 'g'],
  ['BROTLI', 'b'],
  ['ZSTD', 'z'],
])
const CODECS = new Map([...CODEC_LETTERS].map(([codec, letter]) => [letter, codec]))

const NUMBER = '[0-9a-z]{1,10}'
/** `codec levels-offset-length-firstRow[-dictionaryOffset-dictionaryLength][~window]`. */
const PAGE = new RegExp(
  `^([a-z])([0-9])-(${NUMBER})-(${NUMBER})-(${NUMBER})(?:-(${NUMBER})-(${NUMBER}))?(?:~(.+))?$`,
)
/** `place in the page-size-mark[-length-literal-skip]`, short when the stamp stands as it is. */
const WINDOW = new RegExp(
  `^(${NUMBER})-(${NUMBER})-(${NUMBER})(?:-(${NUMBER})-(${NUMBER})-(${NUMBER}))?$`,
)
const FIELDS = 2 + STAMP_KINDS.length

/** Short mark of a file name: 36 bits of its SHA-256. */
function markOf(file: string): string {
  return createHash('sha256').update(file).digest('base64url').slice(0, 6)
}

/** A hint as a short text for a cell: `mark.row.place.place.place`, numbers in base 36. */
export function encodeStampHint({ file, row, pages }: StampHint): string {
  const texts = STAMP_KINDS.map(kind => encodeLocation(pages[kind]))
  return [markOf(file), row.toString(36), ...texts].join('.')
}

function encodeLocation(page: StampLocation | undefined): string {
  const letter = page && CODEC_LETTERS.get(page.codec)
  if (page === undefined || letter === undefined || page.maxDefinition > 9) return ''
  const { offset, length, firstRow, dictionary, window } = page
  const numbers = [offset, length, firstRow]
  if (dictionary !== undefined) numbers.push(dictionary.offset, dictionary.length)
  const text = [letter + page.maxDefinition, ...numbers.map(toText)].join('-')
  return window === undefined ? text : `${text}~${encodeWindow(window, offset)}`
}

function encodeWindow(window: StampWindow, pageOffset: number): string {
  const { offset, length, literal, skip, size, mark } = window
  const numbers = [offset - pageOffset, size, mark]
  const isAsItIs = skip === 0 && literal === size && length === size
  if (!isAsItIs) numbers.push(length, literal, skip)
  return numbers.map(toText).join('-')
}

function toText(number: number): string {
  return number.toString(36)
}

/**
 * The hint in a cell, undefined when it is about another file than `file`.
 *
 * @throws SyntaxError when the text is no hint
 */
export function parseStampHint(text: string, file: string): StampHint | undefined {
  const [mark, row = '', ...pages] = text.split('.')
  const rowNumber = parseNumber(row)
  if (2 + pages.length !== FIELDS || rowNumber === undefined) throw unreadable(text)
  if (mark !== markOf(file)) return undefined
  const found: Partial<Record<StampKind, StampLocation>> = {}
  STAMP_KINDS.forEach((kind, i) => {
    const page = pages[i]!
    if (page !== '') found[kind] = parseLocation(page, text)
  })
  return { file, row: rowNumber, pages: found }
}

function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^[0-9a-z]{1,10}$/.test(text)) return undefined
  return Number.parseInt(text, 36)
}

function parseLocation(place: string, text: string): StampLocation {
  const [, letter = '', levels, ...rest] = PAGE.exec(place) ?? []
  const codec = CODECS.get(letter)
  const [offset, length, firstRow, dictionaryOffset, dictionaryLength] = rest.map(parseNumber)
  if (codec === undefined || offset === undefined) throw unreadable(text)
  if (length === undefined || firstRow === undefined) throw unreadable(text)
  const window = parseWindow(rest[5], offset, text)
  const page = { offset, length, firstRow, codec, maxDefinition: Number(levels) }
  const location = window === undefined ? page : { ...page, window }
  if (dictionaryOffset === undefined || dictionaryLength === undefined) return location
  return { ...location, dictionary: { offset: dictionaryOffset, length: dictionaryLength } }
}

function parseWindow(
  given: string | undefined,
  pageOffset: number,
  text: string,
): StampWindow | undefined {
  if (given === undefined) return undefined
  const [, ...numbers] = WINDOW.exec(given) ?? []
  const [place, size, mark, length, literal, skip] = numbers.map(parseNumber)
  if (place === undefined || size === undefined || mark === undefined) throw unreadable(text)
  const offset = pageOffset + place
  return { offset, length: length ?? size, literal: literal ?? size, skip: skip ?? 0, size, mark }
}

function unreadable(text: string): SyntaxError {
  return new SyntaxError(`Cannot read stamp hint ${JSON.stringify(text.slice(0, 100))}`)
}
