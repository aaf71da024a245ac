/**
 * Memory for what servers answer, used again: blocks of a few sizes that go back when the cells in
 * them have been read. Memory that the system hands out for the first time costs more than filling
 * it, and much of it in flight makes the garbage collector run all the time.
 */

/** Pieces smaller than this are not worth keeping. */
const LEAST_BLOCK_BYTES = 4 * 1024
/** Larger ones are rare: a row as wide as no table has any. */
const MAX_BLOCK_BYTES = 4 * 1024 * 1024
/** Most bytes of free blocks that are kept. */
const MAX_FREE_BYTES = 16 * 1024 * 1024

/** The memory of the answers of one client. */
export class FrameMemory {
  /** Free blocks by size, a power of two. */
  readonly #free = new Map<number, ArrayBuffer[]>()
  /** Blocks that are out; what is never given back is left to the garbage collector. */
  readonly #out = new WeakSet<ArrayBufferLike>()
  #freeBytes = 0

  /** Bytes of the free blocks that are kept. */
  get freeBytes(): number {
    return this.#freeBytes
  }

  /** So many bytes, with whatever content, where numbers of any width may begin. */
  take(bytes: number): Buffer {
    if (bytes < LEAST_BLOCK_BYTES || bytes > MAX_BLOCK_BYTES) return Buffer.allocUnsafeSlow(bytes)
    const size = 2 ** Math.ceil(Math.log2(bytes))
    const kept = this.#free.get(size)?.pop()
    if (kept !== undefined) this.#freeBytes -= size
    const block = kept ?? (Buffer.allocUnsafeSlow(size).buffer as ArrayBuffer)
    this.#out.add(block)
    return Buffer.from(block, 0, bytes)
  }

  /**
   * Takes back the block that `part` lies in, if it is one from here: nobody may read or write it
   * from then on.
   */
  give(part: ArrayBufferView): void {
    const block = part.buffer
    const size = block.byteLength
    if (!this.#out.delete(block) || this.#freeBytes + size > MAX_FREE_BYTES) return
    const free = this.#free.get(size)
    if (free === undefined) this.#free.set(size, [block as ArrayBuffer])
    else free.push(block as ArrayBuffer)
    this.#freeBytes += size
  }
}
