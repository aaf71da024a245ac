/**
 * Pages about the service itself: documentation for people (`/`) and programs (`/openapi.json`,
 * and the same under the old name `/swagger.json`), and what an operator asks for (`/health`,
 * `/ready`, `/metrics`).
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../errors.js'
import { sendBytes } from './answers/bytes-answer.js'
import { sendError } from './answers/error-answer.js'
import { sendText } from './answers/respond.js'
import { ORIGIN_MARK, toManual } from './documents/manual.js'
import { toOpenApi } from './documents/openapi.js'
import type { ServiceTexts } from './documents/service-texts.js'
import type { Exchange } from './exchange.js'
import { NotReadyError } from './http-errors.js'
import type { HttpMetrics } from './metrics.js'
import type { Endpoint } from './route.js'
import { type MethodTable, offerMethods } from './unmatched.js'

/** Tells whether the service can answer: throws what is missing. */
export type Readiness = (signal: AbortSignal) => Promise<void>

/** Time after which a readiness check counts as failed. */
const READY_TIMEOUT_MS = 5_000

interface PageOptions {
  readonly endpoints: readonly Endpoint[]
  readonly texts: ServiceTexts
  readonly ready?: Readiness
  readonly metrics: HttpMetrics
  readonly methods: MethodTable
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
    '/metrics': metricsPage(options.metrics),
  }
  for (const [url, page] of Object.entries(pages)) addPage(app, options.methods, url, page)
}

function addPage(app: FastifyInstance, methods: MethodTable, url: string, page: Page): void {
  const labels = { survey: '', route: url }
  app.route({
    url,
    method: offerMethods(methods, url, ['GET']),
    handler: (request, reply) => {
      if (request.exchange !== undefined) request.exchange.labels = labels
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

function readyPage(ready: Readiness = async () => undefined): Page {
  return async (request, reply) => {
    const limit = AbortSignal.timeout(READY_TIMEOUT_MS)
    const expired = new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () => reject(new NotReadyError('The check took too long')))
    })
    try {
      await Promise.race([ready(AbortSignal.any([limit, toExchange(request).signal])), expired])
    } catch (cause) {
      const text = cause instanceof ServiceError ? cause.message : 'see the log'
      throw new NotReadyError(`The service is not ready: ${text}`, { cause })
    }
    await sendOk(request, reply)
  }
}

function metricsPage({ registry }: HttpMetrics): Page {
  return async (request, reply) => {
    const text = await registry.metrics()
    sendText(reply, toExchange(request), { text, mediaType: registry.contentType })
  }
}
