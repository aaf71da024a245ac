/**
 * Ranges of bytes read from files of a lake, exactly as long as they were asked for. A lake that
 * gives fewer bytes breaks its contract; those who walk through a file must not wait for the rest.
 */
import type { CallOptions, Datalake } from '../../datalake/datalake.js'
import { quotePath } from '../../datalake/lake-path.js'
import { DatalakeError } from '../../errors.js'
import { LAKE_SERVICE } from './file-error.js'

/** The part of a lake that is needed here. */
export type LakeReader = Pick<Datalake, 'size' | 'read' | 'readEnd'>

/** Ranges of a file closer than this are read in one request. */
export const MAX_GAP_BYTES = 2 ** 16
/** Most bytes of ranges that are read in one request because they are close. */
export const MAX_READ_BYTES = 2 ** 23

/** Bytes of a file. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/**
 * Reads a range.
 *
 * @throws DatalakeError when the lake fails, or gives more or fewer bytes
 * @throws NotFoundError when there is no such file
 */
export async function readRange(
  lake: LakeReader,
  path: string,
  { offset, length }: ByteRange,
  options: CallOptions = {},
): Promise<Uint8Array> {
  const bytes = await lake.read(path, offset, offset + length, options)
  if (bytes.length === length) return bytes
  const text = `Cannot read ${length} bytes of ${quotePath(path)} from byte ${offset} on`
  throw new DatalakeError(LAKE_SERVICE, `${text}: the lake gave ${bytes.length}`)
}

/**
 * Reads ranges at the same time, neighbours in one request, and gives their bytes in the order of
 * the ranges.
 *
 * @throws DatalakeError, NotFoundError as `readRange`
 */
export async function readRanges(
  lake: LakeReader,
  path: string,
  ranges: readonly ByteRange[],
  options: CallOptions = {},
): Promise<Uint8Array[]> {
  const spans: { offset: number; length: number }[] = []
  for (const { offset, length } of [...ranges].sort((a, b) => a.offset - b.offset)) {
    const last = spans[spans.length - 1]
    const joined = last === undefined ? 0 : Math.max(last.length, offset + length - last.offset)
    const isNear = last !== undefined && offset - last.offset - last.length <= MAX_GAP_BYTES
    if (isNear && joined <= MAX_READ_BYTES) last.length = joined
    else spans.push({ offset, length })
  }
  const read = await Promise.all(spans.map(span => readRange(lake, path, span, options)))
  return ranges.map(({ offset, length }) => {
    const at = spans.findIndex(span => isInside({ offset, length }, span))
    const start = offset - spans[at]!.offset
    return read[at]!.subarray(start, start + length)
  })
}

function isInside(inner: ByteRange, outer: ByteRange): boolean {
  const end = inner.offset + inner.length
  return outer.offset <= inner.offset && end <= outer.offset + outer.length
}
