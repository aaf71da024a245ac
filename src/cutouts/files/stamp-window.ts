/**
 * Windows on single stamps: the few bytes of a file from which a stamp is made without the rest of
 * its page. There are such bytes in pages that are not compressed, or by Snappy, which leaves what
 * is gzipped as it is. Windows are found once, at ingest, and noted down with the page.
 */
import type { CompressionCodec } from 'hyparquet'
import { MAX_STAMP_BYTES } from '../stamp.js'
import type { ByteRange } from './byte-ranges.js'
import type { PageValues } from './parquet-page.js'
import {
  decodeSnappyWindow,
  findSnappyElements,
  findSnappyWindow,
  type SnappyElements,
} from './snappy-window.js'

/** Where a stamp is by itself; offset and length are those of bytes in the file. */
export interface StampWindow extends ByteRange {
  /** Bytes at the beginning that stand for themselves; Snappy elements follow. */
  readonly literal: number
  /** Bytes before the stamp among those that the window gives, and bytes of the stamp. */
  readonly skip: number
  readonly size: number
  /** Tells whether it is the stamp that was noted down, 30 bits. */
  readonly mark: number
}

/** Most bytes of a window, and before the stamp in what it gives: two blocks of Snappy. */
const MAX_WINDOW_BYTES = 2 ** 17
/** Words of a stamp that its mark is made of, about. */
const MARK_WORDS = 256
const FIELDS = 6

/** False for codecs whose pages cannot have windows. */
export function hasWindows(codec: CompressionCodec): boolean {
  return codec === 'SNAPPY' || codec === 'UNCOMPRESSED'
}

/** A page that was read and decoded. */
export interface ReadPage {
  /** Place of the page in the file, and its bytes, header included. */
  readonly offset: number
  readonly bytes: Uint8Array
  readonly codec: CompressionCodec
  readonly values: PageValues
}

/** Windows of the rows of a page; kept as numbers because there are many. */
export class PageWindows {
  readonly #offset: number
  readonly #numbers: Uint32Array

  private constructor(offset: number, numbers: Uint32Array) {
    this.#offset = offset
    this.#numbers = numbers
  }

  /**
   * Finds the windows of all rows; there are none in pages compressed otherwise than by Snappy.
   *
   * @throws RangeError when the page is broken
   */
  static find({ offset, bytes, codec, values }: ReadPage): PageWindows {
    const { rows, stored, plain } = values
    const numbers = new Uint32Array(rows * FIELDS)
    const isPlain = stored === plain
    if (!isPlain && codec !== 'SNAPPY') return new PageWindows(offset, new Uint32Array(0))
    const elements = isPlain ? undefined : findSnappyElements(stored)
    const bodyOffset = stored.byteOffset - bytes.byteOffset
    for (let row = 0; row < rows; row++) {
      const value = values.at(row)
      if (!(value instanceof Uint8Array) || !isInside(value, plain)) continue
      const start = value.byteOffset - plain.byteOffset
      const range = { start, end: start + value.length }
      const window = findWindow(stored, elements, range)
      if (window.length > MAX_WINDOW_BYTES || window.skip > MAX_WINDOW_BYTES) continue
      const { length, literal, skip } = window
      const place = bodyOffset + window.offset
      numbers.set([place, length, literal, skip, value.length, markOf(value)], row * FIELDS)
    }
    return new PageWindows(offset, numbers)
  }

  /** Memory it takes, about. */
  get bytes(): number {
    return this.#numbers.byteLength + 100
  }

  /** The window of a row of the page, undefined when there is none. */
  at(row: number): StampWindow | undefined {
    const numbers = this.#numbers.subarray(row * FIELDS, (row + 1) * FIELDS)
    const [place = 0, length = 0, literal = 0, skip = 0, size = 0, mark = 0] = numbers
    if (length === 0) return undefined
    return { offset: this.#offset + place, length, literal, skip, size, mark }
  }
}

function findWindow(
  stored: Uint8Array,
  elements: SnappyElements | undefined,
  { start, end }: { readonly start: number; readonly end: number },
) {
  if (elements !== undefined) return findSnappyWindow(stored, elements, { start, end })
  return { offset: start, length: end - start, literal: end - start, skip: 0 }
}

/** False for a value of a dictionary, which is in another page, and for one without bytes. */
function isInside(value: Uint8Array, plain: Uint8Array): boolean {
  const start = value.byteOffset - plain.byteOffset
  const isSame = value.buffer === plain.buffer && start >= 0
  return isSame && value.length > 0 && start + value.length <= plain.length
}

/**
 * The stamp in a window; undefined when the bytes give none or another one than was noted down, as
 * those of a file that was written anew do.
 */
export function decodeStampWindow(bytes: Uint8Array, window: StampWindow): Uint8Array | undefined {
  const { literal, skip, size, mark } = window
  if (skip > MAX_WINDOW_BYTES || size > MAX_STAMP_BYTES) return undefined
  try {
    const stamp = decodeSnappyWindow(bytes, { literal, skip, length: size })
    return markOf(stamp) === mark ? stamp : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/**
 * FNV-1a over the length and some of the bytes, words of four of them all over the stamp, folded to
 * 30 bits: it tells stamps apart. That they are whole is for their own check sums to tell.
 */
function markOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const step = Math.max(4, Math.floor(bytes.length / MARK_WORDS))
  let hash = Math.imul(0x811c9dc5 ^ bytes.length, 0x01000193)
  for (let at = 0; at + 4 <= bytes.length; at += step) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193)
  }
  return (hash ^ (hash >>> 15)) & 0x3fffffff
}
