/**
 * One HTTP call to a remote service, within a time and a size; every way it can fail becomes a
 * `ResolverError` that names the service. It neither tries again nor keeps anything.
 */
import { ResolverError } from '../errors.js'
import type { Clock } from './clock.js'

/** Sends requests: the standard `fetch`, or one that plays it. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>

/** What to send. */
export interface RemoteRequest {
  readonly url: URL
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** The whole answer. */
export interface RemoteReply {
  readonly status: number
  readonly body: Buffer
}

/** What a call works with. */
export interface ExchangeOptions {
  /** Public name of the service, for errors. */
  readonly service: string
  readonly fetch: Fetch
  readonly clock: Clock
  /** Longest time until the last byte of the answer. */
  readonly timeoutMs: number
  /** Most bytes of the answer. */
  readonly maxBytes: number
}

/**
 * Sends a request and reads the answer, whatever its status.
 *
 * @throws ResolverError `timeout`, `unavailable`, or `failed` when the answer is too long
 * @throws the reason of the signal when that ends the call
 */
export async function exchange(
  options: ExchangeOptions,
  request: RemoteRequest,
  signal: AbortSignal,
): Promise<RemoteReply> {
  const { service, fetch, clock, timeoutMs } = options
  signal.throwIfAborted()
  const late = new AbortController()
  const done = new AbortController()
  clock.wait(timeoutMs, done.signal).then(() => late.abort(), ignoreDone)
  try {
    const { url, method = 'GET', headers = {}, body } = request
    const response = await fetch(url, {
      method,
      headers: { 'user-agent': 'fink-object-api', ...headers },
      signal: AbortSignal.any([signal, late.signal]),
      ...(body !== undefined && { body }),
    })
    return { status: response.status, body: await readBody(response, options) }
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof ResolverError) throw cause
    if (!late.signal.aborted) throw unreachable(service, cause)
    const text = `${service} does not answer in ${timeoutMs / 1000} s`
    throw new ResolverError(service, text, { failure: 'timeout', cause })
  } finally {
    done.abort()
  }
}

/** The wait for the time limit is called off when the answer is there. */
const ignoreDone = (): undefined => undefined

async function readBody(
  response: Response,
  { service, maxBytes }: ExchangeOptions,
): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > maxBytes) {
      throw new ResolverError(service, `${service} sends more than ${maxBytes} bytes`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function unreachable(service: string, cause: unknown): ResolverError {
  return new ResolverError(service, `${service} cannot be reached (${reasonOf(cause)})`, {
    failure: 'unavailable',
    cause,
  })
}

/** `fetch` tells no more than that it failed; what happened is in the cause. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (!(inner instanceof Error)) return String(inner)
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message
}
