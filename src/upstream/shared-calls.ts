/**
 * Calls in flight by what they ask: callers who want the same thing at the same time share one, and
 * it is ended when none of them waits for it any more.
 */

interface SharedCall<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  waiters: number
}

/** Calls that are under way. */
export class SharedCalls<T> {
  readonly #calls = new Map<string, SharedCall<T>>()

  /**
   * The result of the call that is under way for the key, or of the one that `start` begins. A
   * caller whose signal is aborted gets its reason and leaves the others waiting.
   */
  async join(
    key: string,
    start: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    signal.throwIfAborted()
    const call = this.#calls.get(key) ?? this.#begin(key, start)
    call.waiters++
    let leave = (): void => undefined
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => reject(signal.reason)
    })
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([call.result, left])
    } finally {
      signal.removeEventListener('abort', leave)
      call.waiters--
      if (call.waiters === 0) this.#end(key, call)
    }
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): SharedCall<T> {
    const controller = new AbortController()
    const call = { result: start(controller.signal), controller, waiters: 0 }
    this.#calls.set(key, call)
    return call
  }

  #end(key: string, call: SharedCall<T>): void {
    if (this.#calls.get(key) === call) this.#calls.delete(key)
    // Nobody is left to hear of a failure; for a finished call this changes nothing.
    call.result.catch(() => undefined)
    call.controller.abort()
  }
}
