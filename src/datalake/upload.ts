/** The bytes of a file on their way into a lake. */
import type { LakeContent } from './datalake.js'
import type { HttpLimits } from './http-exchange.js'
import { wrongSize } from './lake-errors.js'

/** Bytes per second below which a write is given up: 1 MiB. */
const LEAST_BYTES_PER_SEC = 2 ** 20

/** Longest time that a file of a size is given to be written. */
export function uploadTimeoutMs({ timeoutMs }: HttpLimits, size: number): number {
  return timeoutMs + Math.ceil(size / LEAST_BYTES_PER_SEC) * 1000
}

/**
 * One reading of a content, which fails when its size is not the one announced. `failure` keeps
 * what went wrong on our side apart from what went wrong on the way.
 */
export class Upload {
  readonly #service: string
  readonly #path: string
  readonly #content: LakeContent
  failure: unknown

  constructor(service: string, path: string, content: LakeContent) {
    this.#service = service
    this.#path = path
    this.#content = content
  }

  /** The bytes, exactly as many as announced. */
  async *bytes(): AsyncGenerator<Uint8Array> {
    const { size } = this.#content
    let left = size
    try {
      for await (const part of this.#content.read()) {
        left -= part.length
        if (left < 0) break
        yield part
      }
      if (left !== 0) throw wrongSize(this.#service, this.#path, size)
    } catch (error) {
      this.failure = error
      throw error
    }
  }
}
