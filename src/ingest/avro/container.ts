/**
 * Avro object container files (Avro 1.11, "Object Container Files"): header and blocks, read one
 * block at a time. It does not know what the records are.
 *
 *     'Obj' 1 | metadata map | 16 bytes of sync | { count | size | data | sync }*
 */

import { decompressAvroBlock } from '../../datalake/parquet/compression.js'
import { type ByteSource, readAhead } from '../byte-source.js'
import { AlertFileError, toAlertFileError } from '../errors.js'

/** Most bytes of a block before decompression: 256 MiB. */
const MAX_BLOCK_BYTES = 2 ** 28
/** Most bytes of the header, schema included: 16 MiB. */
const MAX_HEADER_BYTES = 2 ** 24
const FIRST_READ_BYTES = 2 ** 17
const SYNC_BYTES = 16
/** Two variable-length integers of at most ten bytes. */
const BLOCK_HEAD_BYTES = 20

/** An open container file. */
export interface AvroContainer {
  /** The schema as the JSON text in the file. */
  readonly schema: string
  /** Records in the file, by its block heads. */
  readonly length: number
  /** Blocks in order; `skip` leaves out those that hold nothing but the first records. */
  blocks(skip?: number): AsyncIterable<AvroBlock>
}

/** A decompressed block. */
export interface AvroBlock {
  /** Position of its first record in the file. */
  readonly first: number
  readonly count: number
  readonly data: Buffer
}

/**
 * Opens a container file and looks at every block head and end mark.
 *
 * @throws AlertFileError when the file is cut off or its blocks do not fit together
 */
export async function openAvroContainer(file: ByteSource): Promise<AvroContainer> {
  const source = readAhead(file)
  const header = await readHeader(source)
  let length = 0
  for await (const { count } of blockHeads(source, header)) length += count
  return {
    schema: header.schema,
    length,
    async *blocks(skip = 0) {
      let first = 0
      for await (const head of blockHeads(source, header)) {
        if (first + head.count > skip) yield { first, ...(await readBlock(source, header, head)) }
        first += head.count
      }
    },
  }
}

interface Header {
  readonly schema: string
  readonly codec: string
  readonly sync: Buffer
  readonly end: number
}

interface BlockHead {
  readonly count: number
  readonly start: number
  readonly size: number
}

async function readHeader(source: ByteSource): Promise<Header> {
  for (let size = FIRST_READ_BYTES; ; size *= 4) {
    const bytes = await source.read(0, Math.min(size, source.size))
    try {
      return decodeHeader(bytes)
    } catch (cause) {
      const isWhole = size >= source.size || size >= MAX_HEADER_BYTES
      if (isWhole) throw toAlertFileError(source.path, 'its Avro header cannot be read', cause)
    }
  }
}

function decodeHeader(bytes: Buffer): Header {
  const reader = new VarintReader(bytes, 4)
  const metadata = new Map<string, string>()
  for (let count = reader.long(); count !== 0; count = reader.long()) {
    if (count < 0) reader.long()
    for (let i = Math.abs(count); i > 0; i--) {
      const key = reader.bytes().toString()
      metadata.set(key, reader.bytes().toString())
    }
  }
  const schema = metadata.get('avro.schema')
  if (schema === undefined) throw new SyntaxError('it names no schema')
  const sync = reader.take(SYNC_BYTES)
  return { schema, codec: metadata.get('avro.codec') ?? 'null', sync, end: reader.at }
}

/** Walks over the file from end mark to block head without reading the blocks. */
async function* blockHeads(source: ByteSource, { sync, end }: Header): AsyncGenerator<BlockHead> {
  let at = end
  let mark: Buffer = sync
  while (true) {
    if (!mark.equals(sync)) {
      throw new AlertFileError(source.path, `the block that ends at byte ${at} has no end mark`)
    }
    if (at >= source.size) return
    const head = decodeHead(source, at, await readUpTo(source, at, at + BLOCK_HEAD_BYTES))
    yield head
    at = head.start + head.size + SYNC_BYTES
    mark = await readUpTo(source, at - SYNC_BYTES, at)
  }
}

function readUpTo(source: ByteSource, start: number, end: number): Promise<Buffer> {
  return source.read(Math.min(start, source.size), Math.min(end, source.size))
}

function decodeHead(source: ByteSource, at: number, bytes: Buffer): BlockHead {
  const reader = new VarintReader(bytes, 0)
  try {
    const count = reader.long()
    const size = reader.long()
    const start = at + reader.at
    if (count < 0 || size < 0 || size > MAX_BLOCK_BYTES || start + size > source.size) {
      throw new RangeError(`it claims ${count} records in ${size} bytes`)
    }
    return { count, start, size }
  } catch (cause) {
    throw toAlertFileError(source.path, `the block at byte ${at} cannot be read`, cause)
  }
}

async function readBlock(source: ByteSource, { codec }: Header, head: BlockHead) {
  const block = await source.read(head.start, head.start + head.size)
  try {
    return { count: head.count, data: decompressAvroBlock(codec, block) }
  } catch (cause) {
    throw toAlertFileError(source.path, `the block at byte ${head.start} cannot be read`, cause)
  }
}

/** Reads zigzag variable-length integers and the byte strings they announce. */
class VarintReader {
  constructor(
    private readonly data: Buffer,
    public at: number,
  ) {}

  long(): number {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number((value >> 1n) ^ -(value & 1n))
    }
    throw new SyntaxError('an integer is longer than ten bytes')
  }

  bytes(): Buffer {
    return this.take(this.long())
  }

  take(count: number): Buffer {
    if (!(count >= 0 && this.at + count <= this.data.length)) throw new RangeError('it ends early')
    this.at += count
    return this.data.subarray(this.at - count, this.at)
  }
}
