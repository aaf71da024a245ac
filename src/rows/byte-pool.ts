/**
 * Blocks of memory that are used again. A block that the system hands out for the first time costs
 * more than filling it, page by page, so what a long answer was read into and written to goes back
 * to the pool when it has been sent.
 */

/** Size of the blocks: fits into the caches of a core, and a few make a long answer. */
export const BLOCK_BYTES = 256 * 1024

/** Most free blocks that are kept: 32 MiB. */
const MAX_FREE_BLOCKS = 128

/** A pool of blocks. */
export class BytePool {
  readonly #free: Buffer[] = []
  /** The blocks that are out, by their memory; giving anything else is ignored. */
  readonly #out = new Map<ArrayBufferLike, Buffer>()

  /** A block of at least that size, with whatever content. */
  take(minBytes: number): Buffer {
    if (minBytes > BLOCK_BYTES) return Buffer.allocUnsafeSlow(minBytes)
    const block = this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
    this.#out.set(block.buffer, block)
    return block
  }

  /** Takes back the block that `part` lies in; nobody may read or write it from then on. */
  give(part: Uint8Array): void {
    const block = this.#out.get(part.buffer)
    if (block === undefined) return
    this.#out.delete(part.buffer)
    if (this.#free.length < MAX_FREE_BLOCKS) this.#free.push(block)
  }
}

/** Memory that the rows of one answer are read into, given back all at once. */
export class RowMemory {
  readonly #pool: BytePool
  #blocks: Buffer[] = []
  #used = 0

  constructor(pool: BytePool) {
    this.#pool = pool
  }

  /** A copy of the bytes, good until `release`. */
  copy(bytes: Uint8Array, length: number): Buffer {
    let block = this.#blocks[this.#blocks.length - 1]
    if (block === undefined || this.#used + length > block.length) {
      block = this.#pool.take(length)
      this.#blocks.push(block)
      this.#used = 0
    }
    const copy = block.subarray(this.#used, this.#used + length)
    copy.set(bytes.byteLength === length ? bytes : bytes.subarray(0, length))
    this.#used += length
    return copy
  }

  /** Gives the memory back; the rows must not be read any more. */
  release(): void {
    for (const block of this.#blocks) this.#pool.give(block)
    this.#blocks = []
    this.#used = 0
  }
}
