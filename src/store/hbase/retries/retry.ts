/**
 * The one retry loop: an operation is tried until it succeeds, cannot succeed, is aborted or has
 * used up its time. Pauses double up to a limit and are blurred so that many clients that failed
 * together do not come back together.
 */
import { type Clock, type Deadline, sleep } from '../connection/clock.js'
import { type Reaction, reactionTo } from './reaction.js'

/** How long to pause between attempts. */
export interface RetryPolicy {
  /** Pause before the second retry; the first one after a move is immediate. */
  readonly pauseMs: number
  readonly maxPauseMs: number
}

/** What the loop runs on. */
export interface RetryContext {
  readonly clock: Clock
  readonly policy: RetryPolicy
  /** Evenly distributed in [0, 1). */
  readonly random: () => number
  /** Told of each failure that is tried again, for logs and counters. */
  readonly onRetry?: ((failure: unknown, reaction: Reaction) => void) | undefined
}

/** Pause before retry number `retry` (from 0), blurred to between half and all of it. */
export function pauseBeforeRetry(context: RetryContext, retry: number): number {
  const { policy, random } = context
  const pauseMs = Math.min(policy.maxPauseMs, policy.pauseMs * 2 ** Math.min(retry, 30))
  return pauseMs * (0.5 + random() / 2)
}

/** True when the cause is probably gone already: a stale location or a lost scanner. */
function isStaleKnowledge(reaction: Reaction): boolean {
  return reaction === 'relocate' || reaction === 'reopen'
}

/**
 * Runs `operation` until it succeeds.
 *
 * @param onFailure acts on a failure before the next attempt: forgets a location, a server
 * @throws the last failure of the operation as it is, or the reason of the aborted signal
 */
export async function retry<T>(
  context: RetryContext,
  deadline: Deadline,
  work: {
    readonly operation: () => Promise<T>
    readonly onFailure: (failure: unknown, reaction: Reaction) => void
  },
): Promise<T> {
  let last: unknown
  for (let attempt = 0; ; attempt++) {
    deadline.signal?.throwIfAborted()
    if (attempt > 0 && context.clock.nowMs() >= deadline.atMs) throw last
    try {
      return await work.operation()
    } catch (failure) {
      deadline.signal?.throwIfAborted()
      last = failure
      const reaction = reactionTo(failure)
      work.onFailure(failure, reaction)
      if (reaction === 'give up') throw failure
      const isImmediate = attempt === 0 && isStaleKnowledge(reaction)
      const pauseMs = isImmediate ? 0 : pauseBeforeRetry(context, attempt)
      if (context.clock.nowMs() + pauseMs >= deadline.atMs) throw failure
      context.onRetry?.(failure, reaction)
      if (pauseMs > 0) await sleep(context.clock, pauseMs, deadline.signal)
    }
  }
}
