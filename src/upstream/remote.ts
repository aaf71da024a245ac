/**
 * A remote service as the rest of this folder asks it: one call per question however many ask it at
 * the same time, answers kept and given again (also old ones while the service fails), no more
 * calls than the service should bear, and none while it is down. Every failure is a `ResolverError`.
 */
import { LRUCache } from 'lru-cache'
import { ResolverError } from '../errors.js'
import { type BreakerLimits, type BreakerState, CircuitBreaker } from './circuit-breaker.js'
import { type Clock, systemClock } from './clock.js'
import { exchange, type Fetch, type RemoteReply, type RemoteRequest } from './exchange.js'
import { RateCap, type RateLimits } from './rate-cap.js'
import { SharedCalls } from './shared-calls.js'

/** Limits of the talk with a service. */
export interface RemoteLimits extends BreakerLimits, RateLimits {
  /** Longest time of one call, from sending it to the last byte of the answer. */
  readonly timeoutMs: number
  /** Most bytes of one answer. */
  readonly maxBytes: number
  /** How long an answer is given again without asking. */
  readonly freshMs: number
  /** How long it is given again when asking fails. */
  readonly staleMs: number
  /** Most bytes of all answers kept. */
  readonly cacheBytes: number
}

const MIB = 1024 * 1024
const HOUR_MS = 3_600_000

/** Limits unless a service says otherwise. */
export const DEFAULT_LIMITS: RemoteLimits = {
  timeoutMs: 30_000,
  maxBytes: 4 * MIB,
  freshMs: 24 * HOUR_MS,
  staleMs: 30 * 24 * HOUR_MS,
  cacheBytes: 16 * MIB,
  failuresToOpen: 5,
  openMs: 30_000,
  callsPerSecond: 5,
  burst: 20,
  maxWaitMs: 10_000,
}

/** What all services are opened with. */
export interface RemoteTools {
  /** That of the platform when absent. */
  readonly fetch?: Fetch
  readonly clock?: Clock
  /** In place of those of the service. */
  readonly limits?: Partial<RemoteLimits>
  /** Sends calls in place of this file, by `send`, to see how they go. */
  readonly watchCall?: WatchCall
  /** Told for each service how its health can be read from then on. */
  readonly onOpen?: (readHealth: () => RemoteHealth) => void
}

/** A call on its way to a service. */
export interface SentCall {
  readonly service: string
  readonly request: RemoteRequest
}

/** Gives what `send` gives, and throws what it throws. */
export type WatchCall = (call: SentCall, send: () => Promise<RemoteReply>) => Promise<RemoteReply>

const sendUnwatched: WatchCall = (_call, send) => send()

/** How a service is doing, with sums since it was opened. */
export interface RemoteHealth {
  readonly name: string
  /** That of the circuit breaker; `unset` for a service without an address. */
  readonly state: BreakerState | 'unset'
  readonly calls: number
  /** Calls that found the service unreachable, too late or out of order. */
  readonly failures: number
  /** Questions answered from what was kept. */
  readonly kept: number
}

/** What a service says about itself. */
export interface RemoteService {
  /** Public name, for errors. */
  readonly name: string
  /** Where it is; undefined when it is not to be asked, so that every call fails. */
  readonly address: string | undefined
  /** Limits that are not the usual ones. */
  readonly limits?: Partial<RemoteLimits>
}

/** A question with the way to read its answer. */
export interface RemoteCall<T> {
  /** Tells questions apart: equal keys mean equal answers. */
  readonly key: string
  /** Makes the request from the address of the service, which has no slash at its end. */
  request(address: string): RemoteRequest
  /** Statuses that `decode` understands beside 200. */
  readonly statuses?: readonly number[]
  /** Reads the answer; throws SyntaxError, RangeError or TypeError when it is nonsense. */
  decode(reply: RemoteReply): T
}

/** An open service. */
export interface Remote<T> {
  /**
   * Asks, or gives what is kept.
   *
   * @throws ResolverError naming the service
   * @throws the reason of the signal when that ends the call
   */
  ask(call: RemoteCall<T>, signal: AbortSignal): Promise<T>
}

/** Opens a service. Nothing is sent before the first question. */
export function openRemote<T>(service: RemoteService, tools: RemoteTools = {}): Remote<T> {
  return new CachedRemote<T>(service, tools)
}

interface Kept<T> {
  readonly value: T
  readonly bytes: number
  readonly atMs: number
}

class CachedRemote<T> implements Remote<T> {
  readonly #service: RemoteService
  readonly #limits: RemoteLimits
  readonly #clock: Clock
  readonly #fetch: Fetch
  readonly #breaker: CircuitBreaker
  readonly #rate: RateCap
  readonly #watchCall: WatchCall
  readonly #calls = new SharedCalls<T>()
  readonly #kept: LRUCache<string, Kept<T>>
  #callCount = 0
  #failureCount = 0
  #keptCount = 0

  constructor(service: RemoteService, tools: RemoteTools) {
    const { fetch, clock = systemClock, limits, onOpen } = tools
    this.#service = service
    this.#limits = { ...DEFAULT_LIMITS, ...service.limits, ...limits }
    this.#clock = clock
    this.#watchCall = tools.watchCall ?? sendUnwatched
    this.#fetch = fetch ?? ((url, init) => globalThis.fetch(url, init))
    this.#breaker = new CircuitBreaker(this.#limits, clock)
    this.#rate = new RateCap(this.#limits, clock)
    this.#kept = new LRUCache({
      maxSize: this.#limits.cacheBytes,
      sizeCalculation: ({ bytes }) => Math.max(1, bytes),
    })
    onOpen?.(() => this.#health())
  }

  #health(): RemoteHealth {
    const { name, address } = this.#service
    return {
      name,
      state: address === undefined ? 'unset' : this.#breaker.state,
      calls: this.#callCount,
      failures: this.#failureCount,
      kept: this.#keptCount,
    }
  }

  #give({ value }: Kept<T>): T {
    this.#keptCount++
    return value
  }

  async ask(call: RemoteCall<T>, signal: AbortSignal): Promise<T> {
    const kept = this.#kept.get(call.key)
    const ageMs = kept === undefined ? Number.POSITIVE_INFINITY : this.#clock.nowMs() - kept.atMs
    if (kept !== undefined && ageMs <= this.#limits.freshMs) return this.#give(kept)
    try {
      return await this.#calls.join(call.key, shared => this.#call(call, shared), signal)
    } catch (error) {
      const isFailure = error instanceof ResolverError
      if (kept !== undefined && isFailure && ageMs <= this.#limits.staleMs) return this.#give(kept)
      throw error
    }
  }

  async #call(call: RemoteCall<T>, signal: AbortSignal): Promise<T> {
    const { name, address } = this.#service
    if (address === undefined) throw this.#unavailable(`${name} is not set up on this server`)
    await this.#awaitTurn(signal)
    const reply = await this.#send(call.request(address), signal)
    const value = decodeReply(name, call, reply)
    this.#kept.set(call.key, { value, bytes: reply.body.length, atMs: this.#clock.nowMs() })
    return value
  }

  async #awaitTurn(signal: AbortSignal): Promise<void> {
    const waitMs = this.#rate.book()
    if (waitMs === undefined) {
      throw this.#unavailable(`Too many calls of ${this.#service.name}`, this.#limits.maxWaitMs)
    }
    if (waitMs > 0) await this.#clock.wait(waitMs, signal)
  }

  async #send(request: RemoteRequest, signal: AbortSignal): Promise<RemoteReply> {
    const { name } = this.#service
    const blockedMs = this.#breaker.admit()
    if (blockedMs > 0) throw this.#unavailable(`${name} failed repeatedly`, blockedMs)
    const { timeoutMs, maxBytes } = this.#limits
    const options = { service: name, fetch: this.#fetch, clock: this.#clock, timeoutMs, maxBytes }
    this.#callCount++
    try {
      const send = () => exchange(options, request, signal)
      const reply = await this.#watchCall({ service: name, request }, send)
      if (isServerFault(reply.status)) {
        throw this.#unavailable(`${name} answers with status ${reply.status}`)
      }
      this.#breaker.succeeded()
      return reply
    } catch (error) {
      if (error instanceof ResolverError && error.isRetryable) {
        this.#failureCount++
        this.#breaker.failed()
      } else this.#breaker.withdrawn()
      throw error
    }
  }

  #unavailable(text: string, retryAfterMs?: number): ResolverError {
    return new ResolverError(this.#service.name, text, {
      failure: 'unavailable',
      ...(retryAfterMs !== undefined && { retryAfterSec: retryAfterMs / 1000 }),
    })
  }
}

function isServerFault(status: number): boolean {
  return status >= 500 || status === 429
}

function decodeReply<T>(name: string, call: RemoteCall<T>, reply: RemoteReply): T {
  if (reply.status !== 200 && !(call.statuses ?? []).includes(reply.status)) {
    throw new ResolverError(name, `${name} answers with status ${reply.status}`)
  }
  try {
    return call.decode(reply)
  } catch (cause) {
    const isNonsense =
      cause instanceof SyntaxError || cause instanceof RangeError || cause instanceof TypeError
    if (!isNonsense) throw cause
    throw new ResolverError(name, `${name} sends an answer that makes no sense: ${cause.message}`, {
      cause,
    })
  }
}
