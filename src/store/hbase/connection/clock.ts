/**
 * Time as the client sees it: a clock that tests can replace, deadlines that operations hand down
 * to every wait below them, and a sleep that ends early.
 */
import { setMaxListeners } from 'node:events'
import { performance } from 'node:perf_hooks'

/** A monotonic clock with timers. */
export interface Clock {
  nowMs(): number
  /** Calls `fire` once after `delayMs`, unless the returned function is called before. */
  after(delayMs: number, fire: () => void): () => void
}

/** The clock of the process. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, fire) {
    const timer = setTimeout(fire, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Until when an operation may go on, and the signal that may end it before. */
export interface Deadline {
  /** Time of the clock, in ms. */
  readonly atMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Calls `listen` when the signal is aborted, unless the returned function is called before. Many
 * waits may share a signal, which is why its limit of listeners is lifted.
 */
export function onAbort(signal: AbortSignal | undefined, listen: () => void): () => void {
  if (signal === undefined) return () => undefined
  setMaxListeners(0, signal)
  signal.addEventListener('abort', listen, { once: true })
  return () => signal.removeEventListener('abort', listen)
}

/** Waits `delayMs`; rejects with the reason of `signal` as soon as that is aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const cancel = clock.after(delayMs, () => {
      forget()
      resolve()
    })
    const forget = onAbort(signal, () => {
      cancel()
      reject(signal?.reason)
    })
  })
}

/**
 * Waits for work that others wait for as well: the work goes on when this wait ends early.
 *
 * @throws the reason of the signal, or what `onLate` makes when the deadline passes
 */
export function waitShared<T>(
  clock: Clock,
  work: Promise<T>,
  until: { readonly deadline: Deadline; readonly onLate: () => Error },
): Promise<T> {
  const { deadline, onLate } = until
  const signal = deadline.signal
  return new Promise((resolve, reject) => {
    const settle = (report: () => void) => {
      cancel()
      forget()
      report()
    }
    const abort = () => settle(() => reject(signal?.reason))
    const forget = onAbort(signal, abort)
    const cancel = clock.after(Math.max(0, deadline.atMs - clock.nowMs()), () =>
      settle(() => reject(onLate())),
    )
    work.then(
      value => settle(() => resolve(value)),
      (failure: unknown) => settle(() => reject(failure)),
    )
    if (signal?.aborted) abort()
  })
}
