/**
 * Pages about the service itself: documentation for people (`/`) and programs (`/openapi.json`,
 * and the same under the old name `/swagger.json`), and what an operator asks for (`/health`,
 * `/ready`, `/metrics`, `/status`).
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../errors.js'
import { sendBytes } from './answers/bytes-answer.js'
import { sendError } from './answers/error-answer.js'
import { sendText } from './answers/respond.js'
import type { Endpoint } from './declarations/route.js'
import { ORIGIN_MARK, toManual } from './documents/manual.js'
import { toOpenApi } from './documents/openapi.js'
import type { ServiceTexts } from './documents/service-texts.js'
import type { Exchange } from './exchange/exchange.js'
import { NotReadyError } from './http-errors.js'
import type { Admission } from './limits/admission.js'
import type { HttpMetrics } from './metrics.js'
import { type PeerSnapshot, type Peers, sumMetrics } from './status/peers.js'
import { type StoreHealth, toStatusReport } from './status/service-status.js'
import { toStatusPage } from './status/status-page.js'
import { type MethodTable, offerMethods } from './unmatched.js'

/** Tells whether the service can answer: throws what is missing. */
export type Readiness = (signal: AbortSignal) => Promise<void>

/** Time that the store has to answer, for the status. */
const STORE_TIMEOUT_MS = 1_000
/** Time after which a readiness check counts as failed. */
const READY_TIMEOUT_MS = 5_000

interface PageOptions {
  readonly endpoints: readonly Endpoint[]
  readonly texts: ServiceTexts
  readonly ready?: Readiness
  readonly metrics: HttpMetrics
  readonly methods: MethodTable
  readonly admission: Admission
  readonly snapshot: () => Promise<PeerSnapshot>
  readonly peers: Peers
}

type Page = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** Registers all of them. */
export function registerServicePages(app: FastifyInstance, options: PageOptions): void {
  const { endpoints, texts } = options
  const openApi = openApiPage(endpoints, texts)
  const pages: Readonly<Record<string, Page>> = {
    '/': manualPage(endpoints, texts),
    '/openapi.json': openApi,
    '/swagger.json': openApi,
    '/health': sendOk,
    '/ready': readyPage(options.ready),
    '/metrics': metricsPage(options),
    '/status': statusPage(options),
  }
  for (const [url, page] of Object.entries(pages)) addPage(app, options, { url, page })
}

/** Pages are told the limits and do not count, nor do they wait for their turn. */
function addPage(
  app: FastifyInstance,
  { methods, admission }: PageOptions,
  { url, page }: { readonly url: string; readonly page: Page },
): void {
  const labels = { survey: '', route: url }
  app.route({
    url,
    method: offerMethods(methods, url, ['GET']),
    handler: (request, reply) => {
      if (request.exchange !== undefined) request.exchange.labels = labels
      admission.tell(request, reply)
      page(request, reply).catch(error => sendError(reply, error))
    },
  })
}

function openApiPage(endpoints: readonly Endpoint[], texts: ServiceTexts): Page {
  const write = keepFirst(() => JSON.stringify(toOpenApi(endpoints, texts)))
  return (request, reply) => sendDocument(request, reply, write(), 'application/json')
}

function manualPage(endpoints: readonly Endpoint[], texts: ServiceTexts): Page {
  const write = keepFirst(() => toManual(endpoints, texts))
  return (request, reply) => {
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
    const text = write().replaceAll(ORIGIN_MARK, toOrigin(request))
    return sendDocument(request, reply, text, 'text/html; charset=utf-8')
  }
}

/** Documents are written at the first request: most processes never need them. */
function keepFirst(write: () => string): () => string {
  let kept: string | undefined
  return () => {
    kept ??= write()
    return kept
  }
}

async function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  text: string,
  mediaType: string,
): Promise<void> {
  const etag = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  const bytes = Buffer.from(text)
  const answer = { kind: 'bytes', bytes, mediaType, etag, cacheControl: 'no-cache' } as const
  await sendBytes(reply, toExchange(request), answer)
}

/** Address under which the client sees the service, for the commands it may copy. */
function toOrigin({ headers }: FastifyRequest): string {
  const host = headers.host ?? ''
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http'
  return /^[\w.:[\]-]{1,255}$/.test(host) ? `${scheme}://${host}` : 'http://127.0.0.1'
}

function toExchange({ exchange }: FastifyRequest): Exchange {
  if (exchange === undefined) throw new TypeError('No exchange was opened for the request')
  return exchange
}

async function sendOk(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const text = '{"status":"ok"}'
  sendText(reply, toExchange(request), { text, mediaType: 'application/json' })
}

function readyPage(ready: Readiness = isReady): Page {
  return async (request, reply) => {
    try {
      await within(READY_TIMEOUT_MS, ready, toExchange(request).signal)
    } catch (cause) {
      const text = cause instanceof ServiceError ? cause.message : 'see the log'
      throw new NotReadyError(`The service is not ready: ${text}`, { cause })
    }
    await sendOk(request, reply)
  }
}

const isReady: Readiness = async () => undefined

/** Runs the check; throws also when it takes too long. */
async function within(timeoutMs: number, ready: Readiness, signal?: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(timeoutMs)
  const expired = new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () => reject(new NotReadyError('The check took too long')))
  })
  const either = signal === undefined ? limit : AbortSignal.any([limit, signal])
  await Promise.race([ready(either), expired])
}

async function checkStore(ready: Readiness = isReady): Promise<StoreHealth> {
  const startMs = performance.now()
  const isReachable = await within(STORE_TIMEOUT_MS, ready).then(
    () => true,
    () => false,
  )
  return { isReachable, ms: Math.round((performance.now() - startMs) * 10) / 10 }
}

function metricsPage({ metrics: { registry }, snapshot, peers }: PageOptions): Page {
  return async (request, reply) => {
    const own = await snapshot()
    const text = await sumMetrics(registry, own, await peers(own))
    sendText(reply, toExchange(request), { text, mediaType: registry.contentType })
  }
}

/** For people when the client asks for HTML, as browsers do; for programs otherwise. */
function statusPage({ snapshot, peers, ready, texts: { version } }: PageOptions): Page {
  return async (request, reply) => {
    const own = await snapshot()
    const [others, store] = await Promise.all([peers(own), checkStore(ready)])
    const snapshots = [own, ...others].map(({ status }) => status)
    const report = toStatusReport(snapshots, { version, store, nowMs: Date.now() })
    reply.header('cache-control', 'no-store').header('vary', 'accept')
    const isForPeople = request.headers.accept?.includes('text/html') === true
    if (isForPeople) {
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      const mediaType = 'text/html; charset=utf-8'
      sendText(reply, toExchange(request), { text: toStatusPage(report), mediaType })
      return
    }
    const text = JSON.stringify(report)
    sendText(reply, toExchange(request), { text, mediaType: 'application/json' })
  }
}
