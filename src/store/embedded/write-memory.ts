/**
 * Memory for what is made while a group of rows is written. LMDB copies values at once, so the next
 * group takes the same memory.
 */

/** A light curve of some fifty points, or some small ones. */
const BLOCK_BYTES = 512 * 1024

/** Memory that is given back all at once. */
export class WriteMemory {
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  #used = 0

  /** Memory with whatever content, good until `release`. */
  readonly allocate = (bytes: number): Buffer => {
    // A block that is left behind lives as long as what was made in it.
    if (this.#used + bytes > this.#block.length) {
      if (bytes > BLOCK_BYTES) return Buffer.allocUnsafeSlow(bytes)
      this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
      this.#used = 0
    }
    const part = this.#block.subarray(this.#used, this.#used + bytes)
    this.#used += bytes
    return part
  }

  /** Gives the memory back; what was made in it must not be read any more. */
  release(): void {
    this.#used = 0
  }
}
