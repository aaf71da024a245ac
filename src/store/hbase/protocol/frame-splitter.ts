/** Frames led in by their length as an int32, cut out of a byte stream: HBase and ZooKeeper alike. */

const LENGTH_BYTES = 4
/** A longer frame grows as it comes, so that a wrong length does not take memory for nothing. */
const TAKEN_AT_ONCE_BYTES = 4 * 1024 * 1024

/** Memory for so many bytes of a frame, with whatever content. */
export type TakeFrame = (bytes: number) => Buffer

/**
 * Cuts a byte stream into frames. Every byte is copied once, to where its frame will be read, so
 * that the memory of the chunks can be used again at once.
 */
export class FrameSplitter {
  readonly #maxFrameBytes: number
  readonly #take: TakeFrame
  readonly #length = Buffer.alloc(LENGTH_BYTES)
  #lengthBytes = 0
  /** The frame in reception, once its length is known. */
  #frame: Buffer | undefined
  #total = 0
  #received = 0

  /** @param take gives the memory of the frames */
  constructor(maxFrameBytes: number, take: TakeFrame = Buffer.allocUnsafe) {
    this.#maxFrameBytes = maxFrameBytes
    this.#take = take
  }

  /** True between two frames: the stream may end here without cutting one. */
  get isEmpty(): boolean {
    return this.#lengthBytes === 0
  }

  /**
   * Takes the next chunk and returns the frames it completes, without their lengths.
   *
   * @throws SyntaxError when a length is negative or above the limit
   */
  push(chunk: Uint8Array): Buffer[] {
    const frames: Buffer[] = []
    for (let at = 0; at < chunk.length; ) {
      at = this.#frame === undefined ? this.#pushLength(chunk, at) : this.#pushBody(chunk, at)
      const frame = this.#frame
      if (frame === undefined || this.#received < this.#total) continue
      frames.push(frame)
      this.#frame = undefined
      this.#lengthBytes = 0
    }
    return frames
  }

  #pushLength(chunk: Uint8Array, start: number): number {
    let at = start
    while (at < chunk.length && this.#lengthBytes < LENGTH_BYTES) {
      this.#length[this.#lengthBytes++] = chunk[at++]!
    }
    if (this.#lengthBytes === LENGTH_BYTES) this.#open(this.#length.readInt32BE(0))
    return at
  }

  #open(total: number): void {
    if (total < 0 || total > this.#maxFrameBytes) {
      throw new SyntaxError(
        `Cannot read a frame: expected a length of 0 to ${this.#maxFrameBytes}, got ${total}`,
      )
    }
    this.#total = total
    this.#received = 0
    this.#frame = this.#take(Math.min(total, TAKEN_AT_ONCE_BYTES))
  }

  #pushBody(chunk: Uint8Array, start: number): number {
    const end = Math.min(chunk.length, start + this.#total - this.#received)
    const part = start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end)
    this.#room(this.#received + part.length).set(part, this.#received)
    this.#received += part.length
    return end
  }

  /** The frame with room for so many bytes. */
  #room(bytes: number): Buffer {
    let frame = this.#frame!
    if (bytes <= frame.length) return frame
    const larger = this.#take(Math.min(this.#total, Math.max(bytes, frame.length * 2)))
    frame.copy(larger, 0, 0, this.#received)
    frame = larger
    this.#frame = frame
    return frame
  }
}
