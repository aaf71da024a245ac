/** A clock that moves only when a test says so. */
import type { Clock } from '../../src/upstream/clock.js'

/** A clock with a hand. */
export interface PlayClock extends Clock {
  /** Moves on and wakes whoever waits until then. */
  advance(durationMs: number): void
  /** Number of waits under way. */
  readonly waiting: number
}

interface Sleeper {
  readonly untilMs: number
  wake(): void
}

/** A clock at 0. */
export function openPlayClock(): PlayClock {
  let timeMs = 0
  const sleepers = new Set<Sleeper>()
  return {
    nowMs: () => timeMs,
    wait: (durationMs, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { untilMs: timeMs + durationMs, wake: resolve }
        sleepers.add(sleeper)
        const stop = (): void => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        }
        if (signal.aborted) stop()
        else signal.addEventListener('abort', stop, { once: true })
      }),
    advance(durationMs) {
      timeMs += durationMs
      for (const sleeper of [...sleepers].filter(({ untilMs }) => untilMs <= timeMs)) {
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
    get waiting() {
      return sleepers.size
    },
  }
}
