/**
 * A circuit breaker: after several failures in a row nothing is sent for a while, then a single
 * call tries whether the service is back.
 */
import type { Clock } from './clock.js'

/** When a breaker opens, and for how long. */
export interface BreakerLimits {
  /** Failures in a row that open it. */
  readonly failuresToOpen: number
  readonly openMs: number
}

/** What a breaker does with the next call. */
export type BreakerState = 'closed' | 'open' | 'trying'

/** The state of one service. Each admitted call must end in exactly one of the three reports. */
export class CircuitBreaker {
  readonly #limits: BreakerLimits
  readonly #clock: Clock
  #failures = 0
  #openUntilMs = 0
  #isTrying = false

  constructor(limits: BreakerLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** `closed` lets calls through, `open` none, `trying` the one that finds out. */
  get state(): BreakerState {
    if (this.#failures < this.#limits.failuresToOpen) return 'closed'
    if (this.#isTrying) return 'trying'
    return this.#openUntilMs > this.#clock.nowMs() ? 'open' : 'trying'
  }

  /** Lets a call through and gives 0, or gives the milliseconds after which to ask again. */
  admit(): number {
    if (this.#failures < this.#limits.failuresToOpen) return 0
    const leftMs = this.#openUntilMs - this.#clock.nowMs()
    if (leftMs > 0) return leftMs
    // Others wait for what the one on trial finds out.
    if (this.#isTrying) return this.#limits.openMs
    this.#isTrying = true
    return 0
  }

  /** The service answered. */
  succeeded(): void {
    this.#failures = 0
    this.#isTrying = false
  }

  /** The service did not answer, or said that it cannot. */
  failed(): void {
    this.#failures++
    this.#isTrying = false
    this.#openUntilMs = this.#clock.nowMs() + this.#limits.openMs
  }

  /** The call ended without telling anything about the service. */
  withdrawn(): void {
    this.#isTrying = false
  }
}
