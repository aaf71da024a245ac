/** What the operations of one client share: the parts they work with and the limits they keep. */
import type { Deadline } from './connection/clock.js'
import type { Servers } from './connection/servers.js'
import type { Registry } from './discovery/registry.js'
import type { PageTurns } from './reads/page-turns.js'
import type { Regions } from './regions/regions.js'
import { TimeoutFailure } from './retries/failures.js'
import type { RetryContext } from './retries/retry.js'

/** What all operations of a client share. */
export interface ClientContext {
  readonly registry: Registry
  readonly regions: Regions
  readonly servers: Servers
  readonly retry: RetryContext
  /** Most time one call may take before it is tried elsewhere. */
  readonly callTimeoutMs: number
  /** Bytes of cells after which a server answers a scan. */
  readonly pageBytes: number
  /** Which scans may read ahead. */
  readonly pageTurns: PageTurns
  /** Largest row, in bytes of its cells. */
  readonly maxRowBytes: number
}

/** How long an operation may take and what may end it before. */
export interface OperationOptions {
  /** Most time for the whole operation, retries included. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Time for the next call of an operation.
 *
 * @throws TimeoutFailure when there is none left
 */
export function timeForCall(context: ClientContext, deadline: Deadline): number {
  const remainingMs = deadline.atMs - context.retry.clock.nowMs()
  if (remainingMs <= 0) throw new TimeoutFailure('no time left for a call')
  return Math.min(context.callTimeoutMs, remainingMs)
}
