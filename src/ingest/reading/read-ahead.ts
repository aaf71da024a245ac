/** Values that are asked for one ahead of their use, so that they are made while others are used. */

/** The values of a source, once. */
export class ReadAhead<T> implements AsyncIterable<T> {
  readonly #open: () => AsyncIterable<T>
  #source: AsyncIterator<T> | undefined
  #next: Promise<IteratorResult<T>> | undefined

  /** @param open is called when the first value is asked for */
  constructor(open: () => AsyncIterable<T>) {
    this.#open = open
  }

  /** Asks for the first value before anybody reads. */
  start(): void {
    this.#next ??= this.#ask()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      this.start()
      const next = await this.#next
      if (next === undefined || next.done) return
      this.#next = this.#ask()
      yield next.value
    }
  }

  /** Ends it: when the promise resolves, nothing is asked of the source any more. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#next])
    await this.#source?.return?.()
  }

  #ask(): Promise<IteratorResult<T>> {
    this.#source ??= this.#open()[Symbol.asyncIterator]()
    const next = this.#source.next()
    // A failure is met where the value is awaited, which may be long after it happened.
    next.catch(() => undefined)
    return next
  }
}
