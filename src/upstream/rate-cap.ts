/**
 * A cap on the rate of calls: some at once, after that one every so often (the generic cell rate
 * algorithm of ITU-T I.371).
 */
import type { Clock } from './clock.js'

/** How many calls are allowed. */
export interface RateLimits {
  readonly callsPerSecond: number
  /** Calls that may follow each other at once after a pause. */
  readonly burst: number
  /** Longest time that a call waits for its turn. */
  readonly maxWaitMs: number
}

/** The turns of one service. */
export class RateCap {
  readonly #limits: RateLimits
  readonly #clock: Clock
  /** When the calls booked so far would end if each lasted its share of a second. */
  #bookedUntilMs = Number.NEGATIVE_INFINITY

  constructor(limits: RateLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Books a turn: milliseconds until it comes, undefined when that is too long (and not booked). */
  book(): number | undefined {
    const { callsPerSecond, burst, maxWaitMs } = this.#limits
    const shareMs = 1000 / callsPerSecond
    const nowMs = this.#clock.nowMs()
    const startMs = Math.max(this.#bookedUntilMs, nowMs)
    const waitMs = Math.max(0, startMs - (burst - 1) * shareMs - nowMs)
    if (waitMs > maxWaitMs) return undefined
    this.#bookedUntilMs = startMs + shareMs
    return waitMs
  }
}
