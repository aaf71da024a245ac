/**
 * Compression of cell blocks, as the Hadoop codecs `GzipCodec` and `SnappyCodec` lay them out.
 * A connection names one codec when it opens; it then holds for both directions.
 *
 * ```
 * gzip    an ordinary gzip stream
 * snappy  repeated: int32 plainLength, then until it is reached: int32 chunkLength | raw snappy
 * ```
 */
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { compress as snappyCompress, uncompress as snappyUncompress } from 'snappy'
import { ProtoReader } from './protobuf-reader.js'

/** Packs and unpacks the cell blocks of one connection. */
export interface Compression {
  /** Java class that the server is asked to use. */
  readonly className: string
  compress(block: Buffer): Promise<Buffer>
  /**
   * @throws SyntaxError when the bytes are not of this codec
   * @throws RangeError when they would unpack to more than `maxBytes`
   */
  decompress(packed: Buffer, maxBytes: number): Promise<Buffer>
}

/** The codecs a connection may use. */
export type CompressionName = 'gzip' | 'snappy'

const LENGTH_BYTES = 4
/** Plain bytes in one block we write: well below the buffer of the Hadoop decompressor. */
const SNAPPY_BLOCK_BYTES = 64 * 1024
/** Lowest compression level: the network inside a cluster is faster than a better one. */
const GZIP_LEVEL = 1

const gzipAsync = promisify(gzip)
const gunzipAsync = promisify(gunzip)

/**
 * A codec by name.
 *
 * @param className Java class of the codec, when the server has another implementation of the same
 *   layout, for example `org.apache.hadoop.hbase.io.compress.xerial.SnappyCodec`
 */
export function toCompression(name: CompressionName, className?: string): Compression {
  if (name === 'gzip') {
    return {
      className: className ?? 'org.apache.hadoop.io.compress.GzipCodec',
      compress: block => gzipAsync(block, { level: GZIP_LEVEL }),
      decompress: decompressGzip,
    }
  }
  return {
    className: className ?? 'org.apache.hadoop.io.compress.SnappyCodec',
    compress: compressSnappy,
    decompress: decompressSnappy,
  }
}

async function decompressGzip(packed: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await gunzipAsync(packed, { maxOutputLength: maxBytes })
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(maxBytes, cause)
    throw new SyntaxError('Cannot unpack a cell block: expected a gzip stream', { cause })
  }
}

async function compressSnappy(block: Buffer): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let start = 0; start < block.length; start += SNAPPY_BLOCK_BYTES) {
    const plain = block.subarray(start, start + SNAPPY_BLOCK_BYTES)
    const chunk = await snappyCompress(plain)
    const lengths = Buffer.alloc(2 * LENGTH_BYTES)
    lengths.writeInt32BE(plain.length, 0)
    lengths.writeInt32BE(chunk.length, LENGTH_BYTES)
    parts.push(lengths, chunk)
  }
  return Buffer.concat(parts)
}

async function decompressSnappy(packed: Buffer, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let total = 0
  let position = 0
  while (position < packed.length) {
    let missing = readLength(packed, position, maxBytes - total)
    position += LENGTH_BYTES
    total += missing
    while (missing > 0) {
      const length = readLength(packed, position, packed.length - position - LENGTH_BYTES)
      position += LENGTH_BYTES
      const plain = await uncompressChunk(packed.subarray(position, position + length), missing)
      position += length
      missing -= plain.length
      parts.push(plain)
    }
  }
  return Buffer.concat(parts)
}

/** The length at `position`; a plain length above its limit is a matter of size, not of syntax. */
function readLength(packed: Buffer, position: number, limit: number): number {
  if (position + LENGTH_BYTES > packed.length) throw notSnappy('a length')
  const length = packed.readInt32BE(position)
  if (length < 0 || length > limit) throw notSnappy(`a length of 0 to ${limit}, got ${length}`)
  return length
}

async function uncompressChunk(chunk: Buffer, limit: number): Promise<Buffer> {
  const length = new ProtoReader(chunk).varint()
  if (length === 0 || length > limit) throw notSnappy(`1 to ${limit} plain bytes in a chunk`)
  try {
    const plain = await snappyUncompress(chunk)
    return typeof plain === 'string' ? Buffer.from(plain) : plain
  } catch (cause) {
    throw new SyntaxError('Cannot unpack a cell block: expected raw snappy', { cause })
  }
}

function tooLarge(maxBytes: number, cause: Error): RangeError {
  return new RangeError(`Cannot unpack a cell block: expected at most ${maxBytes} bytes`, { cause })
}

function notSnappy(expected: string): SyntaxError {
  return new SyntaxError(`Cannot unpack a cell block: expected ${expected}`)
}
