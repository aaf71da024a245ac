/** Trying again what may succeed later. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DatalakeError } from '../errors.js'

/** How often, and with what pauses. */
export interface RetryLimits {
  /** Most attempts, the first one included. */
  readonly attempts: number
  /** Pause before the second attempt; it doubles with each further one. */
  readonly retryDelayMs: number
}

/**
 * The result of the first attempt that succeeds.
 *
 * @param run gets the number of the attempt, 0 for the first
 * @throws what the last attempt threw, or the first one whose failure no retry can help, or the
 *   reason of the signal when it ends a pause
 */
export async function retry<T>(
  { attempts, retryDelayMs }: RetryLimits,
  run: (attempt: number) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run(attempt)
    } catch (error) {
      const isHopeless = !(error instanceof DatalakeError && error.isRetryable)
      if (isHopeless || attempt + 1 >= attempts) throw error
      await pause(retryDelayMs * 2 ** attempt, signal)
    }
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    // Its own error would hide the reason.
    signal?.throwIfAborted()
    throw error
  }
}
