/**
 * PNG images of 8 bits a sample, grey or RGBA, not interlaced and not filtered (PNG third edition,
 * sections 5, 9 and 11): stamps are small and noisy, so filters cost more than they save.
 *
 *     signature | IHDR | IDAT | IEND      chunk = length, name, data, CRC of name and data
 */
import { constants, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const CHUNK_FRAME_BYTES = 12
const HEADER_BYTES = 13
/** Room for what does not get smaller, so that it is compressed in one piece. */
const SPARE_BYTES = 64

/** PNG colour type of each kind of image, and what suits its bytes best. */
const KINDS = {
  // Grey noise repeats nothing but runs, so Huffman codes are as small as a search, and quicker.
  gray: { type: 0, deflate: { level: 1, strategy: constants.Z_RLE, memLevel: 7, windowBits: 12 } },
  rgba: { type: 6, deflate: { level: 1, memLevel: 8, windowBits: 14 } },
} as const

/** The kind of an image: one byte a pixel, or red, green, blue and alpha. */
export type PngKind = keyof typeof KINDS

/** Remainders of CRC-32 (annex D) for every byte. */
const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/**
 * Bytes of one row for `encodePng`, the leading zero included.
 *
 * @param width pixels in a row
 */
export function scanlineBytes(width: number, kind: PngKind): number {
  return 1 + width * (kind === 'gray' ? 1 : 4)
}

/**
 * A PNG file.
 *
 * @param scanlines rows from the top, each a zero (the filter type) and its samples
 * @param width pixels in a row, at least one
 * @throws RangeError when the scanlines are not a whole number of rows
 */
export function encodePng(scanlines: Uint8Array, width: number, kind: PngKind): Buffer {
  const height = scanlines.length / scanlineBytes(width, kind)
  if (!(width >= 1 && height >= 1 && Number.isInteger(height))) {
    throw new RangeError(`Cannot encode ${scanlines.length} bytes as PNG rows of ${width} pixels`)
  }
  const { type, deflate } = KINDS[kind]
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  header[9] = type
  const chunkSize = scanlines.length + SPARE_BYTES
  const body = deflateSync(scanlines, { ...deflate, chunkSize })
  const size = SIGNATURE.length + 3 * CHUNK_FRAME_BYTES + header.length + body.length
  const file = Buffer.allocUnsafe(size)
  file.set(SIGNATURE)
  let at = writeChunk(file, SIGNATURE.length, 'IHDR', header)
  at = writeChunk(file, at, 'IDAT', body)
  writeChunk(file, at, 'IEND', Buffer.alloc(0))
  return file
}

/** Writes a chunk at `at` and gives the offset behind it. */
function writeChunk(file: Buffer, at: number, name: string, data: Buffer): number {
  const end = at + 8 + data.length
  file.writeUInt32BE(data.length, at)
  file.write(name, at + 4, 'latin1')
  file.set(data, at + 8)
  file.writeInt32BE(crc32(file, at + 4, end), end)
  return end + 4
}

function crc32(bytes: Uint8Array, start: number, end: number): number {
  let crc = -1
  for (let i = start; i < end; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8)
  return ~crc
}
