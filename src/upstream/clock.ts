/** Time as remote calls see it: a reading and a way to wait, so that tests can play both. */
import { setTimeout as sleep } from 'node:timers/promises'

/** A clock. */
export interface Clock {
  /** Milliseconds that only ever grow; their origin means nothing. */
  nowMs(): number
  /** Resolves after that long; rejects when the signal is aborted before. */
  wait(durationMs: number, signal: AbortSignal): Promise<void>
}

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wait: (durationMs, signal) => sleep(durationMs, undefined, { signal, ref: false }),
}
