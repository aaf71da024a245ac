/**
 * Keys that hold a time: `<prefix><time>_<object>`. Times stand there as decimal texts of equal
 * numbers of digits before the point, so that keys nearly order like times. Nearly, because `_`
 * comes behind the digits: all keys of 2460920.55 precede those of 2460920.5.
 */
import { formatDouble } from '../../rows/number-text.js'
import { type KeyRange, prefixRange } from '../../store/store.js'

/** Times from one through another, both included, in the scale and unit of the keys. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
}

/** What a key tells. */
export interface TimeKey {
  /** NaN when the key holds no time. */
  readonly time: number
  /** The time as it stands in the key. */
  readonly text: string
  readonly object: string
}

/** Takes apart what follows the prefix. */
export function parseTimeKey(key: string, prefix: string): TimeKey {
  const end = key.indexOf('_', prefix.length)
  const text = end < 0 ? key.slice(prefix.length) : key.slice(prefix.length, end)
  const time = text === '' ? Number.NaN : Number(text)
  return { time, text, object: end < 0 ? '' : key.slice(end + 1) }
}

/** True when the time is in the span; never for NaN. */
export function isInSpan(time: number, { from, to }: TimeSpan): boolean {
  return time >= from && time <= to
}

/**
 * Ranges that hold the keys of a span, the latest range first, at most two per digit of its end.
 * Every time of one range is later than those of the next ones. No key with a later time than the
 * span is in them, but some with an earlier one can be: check with `isInSpan()`.
 */
export function timeRanges(prefix: string, { from, to }: TimeSpan): KeyRange[] {
  const first = Buffer.from(prefix + formatDouble(from))
  const cuts = shortenedTexts(formatDouble(to))
  const ranges = cuts.flatMap((text, i) => {
    const shorter = cuts[i + 1]
    // Times that share the digits of the next shorter text and are before this one.
    const start = shorter === undefined ? first : Buffer.from(`${prefix}${shorter}0`)
    const before = commonRange(
      { start, end: Buffer.from(prefix + text) },
      { start: first, end: NO_END },
    )
    return Number(text) >= from ? [prefixRange(`${prefix}${text}_`), before] : [before]
  })
  return ranges.filter(range => !isEmptyRange(range))
}

const NO_END = Buffer.alloc(0)

/** Keys whose times begin with this text and have more digits, which makes them later. */
export function longerTimes(prefix: string, text: string): KeyRange {
  // The colon follows the nine.
  return { start: Buffer.from(`${prefix}${text}0`), end: Buffer.from(`${prefix}${text}:`) }
}

/** Keys whose times this text begins with and goes on after, which makes them earlier. */
export function shorterTimes(prefix: string, text: string): KeyRange[] {
  return shortenedTexts(text)
    .slice(1)
    .map(shorter => prefixRange(`${prefix}${shorter}_`))
}

/** The part that two ranges share; may be empty. */
export function commonRange(a: KeyRange, b: KeyRange): KeyRange {
  const start = Buffer.compare(a.start, b.start) > 0 ? a.start : b.start
  if (a.end.length === 0) return { start, end: b.end }
  const isFirst = b.end.length === 0 || Buffer.compare(a.end, b.end) < 0
  return { start, end: isFirst ? a.end : b.end }
}

/** True when no key can be in the range. */
export function isEmptyRange({ start, end }: KeyRange): boolean {
  return end.length > 0 && Buffer.compare(start, end) >= 0
}

/** A decimal text, then without its last decimal, and so on down to one decimal. */
function shortenedTexts(text: string): string[] {
  const decimals = text.length - text.indexOf('.') - 1
  return Array.from({ length: decimals }, (_, i) => text.slice(0, text.length - i))
}
