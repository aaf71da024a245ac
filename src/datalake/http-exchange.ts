/**
 * One HTTP request to a lake server: time limits, size limits, and failures of the connection as
 * the errors of the service. It does not follow redirects and does not try again, see `retry.ts`.
 */
import { Readable } from 'node:stream'
import { Agent, request } from 'undici'
import { DatalakeError, type UpstreamFailure } from '../errors.js'

/** Limits of the talk with a server. */
export interface HttpLimits {
  readonly connectTimeoutMs: number
  /** Longest standstill: no head of the answer, or no further part of it. */
  readonly idleTimeoutMs: number
  /** Longest time of one request and its whole answer. */
  readonly timeoutMs: number
  /** Most times that one request is sent, the first time included. */
  readonly attempts: number
  /** Pause before the second attempt; it doubles with each further one. */
  readonly retryDelayMs: number
  /** Most connections to one server. */
  readonly connections: number
}

/** Limits unless told otherwise. */
export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  connectTimeoutMs: 3_000,
  idleTimeoutMs: 10_000,
  timeoutMs: 60_000,
  attempts: 4,
  retryDelayMs: 100,
  connections: 64,
}

/** Most bytes that are read of an answer that is an error. */
const MAX_ERROR_BYTES = 64 * 1024

/** A request; a body needs its length among the headers. */
export interface HttpRequest {
  readonly url: URL
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: AsyncIterable<Uint8Array>
  /** Most bytes of an answer with status 2xx. */
  readonly maxBytes?: number
  /** Longest time, when not that of the limits. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

/** The whole answer. */
export interface HttpReply {
  readonly status: number
  /** Value of a header, the first of several; undefined when it is absent. */
  header(name: string): string | undefined
  readonly body: Buffer
}

/** Sends requests over connections that it keeps. */
export class HttpExchange {
  readonly #service: string
  readonly #limits: HttpLimits
  readonly #agent: Agent

  /** @param service name of the service for errors, such as `HDFS` */
  constructor(service: string, limits: HttpLimits) {
    this.#service = service
    this.#limits = limits
    this.#agent = new Agent({
      connections: limits.connections,
      connect: { timeout: limits.connectTimeoutMs },
      headersTimeout: limits.idleTimeoutMs,
      bodyTimeout: limits.idleTimeoutMs,
    })
  }

  /**
   * Sends a request and reads the answer, whatever its status.
   *
   * @throws DatalakeError `unavailable` or `timeout` when the connection fails, `failed` when the
   *   answer is longer than `maxBytes`; the reason of the signal when that ends the request
   */
  async send(wanted: HttpRequest): Promise<HttpReply> {
    const timeout = AbortSignal.timeout(wanted.timeoutMs ?? this.#limits.timeoutMs)
    const signal = wanted.signal ? AbortSignal.any([wanted.signal, timeout]) : timeout
    try {
      const { statusCode, headers, body } = await request(wanted.url, {
        method: wanted.method ?? 'GET',
        headers: wanted.headers ?? {},
        body: wanted.body === undefined ? null : Readable.from(wanted.body, { objectMode: false }),
        dispatcher: this.#agent,
        signal,
      })
      return {
        status: statusCode,
        header: name => [headers[name]].flat()[0],
        body: await this.#readBody(wanted, statusCode, body),
      }
    } catch (cause) {
      wanted.signal?.throwIfAborted()
      throw toConnectionError(this.#service, wanted.url, cause)
    }
  }

  /** Ends all requests and connections. */
  close(): Promise<void> {
    return this.#agent.destroy()
  }

  async #readBody(
    { url, maxBytes = MAX_ERROR_BYTES }: HttpRequest,
    status: number,
    body: AsyncIterable<Buffer>,
  ): Promise<Buffer> {
    const isError = status >= 300
    const parts: Buffer[] = []
    let left = isError ? MAX_ERROR_BYTES : maxBytes
    for await (const part of body) {
      parts.push(part.subarray(0, Math.max(0, left)))
      left -= part.length
      if (left >= 0) continue
      if (isError) break
      throw new DatalakeError(this.#service, `${url.host} sends more than ${maxBytes} bytes`)
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }
}

const TIMEOUT_NAMES = new Set([
  'TimeoutError',
  'ConnectTimeoutError',
  'HeadersTimeoutError',
  'BodyTimeoutError',
])

/** A failure of the connection as an error of the service. */
export function toConnectionError(service: string, url: URL, cause: unknown): DatalakeError {
  if (cause instanceof DatalakeError) return cause
  const error = cause instanceof Error ? cause : new Error(String(cause))
  const isLate = TIMEOUT_NAMES.has(error.name)
  const failure: UpstreamFailure = isLate ? 'timeout' : 'unavailable'
  const reason = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  const what = isLate ? 'does not answer in time' : `cannot be reached (${reason})`
  return new DatalakeError(service, `${url.host} ${what}`, { cause, failure })
}
