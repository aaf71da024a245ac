/**
 * Turns to read ahead: the scans of a client share a number of pages that may be under way, and
 * scans that began earlier go first. So many long scans at once end one after the other instead of
 * all at the end, each with all of its rows in memory. The first page of a scan needs no turn.
 */
import { type Clock, onAbort } from '../connection/clock.js'
import { OverloadFailure, TimeoutFailure } from '../retries/failures.js'

/** Limits of the turns. */
export interface PageTurnsOptions {
  readonly clock: Clock
  /** Most pages under way at a time. */
  readonly maxPages: number
  /** Most scans that wait. */
  readonly maxWaiting: number
  /** Longest wait of a scan. */
  readonly maxWaitMs: number
}

/** A turn of a scan, had or waited for. */
export interface PageTurn {
  /**
   * Resolves when the page may be read. Rejects with the reason of the signal, TimeoutFailure or
   * OverloadFailure; never settles when the turn is left before.
   */
  readonly granted: Promise<void>
  /** Ends the turn or the wait for it; harmless when done again. */
  leave(): void
}

interface Waiter {
  readonly order: number
  readonly grant: () => void
}

const AT_ONCE = Promise.resolve()

/** See the head of the file. */
export class PageTurns {
  readonly #options: PageTurnsOptions
  /** Those that wait, the earliest last. */
  readonly #waiting: Waiter[] = []
  #busy = 0
  #scans = 0

  constructor(options: PageTurnsOptions) {
    this.#options = options
  }

  /** Rank of a scan that begins now; those that began earlier have lower ones. */
  nextOrder(): number {
    return this.#scans++
  }

  /** A turn for the scan of that rank, now or as soon as possible. */
  take(order: number, signal: AbortSignal | undefined): PageTurn {
    const { maxPages, maxWaiting } = this.#options
    if (this.#busy < maxPages) return { granted: AT_ONCE, leave: this.#occupy() }
    if (this.#waiting.length >= maxWaiting) {
      const refusal = new OverloadFailure(`${maxWaiting} scans wait to read on already`)
      return { granted: Promise.reject(refusal), leave: () => undefined }
    }
    return this.#wait(order, signal)
  }

  /** Begins a turn; returns what ends it. */
  #occupy(): () => void {
    let isOver = false
    this.#busy++
    return () => {
      if (isOver) return
      isOver = true
      this.#busy--
      this.#waiting.pop()?.grant()
    }
  }

  #wait(order: number, signal: AbortSignal | undefined): PageTurn {
    const { clock, maxWaitMs } = this.#options
    let leave = (): void => undefined
    const granted = new Promise<void>((resolve, reject) => {
      const endWait = (): void => {
        cancel()
        forget()
      }
      const giveUp = (reason: unknown): void => {
        leave()
        reject(reason)
      }
      const waiter: Waiter = {
        order,
        grant: () => {
          endWait()
          leave = this.#occupy()
          resolve()
        },
      }
      leave = () => {
        endWait()
        this.#forget(waiter)
      }
      const cancel = clock.after(maxWaitMs, () =>
        giveUp(new TimeoutFailure(`earlier scans took more than ${maxWaitMs} ms`)),
      )
      const forget = onAbort(signal, () => giveUp(signal?.reason))
      this.#insert(waiter)
    })
    return { granted, leave: () => leave() }
  }

  #insert(waiter: Waiter): void {
    let at = this.#waiting.length
    while (at > 0 && this.#waiting[at - 1]!.order < waiter.order) at--
    this.#waiting.splice(at, 0, waiter)
  }

  #forget(waiter: Waiter): void {
    const at = this.#waiting.indexOf(waiter)
    if (at >= 0) this.#waiting.splice(at, 1)
  }
}
