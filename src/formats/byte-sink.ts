/**
 * A growing run of bytes that encoders write to, with the few operations a cell loop needs. It
 * knows no format; hot loops may write to `bytes` themselves after `reserve`.
 */

import { BLOCK_BYTES, type BytePool } from '../rows/byte-pool.js'

/** Most bytes a sink holds between two calls of `take`: 1 GiB. */
export const MAX_SINK_BYTES = 2 ** 30

/** Copies shorter than this are cheaper byte by byte than by a call out of the engine. */
const SHORT_COPY_BYTES = 48

const NOTHING = Buffer.alloc(0)

/** Growing bytes: write, then `take` what was written, any number of times. */
export class ByteSink {
  /** What was written stands in `[0, length)`; replaced when it grows. */
  bytes: Buffer = NOTHING
  length = 0
  #nextCapacity: number
  readonly #pool: BytePool | undefined

  /**
   * @param capacity bytes to allocate at the first write
   * @param pool where memory comes from; who takes the bytes may give them back there
   */
  constructor(capacity = 16_384, pool?: BytePool) {
    this.#nextCapacity = capacity
    this.#pool = pool
  }

  /**
   * Makes room for `count` more bytes and gives the buffer to write them to, from `length` on.
   *
   * @throws RangeError when the sink would hold more than `MAX_SINK_BYTES`
   */
  reserve(count: number): Buffer {
    return this.length + count <= this.bytes.length ? this.bytes : this.#grow(this.length + count)
  }

  #grow(size: number): Buffer {
    if (size > MAX_SINK_BYTES) {
      throw new RangeError(`Cannot write ${size} bytes at once: at most ${MAX_SINK_BYTES}`)
    }
    const wanted = Math.max(size, this.#nextCapacity, this.bytes.length * 2)
    // What fits is a block; what does not doubles, so that long pieces are not copied at each write.
    const grown =
      this.#pool?.take(size > BLOCK_BYTES ? wanted : BLOCK_BYTES) ?? Buffer.allocUnsafe(wanted)
    this.bytes.copy(grown, 0, 0, this.length)
    if (this.bytes.length > 0) this.#pool?.give(this.bytes)
    this.bytes = grown
    return grown
  }

  /** Writes one byte. */
  byte(value: number): void {
    this.reserve(1)[this.length++] = value
  }

  /** Writes a text of code points below 256, one byte each. */
  ascii(text: string): void {
    const { length } = text
    const bytes = this.reserve(length)
    if (length < SHORT_COPY_BYTES) {
      for (let i = 0; i < length; i++) bytes[this.length + i] = text.charCodeAt(i)
    } else bytes.write(text, this.length, 'latin1')
    this.length += length
  }

  /** Writes any text as UTF-8. */
  text(text: string): void {
    const bytes = this.reserve(text.length * 3)
    this.length += bytes.write(text, this.length)
  }

  /** Writes `source[start, end)`. */
  copy(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start
    const bytes = this.reserve(size)
    let to = this.length
    if (size < SHORT_COPY_BYTES) for (let i = start; i < end; i++) bytes[to++] = source[i]!
    else bytes.set(source.subarray(start, end), to)
    this.length += size
  }

  /** Gives what was written, which the caller owns from then on, and begins anew. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length)
    // The next piece is probably as long as this one.
    this.#nextCapacity = Math.max(256, this.length)
    this.bytes = NOTHING
    this.length = 0
    return taken
  }
}
