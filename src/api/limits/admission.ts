/**
 * Whether a request is answered now: who sends it, whether that client is within its limits, and
 * whether there is room for more work. Told on every answer in the headers `X-RateLimit-*`; `Reset`
 * is in seconds from now.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { RateLimitError, UnauthorizedError } from '../../errors.js'
import { sendError } from '../answers/error-answer.js'
import type { Exchange } from '../exchange/exchange.js'
import { OverloadError } from '../http-errors.js'
import { bearerToken, LOCAL_CLIENT, toClientName } from './client-name.js'
import { type RateLimit, RateLimiter, type Usage } from './rate-limiter.js'
import { WorkQueue } from './work-queue.js'

/** What is known about clients beside their addresses. May change at any time. */
export interface ClientBook {
  /** A limit set for this client, or for the groups `anonymous` and `token`. */
  limitOf(client: string): RateLimit | undefined
  /** Name under which a token is counted; undefined when it is not valid. */
  clientOf(token: string): string | undefined | Promise<string | undefined>
}

/** Limits of clients and of the work of the process. */
export interface AdmissionOptions {
  readonly windowSec: number
  /** For each address that sends no token. */
  readonly anonymous: RateLimit
  /** For each token. */
  readonly token: RateLimit
  /** Number of proxies in front. */
  readonly trustedProxies: number
  /** Most requests that are being answered or wait. */
  readonly maxInFlight: number
  readonly clients?: ClientBook
}

/** Names of the groups whose limits can be set like those of a client. */
export const CLIENT_GROUPS = { anonymous: 'anonymous', token: 'token' } as const

/** Told to the machine itself, which is not limited unless a limit is set for it. */
const LOCAL_LIMIT: RateLimit = { requests: 1e9, rows: 1e12 }

/** Seconds after which a client that met too much work should ask again. */
const OVERLOAD_RETRY_SEC = 1

/** Continues a request, or ends it with an error. */
type Continue = (error?: Error) => void

const UNKNOWN_CLIENTS: ClientBook = { limitOf: () => undefined, clientOf: () => undefined }

/** Decides about the requests of one process. */
export class Admission {
  readonly queue: WorkQueue
  readonly #options: AdmissionOptions
  readonly #clients: ClientBook
  readonly #limiter: RateLimiter
  /** One for all: in overload there is no time to make it again and again. */
  readonly #overload = toOverload()

  constructor(options: AdmissionOptions) {
    this.#options = options
    this.#clients = options.clients ?? UNKNOWN_CLIENTS
    this.#limiter = new RateLimiter(options.windowSec * 1000)
    this.queue = new WorkQueue(options)
  }

  /** Counts the request and continues it when its turn comes, or refuses it; the hook `onRequest`. */
  admit(request: FastifyRequest, reply: FastifyReply, next: Continue): void {
    const token = bearerToken(request.raw)
    if (token === undefined) this.#admitAddress(request, reply, next)
    else {
      this.#admitToken(token, { request, reply }).then(
        () => this.#queue(request, reply, next),
        next,
      )
    }
  }

  /** Tells the limits of the client on an answer that is not counted. */
  tell(request: FastifyRequest, reply: FastifyReply): void {
    const client = toClientName(request.raw, this.#options.trustedProxies)
    const limit = this.#limitOf(client)
    const nowMs = performance.now()
    this.#tell(reply, limit, this.#limiter.usage(client, limit, nowMs), nowMs)
  }

  /** Counts the rows of an answer that is over, and makes room for another one. */
  end(exchange: Exchange): void {
    const { client, rows } = exchange
    if (exchange.isAdmitted) this.queue.leave()
    if (client === undefined || rows === 0) return
    this.#limiter.usage(client, this.#limitOf(client), performance.now()).rows += rows
  }

  #admitAddress(request: FastifyRequest, reply: FastifyReply, next: Continue): void {
    const client = toClientName(request.raw, this.#options.trustedProxies)
    const refusal = this.#count(request, reply, client)
    if (refusal === undefined) this.#queue(request, reply, next)
    else next(refusal)
  }

  async #admitToken(
    token: string,
    { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  ): Promise<void> {
    const found = this.#clients.clientOf(token)
    const client = found instanceof Promise ? await found : found
    if (client === undefined) {
      const address = toClientName(request.raw, this.#options.trustedProxies)
      throw (
        this.#count(request, reply, address) ??
        new UnauthorizedError('Cannot answer: the token of the header Authorization is not valid')
      )
    }
    const refusal = this.#count(request, reply, client)
    if (refusal !== undefined) throw refusal
  }

  #count(request: FastifyRequest, reply: FastifyReply, client: string): Error | undefined {
    const { exchange } = request
    const nowMs = performance.now()
    const limit = this.#limitOf(client)
    const usage = this.#limiter.usage(client, limit, nowMs)
    const waitMs = this.#limiter.waitMs(usage, limit, nowMs)
    if (waitMs === 0) usage.requests++
    if (exchange !== undefined) exchange.client = client
    this.#tell(reply, limit, usage, nowMs)
    return waitMs === 0 ? undefined : toRefusal(limit, usage.rows >= limit.rows, waitMs)
  }

  #queue({ exchange }: FastifyRequest, reply: FastifyReply, next: Continue): void {
    if (exchange === undefined || exchange.isAborted) return
    exchange.isAdmitted = true
    const isTaken = this.queue.enter(() => {
      if (!exchange.isAborted) next()
    })
    if (isTaken) return
    exchange.isAdmitted = false
    sendError(reply, this.#overload)
  }

  #tell(reply: FastifyReply, limit: RateLimit, { requests, rows }: Usage, nowMs: number): void {
    if (limit.requests !== Number.POSITIVE_INFINITY) {
      reply.header('x-ratelimit-limit', String(limit.requests))
      reply.header('x-ratelimit-remaining', String(Math.max(0, limit.requests - requests)))
    }
    if (limit.rows !== Number.POSITIVE_INFINITY) {
      reply.header('x-ratelimit-rows-limit', String(limit.rows))
      reply.header('x-ratelimit-rows-remaining', String(Math.max(0, limit.rows - rows)))
    }
    reply.header('x-ratelimit-reset', String(Math.ceil(this.#limiter.resetMs(nowMs) / 1000)))
  }

  #limitOf(client: string): RateLimit {
    const own = this.#clients.limitOf(client)
    if (own !== undefined) return own
    if (client === LOCAL_CLIENT) return LOCAL_LIMIT
    const group = client.startsWith('token:') ? 'token' : 'anonymous'
    return this.#clients.limitOf(CLIENT_GROUPS[group]) ?? this.#options[group]
  }
}

function toRefusal(limit: RateLimit, isByRows: boolean, waitMs: number): RateLimitError {
  const what = isByRows ? `${limit.rows} rows` : `${limit.requests} requests`
  const retryAfterSec = Math.ceil(waitMs / 1000)
  return new RateLimitError(
    `Cannot answer more than ${what} in this time: ask again in ${retryAfterSec} s`,
    { retryAfterSec },
  )
}

function toOverload(): OverloadError {
  return new OverloadError('Cannot answer now: too many requests are being answered', {
    retryAfterSec: OVERLOAD_RETRY_SEC,
  })
}
