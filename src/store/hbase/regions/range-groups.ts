/**
 * Many small ranges of keys read in one scan: the servers skip between them, which takes a call a
 * region instead of a call a range. Rows come in the order of keys and are put back into that of
 * the ranges here, so only a bounded number of rows is read this way.
 */

import { compareUtf8 } from '../../../rows/layout.js'
import type { PackedRow } from '../../../rows/packed-row.js'
import type { KeyRange } from '../../store.js'
import { type Filter, rowRangesFilter } from '../protocol/filters.js'
import { SCHEMA_END, SCHEMA_START } from '../tables/schema-row.js'

/** Fewer ranges than this are quicker when they are scanned side by side. */
const LEAST_RANGES = 16
/** Ranges of one group. */
const MAX_RANGES = 64
/** Bytes that the keys of a group begin alike with: those far apart lie in many regions. */
const COMMON_BYTES = 2

/** Neighbouring ranges of a request that can be read in one scan. */
export interface RangeGroup {
  /** In the order of the request. */
  readonly ranges: readonly KeyRange[]
  /** From the first key to behind the last. */
  readonly whole: KeyRange
  /** Passes the rows that are in the ranges. */
  readonly filter: Filter
}

/** Groups of the ranges; a range that is in none stands alone. The order is kept. */
export function groupRanges(ranges: readonly KeyRange[]): (RangeGroup | KeyRange)[] {
  if (ranges.length < LEAST_RANGES) return [...ranges]
  const parts: (RangeGroup | KeyRange)[] = []
  for (let at = 0; at < ranges.length; at += MAX_RANGES) {
    const some = ranges.slice(at, at + MAX_RANGES)
    const group = toGroup(some)
    if (group === undefined) parts.push(...some)
    else parts.push(group)
  }
  return parts
}

/** Tells groups from ranges. */
export function isGroup(part: RangeGroup | KeyRange): part is RangeGroup {
  return 'whole' in part
}

function toGroup(ranges: readonly KeyRange[]): RangeGroup | undefined {
  if (ranges.length < LEAST_RANGES) return undefined
  const sorted = [...ranges].sort((a, b) => Buffer.compare(a.start, b.start))
  const [first, last] = [sorted[0]!, sorted.at(-1)!]
  const common = first.start.subarray(0, COMMON_BYTES)
  if (common.length < COMMON_BYTES || !last.start.subarray(0, COMMON_BYTES).equals(common)) {
    return undefined
  }
  const isApart = sorted.every(({ start, end }, i) => {
    const next = sorted[i + 1]
    if (end.length === 0 || start.compare(end) >= 0) return false
    const isData = end.compare(SCHEMA_START) <= 0 || start.compare(SCHEMA_END) >= 0
    return isData && (next === undefined || end.compare(next.start) <= 0)
  })
  if (!isApart) return undefined
  const whole = { start: first.start, end: last.end }
  const filter = rowRangesFilter(
    sorted.map(({ start, end }) => ({ startRow: start, stopRow: end })),
  )
  return { ranges, whole, filter }
}

/** Rows in the order of keys, put into the order of the ranges. */
export function inRangeOrder(
  rows: readonly PackedRow[],
  ranges: readonly KeyRange[],
): readonly PackedRow[] {
  const starts = ranges.map(({ start }, range) => ({ text: start.toString(), range }))
  starts.sort((a, b) => compareUtf8(a.text, b.text))
  const byRange = ranges.map((): PackedRow[] => [])
  let at = 0
  for (const row of rows) {
    while (at + 1 < starts.length && compareUtf8(starts[at + 1]!.text, row.key) <= 0) at++
    byRange[starts[at]!.range]!.push(row)
  }
  return byRange.flat()
}
