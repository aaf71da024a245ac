/**
 * The journey of a request to an endpoint: arguments, declaration, handler, answer. Whatever is
 * thrown on the way becomes an error answer; the time limit answers even if the handler does not.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendError } from './answers/error-answer.js'
import { toNoteHeader } from './answers/note-header.js'
import { sendAnswer, sendText } from './answers/respond.js'
import { readArguments } from './arguments/request.js'
import type { Endpoint } from './declarations/route.js'
import type { Exchange } from './exchange/exchange.js'
import type { TraceExchange } from './exchange/exchange-trace.js'
import type { Admission } from './limits/admission.js'
import { type MethodTable, offerMethods } from './unmatched.js'

/** What the server decides for all endpoints. */
export interface EndpointSettings {
  readonly strictParameters: boolean
  readonly methods: MethodTable
  readonly admission: Admission
  /** Requests are not recorded when absent. */
  readonly traceExchange?: TraceExchange | undefined
}

/** Registers an endpoint under each of its paths. */
export function registerEndpoint(
  app: FastifyInstance,
  endpoint: Endpoint,
  { strictParameters, methods, admission, traceExchange }: EndpointSettings,
): void {
  const labels = { survey: endpoint.survey, route: endpoint.name }
  const isStrict = endpoint.isStrict || strictParameters
  const { maxBytes } = endpoint.body
  for (const url of endpoint.paths) {
    app.route({
      url,
      method: offerMethods(methods, url, endpoint.methods),
      ...(maxBytes !== undefined && { bodyLimit: maxBytes }),
      onRequest: (request, reply, done) => {
        const { exchange } = request
        if (exchange !== undefined) {
          exchange.labels = labels
          if (traceExchange !== undefined) exchange.trace = traceExchange(exchange)
        }
        admission.admit(request, reply, done)
      },
      handler: (request, reply) => {
        void answerRequest(request, reply, { endpoint, isStrict })
      },
    })
  }
}

interface Target {
  readonly endpoint: Endpoint
  readonly isStrict: boolean
}

async function answerRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target,
): Promise<void> {
  const { exchange } = request
  if (exchange === undefined) return sendError(reply, new TypeError('no exchange was opened'))
  try {
    const { trace } = exchange
    const full = { ...target, exchange }
    if (trace === undefined) await answerExchange(request, reply, full)
    else await trace.run(() => answerExchange(request, reply, full))
  } catch (error) {
    // The client is gone, or the time limit has answered already.
    if (!exchange.isAborted) sendError(reply, error)
  }
}

async function answerExchange(
  request: FastifyRequest,
  reply: FastifyReply,
  { endpoint, isStrict, exchange }: Target & { readonly exchange: Exchange },
): Promise<void> {
  const args = readArguments(toParts(request), endpoint.body)
  if (args.size === 0 && request.method !== 'POST' && endpoint.emptyGet !== 'handle') {
    return answerEmptyGet(reply, exchange, endpoint)
  }
  const call = endpoint.prepare(args, { isStrict })
  if (call.warnings.length > 0) reply.header('x-fink-warning', toNoteHeader(call.warnings))
  exchange.startDeadline(error => sendError(reply, error))
  const answer = await call.run(exchange)
  if (exchange.isAborted) return
  await sendAnswer(reply, exchange, { answer, endpoint, format: call.format })
}

function toParts({ raw, body }: FastifyRequest) {
  return {
    method: raw.method ?? 'GET',
    url: raw.url ?? '',
    contentType: raw.headers['content-type'],
    contentEncoding: raw.headers['content-encoding'],
    body: Buffer.isBuffer(body) ? body : undefined,
  }
}

async function answerEmptyGet(
  reply: FastifyReply,
  exchange: Exchange,
  endpoint: Endpoint,
): Promise<void> {
  if (typeof endpoint.emptyGet === 'function') {
    const answer = await endpoint.emptyGet(exchange)
    return sendAnswer(reply, exchange, { answer, endpoint, format: undefined })
  }
  sendText(reply, exchange, { text: endpoint.summary, mediaType: 'text/html; charset=utf-8' })
}
