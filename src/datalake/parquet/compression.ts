/** Decompression of alert files by the codec names of Parquet and Avro. */
import { brotliDecompressSync, gunzipSync, inflateRawSync } from 'node:zlib'
import { Decompress } from 'fzstd'
import type { Compressors } from 'hyparquet'
import { uncompressSync } from 'snappy'

/** Most bytes one page or block may decompress to: 256 MiB. */
export const MAX_DECOMPRESSED_BYTES = 2 ** 28

function decompressSnappy(input: Uint8Array): Uint8Array {
  // The library would make room for whatever length the first bytes claim.
  checkedLength(snappyLength(input))
  const output = uncompressSync(input)
  return typeof output === 'string' ? Buffer.from(output) : output
}

/** Length that the data will have, a little-endian variable-length integer at the beginning. */
function snappyLength(input: Uint8Array): number {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = input[i] ?? 0
    length += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return length
  }
  throw new SyntaxError('Cannot read Snappy: its length has no end')
}

function checkedLength(length: number): number {
  if (length >= 0 && length <= MAX_DECOMPRESSED_BYTES) return length
  throw new RangeError(`Cannot decompress to ${length} bytes: at most ${MAX_DECOMPRESSED_BYTES}`)
}

function decompressZstd(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length)
  let filled = 0
  const stream = new Decompress(part => {
    // Block by block, so that data longer than announced never take their memory.
    if (filled + part.length > length) throw new RangeError(`more than ${length} bytes`)
    output.set(part, filled)
    filled += part.length
  })
  try {
    stream.push(input, true)
  } catch (cause) {
    throw new SyntaxError('Cannot read Zstandard: the data are broken', { cause })
  }
  if (filled === length) return output
  throw new SyntaxError(`Cannot read Zstandard: expected ${length} bytes, got ${filled}`)
}

/** Decompressors of Parquet pages; LZO and LZ4 are not supported. */
export const parquetCompressors: Compressors = {
  SNAPPY: decompressSnappy,
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: checkedLength(length) }),
  BROTLI: (input, length) =>
    brotliDecompressSync(input, { maxOutputLength: checkedLength(length) }),
  ZSTD: (input, length) => decompressZstd(input, checkedLength(length)),
}

/**
 * Decompresses a block of an Avro container file.
 *
 * @throws RangeError when the codec is not `null`, `deflate` or `snappy`
 */
export function decompressAvroBlock(codec: string, block: Buffer): Buffer {
  if (codec === 'null') return block
  if (codec === 'deflate') {
    return inflateRawSync(block, { maxOutputLength: MAX_DECOMPRESSED_BYTES })
  }
  // Avro puts a check sum of four bytes after each Snappy block.
  if (codec === 'snappy') return Buffer.from(decompressSnappy(block.subarray(0, -4)))
  throw new RangeError(`Cannot read codec "${codec}": expected null, deflate or snappy`)
}
