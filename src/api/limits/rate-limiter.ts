/**
 * Counts what each client asks, in requests and in rows, over windows of fixed length that begin
 * for all clients at once. Rows are known only when an answer is over, so one answer may exceed the
 * limit; the excess counts against the next window.
 */

/** What a client may ask in one window; `Infinity` is no limit. */
export interface RateLimit {
  /** Requests; with 0 nothing is admitted. */
  readonly requests: number
  /** Rows of all answers together. */
  readonly rows: number
}

/** What a client has asked in the present window. */
export interface Usage {
  requests: number
  rows: number
}

/** Clients counted at the same time; beyond that the ones seen first are forgotten. */
const MAX_CLIENTS = 100_000

/** The counts of all clients of one process. */
export class RateLimiter {
  readonly #windowMs: number
  readonly #maxClients: number
  #window = 0
  #current = new Map<string, Usage>()
  #previous = new Map<string, Usage>()

  constructor(windowMs: number, maxClients = MAX_CLIENTS) {
    this.#windowMs = windowMs
    this.#maxClients = maxClients
  }

  /** Counts of a client at a time, which must not run backwards. */
  usage(client: string, limit: RateLimit, nowMs: number): Usage {
    const window = Math.floor(nowMs / this.#windowMs)
    if (window !== this.#window) this.#turnTo(window)
    const known = this.#current.get(client)
    if (known !== undefined) return known
    const before = this.#previous.get(client)
    const usage = { requests: 0, rows: Math.max(0, (before?.rows ?? 0) - limit.rows) }
    if (this.#current.size >= this.#maxClients) {
      for (const [first] of this.#current) {
        this.#current.delete(first)
        break
      }
    }
    this.#current.set(client, usage)
    return usage
  }

  /** Milliseconds until the next window begins. */
  resetMs(nowMs: number): number {
    return this.#windowMs - (nowMs % this.#windowMs)
  }

  /** Milliseconds until the client is within its limit again, 0 when it is. */
  waitMs(usage: Usage, limit: RateLimit, nowMs: number): number {
    if (usage.requests < limit.requests && usage.rows < limit.rows) return 0
    const excess = limit.rows > 0 ? Math.floor(usage.rows / limit.rows) - 1 : 0
    return this.resetMs(nowMs) + Math.max(0, excess) * this.#windowMs
  }

  #turnTo(window: number): void {
    this.#previous = window === this.#window + 1 ? this.#current : new Map()
    this.#current = new Map()
    this.#window = window
  }
}
