/** Frames led in by their length as an int32, cut out of a byte stream: HBase and ZooKeeper alike. */

const LENGTH_BYTES = 4

/**
 * Cuts a byte stream into frames. A frame inside one chunk is a view into it; a longer one is
 * joined once. Holds no more than was received.
 */
export class FrameSplitter {
  readonly #maxFrameBytes: number
  #chunks: Buffer[] = []
  #held = 0

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes
  }

  /** True between two frames: the stream may end here without cutting one. */
  get isEmpty(): boolean {
    return this.#held === 0
  }

  /**
   * Takes the next chunk and returns the frames it completes, without their lengths.
   *
   * @throws SyntaxError when a length is negative or above the limit
   */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk)
    this.#held += chunk.length
    const frames: Buffer[] = []
    let total = this.#nextTotal()
    while (total !== undefined && this.#held >= LENGTH_BYTES + total) {
      const joined = this.#join()
      const end = LENGTH_BYTES + total
      frames.push(joined.subarray(LENGTH_BYTES, end))
      this.#hold(joined.subarray(end))
      total = this.#nextTotal()
    }
    return frames
  }

  /** Length of the frame in reception, when its four bytes are there. */
  #nextTotal(): number | undefined {
    if (this.#held < LENGTH_BYTES) return undefined
    if (this.#chunks[0]!.length < LENGTH_BYTES) this.#hold(this.#join())
    const total = this.#chunks[0]!.readInt32BE(0)
    if (total < 0 || total > this.#maxFrameBytes) {
      throw new SyntaxError(
        `Cannot read a frame: expected a length of 0 to ${this.#maxFrameBytes}, got ${total}`,
      )
    }
    return total
  }

  #join(): Buffer {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#held)
  }

  #hold(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#held = rest.length
  }
}
