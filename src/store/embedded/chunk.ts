/**
 * Chunks: several rows of one group in one value, so that a light curve costs a few look-ups and
 * not one per point.
 *
 *     u16            number of rows
 *     per row        u16 length of the key behind the group prefix, u16 layout number, u32 length
 *     the keys, then the packed rows, in key order
 */
import type { Layout } from '../../rows/layout.js'
import { type PackedRow, packedLength } from '../../rows/packed-row.js'

/** Values below the size of LMDB's read buffer (32 KiB) are read without an allocation of theirs. */
export const MAX_CHUNK_BYTES = 30 * 1024

const HEAD_BYTES = 2
const ENTRY_BYTES = 8

/** Finds the layout of a number. */
export type LayoutLookup = (number: number) => Layout

/** Finds the number of a layout. */
export type LayoutNumber = (layout: Layout) => number

/** Rows of a chunk, whose keys begin with `prefix`; they share the bytes of the chunk. */
export function decodeChunk(bytes: Buffer, prefix: string, layoutOf: LayoutLookup): PackedRow[] {
  const count = bytes.readUInt16LE(0)
  const rows: PackedRow[] = new Array(count)
  let keyAt = HEAD_BYTES + count * ENTRY_BYTES
  let rowAt = keyAt
  for (let i = 0; i < count; i++) rowAt += bytes.readUInt16LE(HEAD_BYTES + i * ENTRY_BYTES)
  for (let i = 0; i < count; i++) {
    const entry = HEAD_BYTES + i * ENTRY_BYTES
    const keyEnd = keyAt + bytes.readUInt16LE(entry)
    const key = prefix + bytes.toString('utf8', keyAt, keyEnd)
    rows[i] = { key, layout: layoutOf(bytes.readUInt16LE(entry + 2)), bytes, start: rowAt }
    keyAt = keyEnd
    rowAt += bytes.readUInt32LE(entry + 4)
  }
  return rows
}

/** Bytes of a chunk with these rows, whose keys begin with `prefix`. */
export function encodeChunk(
  rows: readonly PackedRow[],
  prefix: string,
  numberOf: LayoutNumber,
): Buffer {
  const keys = rows.map(row => Buffer.from(row.key.slice(prefix.length)))
  const lengths = rows.map(packedLength)
  const sum = (total: number, length: number): number => total + length
  const keyBytes = keys.reduce((total, key) => total + key.length, 0)
  const head = HEAD_BYTES + rows.length * ENTRY_BYTES
  const chunk = Buffer.allocUnsafe(head + keyBytes + lengths.reduce(sum, 0))
  chunk.writeUInt16LE(rows.length, 0)
  let keyAt = head
  let rowAt = head + keyBytes
  rows.forEach((row, i) => {
    const entry = HEAD_BYTES + i * ENTRY_BYTES
    chunk.writeUInt16LE(keys[i]!.length, entry)
    chunk.writeUInt16LE(numberOf(row.layout), entry + 2)
    chunk.writeUInt32LE(lengths[i]!, entry + 4)
    keyAt += keys[i]!.copy(chunk, keyAt)
    rowAt += row.bytes.copy(chunk, rowAt, row.start, row.start + lengths[i]!)
  })
  return chunk
}

/** Cuts rows into runs that each make a chunk of at most `MAX_CHUNK_BYTES` (or one row). */
export function cutChunks(rows: readonly PackedRow[]): PackedRow[][] {
  const runs: PackedRow[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const row of rows) {
    const length = packedLength(row) + ENTRY_BYTES + row.key.length * 3
    if (size + length > MAX_CHUNK_BYTES) {
      runs.push([])
      size = 0
    }
    runs[runs.length - 1]!.push(row)
    size += length
  }
  return runs
}
