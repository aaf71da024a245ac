/**
 * Abort signals that are used again: making one costs more than reading a short light curve. What
 * still holds the signal of an exchange that is over works for nobody, so it may be ended with a
 * later one.
 */
import { getEventListeners } from 'node:events'

/** Most signals that are kept. */
const MAX_KEPT = 256

/** Controllers of signals that were not aborted. */
export class AbortSignals {
  readonly #kept: AbortController[] = []

  /** A controller whose signal is not aborted and that nobody listens to. */
  take(): AbortController {
    return this.#kept.pop() ?? new AbortController()
  }

  /** Takes back the controller of an exchange that is over. */
  give(controller: AbortController): void {
    const { signal } = controller
    if (signal.aborted || this.#kept.length >= MAX_KEPT) return
    if (getEventListeners(signal, 'abort').length === 0) this.#kept.push(controller)
  }
}
