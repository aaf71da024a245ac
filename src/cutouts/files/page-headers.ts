/** The headers of the pages of a column, read one after the other where there is no offset index. */
import type { CallOptions } from '../../datalake/datalake.js'
import { type ByteRange, type LakeReader, readRange } from './byte-ranges.js'
import { decodePageFacts, type PageFacts } from './parquet-page.js'

/** Column chunks up to this size are read whole. */
const WHOLE_CHUNK_BYTES = 2 ** 22
/** Bytes read at the begin of a page to get its header, and most that a header may have. */
const HEADER_BYTES = 2 ** 14
const MAX_HEADER_BYTES = 2 ** 20

/** Reads page headers of a column chunk; of a small one, the whole chunk at once. */
export class HeaderReader {
  readonly #lake: LakeReader
  readonly #path: string
  readonly #end: number
  readonly #isSmall: boolean
  readonly #options: CallOptions
  #window: Uint8Array = new Uint8Array(0)
  #windowStart = 0

  /** @param chunk all pages of the column in a row group */
  constructor(lake: LakeReader, path: string, chunk: ByteRange, options: CallOptions) {
    this.#lake = lake
    this.#path = path
    this.#end = chunk.offset + chunk.length
    this.#isSmall = chunk.length <= WHOLE_CHUNK_BYTES
    this.#options = options
  }

  /**
   * What the header of the page at `offset` tells.
   *
   * @throws Error when it is cut off or none
   * @throws DatalakeError, NotFoundError when it cannot be read
   */
  async read(offset: number): Promise<PageFacts> {
    const left = this.#end - offset
    const most = this.#isSmall ? left : Math.min(left, MAX_HEADER_BYTES)
    let wanted = this.#isSmall ? left : Math.min(left, HEADER_BYTES)
    for (; ; wanted = Math.min(most, wanted * 4)) {
      const bytes = await this.#bytes(offset, wanted)
      try {
        return decodePageFacts(bytes)
      } catch (error) {
        // The header may be cut off; with all there can be of it, it is broken.
        if (wanted === most) throw error
      }
    }
  }

  async #bytes(offset: number, length: number): Promise<Uint8Array> {
    const at = offset - this.#windowStart
    if (at < 0 || at + length > this.#window.length) {
      this.#window = await readRange(this.#lake, this.#path, { offset, length }, this.#options)
      this.#windowStart = offset
    }
    const start = offset - this.#windowStart
    return this.#window.subarray(start, start + length)
  }
}
