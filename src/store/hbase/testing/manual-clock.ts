/** A clock that stands still until it is told to move, so that time-outs take no time. For tests. */
import type { Clock } from '../connection/clock.js'

interface Timer {
  readonly atMs: number
  readonly fire: () => void
}

/** See the head of the file. */
export class ManualClock implements Clock {
  #nowMs = 0
  readonly #timers = new Set<Timer>()
  #onTimer: (() => void) | undefined

  nowMs(): number {
    return this.#nowMs
  }

  /** Timers that have not fired. */
  get timerCount(): number {
    return this.#timers.size
  }

  after(delayMs: number, fire: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, fire }
    this.#timers.add(timer)
    this.#onTimer?.()
    return () => {
      this.#timers.delete(timer)
    }
  }

  /** Moves on by `ms` and fires what is due, in order of time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (let next = this.#earliest(); next && next.atMs <= endMs; next = this.#earliest()) {
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.fire()
    }
    this.#nowMs = endMs
  }

  /** Resolves when somebody sets a timer of exactly `delayMs`. */
  nextTimer(delayMs: number): Promise<void> {
    return new Promise(resolve => {
      const check = () => {
        const isSet = [...this.#timers].some(timer => timer.atMs === this.#nowMs + delayMs)
        if (!isSet) return
        this.#onTimer = undefined
        resolve()
      }
      this.#onTimer = check
      check()
    })
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined
    for (const timer of this.#timers) {
      if (earliest === undefined || timer.atMs < earliest.atMs) earliest = timer
    }
    return earliest
  }
}
