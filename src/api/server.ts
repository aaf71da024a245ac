/**
 * The HTTP server: endpoints of all surveys, the documents about them and the pages an operator
 * looks at, on one Fastify instance. It is built here and neither listens nor knows the stores.
 */
import type { IncomingMessage } from 'node:http'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { DestinationStream, Logger } from 'pino'
import { BytePool } from '../rows/byte-pool.js'
import { sendError } from './answers/error-answer.js'
import { OPEN_HEADERS } from './answers/open-headers.js'
import { answerConnectionFault } from './connection-errors.js'
import type { Endpoint } from './declarations/route.js'
import type { ServiceTexts } from './documents/service-texts.js'
import { registerEndpoint } from './endpoint-handler.js'
import { AbortSignals } from './exchange/abort-signals.js'
import { Exchange } from './exchange/exchange.js'
import type { TraceExchange } from './exchange/exchange-trace.js'
import { requestIds } from './exchange/request-id.js'
import { BadRequestError } from './http-errors.js'
import { Admission, type AdmissionOptions } from './limits/admission.js'
import { type LogLevel, logExchange, openLog } from './logging.js'
import { type HttpMetrics, openMetrics } from './metrics.js'
import { type Readiness, registerServicePages } from './service-pages.js'
import type { PeerSnapshot, Peers } from './status/peers.js'
import { StatusRecorder, type WorkFigures } from './status/service-status.js'
import { declareSourceMetrics, type SourceFigures } from './status/source-metrics.js'
import { type MethodTable, registerUnmatched } from './unmatched.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent only for addresses that cannot be decoded. */
    exchange?: Exchange
  }
}

/** Longest address and header lines together; the rest belongs into a POST. */
const MAX_HEADER_BYTES = 32 * 1024
/** Time a client has to send the header lines, and the whole request with a large body. */
const HEADERS_TIMEOUT_MS = 20_000
const UPLOAD_TIMEOUT_MS = 120_000
/** Idle connections outlive those of a proxy in front (nginx: 60 s), which thus decides. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000
/** Slow clients are looked for this often. */
const CONNECTIONS_CHECK_MS = 5_000
/** No route has parameters in its path. */
const MAX_PATH_PARAM_LENGTH = 100

/** What the server is made of and its limits. */
export interface ServerOptions {
  readonly endpoints: readonly Endpoint[]
  readonly texts: ServiceTexts
  /** Unknown arguments are an error on every route. */
  readonly strictParameters: boolean
  /** Time limit of a request, and of each standstill of a streamed answer. */
  readonly requestTimeoutMs: number
  /** Largest request body of a route that does not say. */
  readonly bodyLimitBytes: number
  readonly logLevel: LogLevel
  /** Standard output when absent. */
  readonly logStream?: DestinationStream
  /** Metrics also tell memory, CPU and event loop of the process: for one server per process. */
  readonly hasProcessMetrics?: boolean
  /** Resolves when the service can answer, throws what is missing otherwise; always when absent. */
  readonly ready?: Readiness
  /** Figures of the store and the remote services, for metrics and status. */
  readonly figures?: Omit<SourceFigures, 'work'>
  /** Snapshots of the other processes of the service, for metrics and status. */
  readonly peers?: Peers
  /** Limits of clients and of the work in flight; hardly any when absent. */
  readonly admission?: AdmissionOptions
  /** Records the requests of routes; nothing does when absent. */
  readonly traceExchange?: TraceExchange
}

/** In force when the caller names none. */
const NO_LIMITS: AdmissionOptions = {
  windowSec: 60,
  anonymous: { requests: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY },
  token: { requests: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY },
  trustedProxies: 0,
  maxInFlight: 10_000,
}

/** A server that is built and does not listen yet. */
export interface ApiServer {
  /** What this process knows, for the pages of its peers. */
  readonly snapshot: () => Promise<PeerSnapshot>
  readonly app: FastifyInstance
  readonly endpoints: readonly Endpoint[]
  readonly metrics: HttpMetrics
}

/** Builds the server. The caller listens with `app.listen` and ends with `app.close`. */
export function buildServer(options: ServerOptions): ApiServer {
  const metrics = openMetrics({ processFigures: options.hasProcessMetrics ?? false })
  const log = openLog(options.logLevel, options.logStream)
  const app = openFastify(log, options)
  const methods: MethodTable = new Map()
  const admission = new Admission(options.admission ?? NO_LIMITS)
  const recorder = new StatusRecorder()
  trackExchanges(app, options, { metrics, admission, recorder, log })
  const { figures = {}, peers = noPeers } = options
  const work = () => workFigures(admission)
  declareSourceMetrics(metrics.registry, { ...figures, work })
  const snapshot = async (): Promise<PeerSnapshot> => ({
    status: recorder.snapshot(work(), figures.upstreams?.() ?? []),
    metrics: await metrics.registry.getMetricsAsJSON(),
  })
  app.setErrorHandler((error, _request, reply) => sendError(reply, error))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const { endpoints, strictParameters, traceExchange } = options
  for (const endpoint of endpoints) {
    registerEndpoint(app, endpoint, { strictParameters, methods, admission, traceExchange })
  }
  registerServicePages(app, { ...options, snapshot, peers, metrics, methods, admission })
  registerUnmatched(app, methods)
  return { app, endpoints, metrics, snapshot }
}

function openFastify(log: Logger, options: ServerOptions): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log
  const ids = requestIds()
  return fastify({
    loggerInstance,
    // Lines carry the id themselves: a child logger per request would cost more than the routing.
    childLoggerFactory: logger => logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ids,
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: {
      ignoreDuplicateSlashes: true,
      maxParamLength: MAX_PATH_PARAM_LENGTH,
      querystringParser: noQuery,
    },
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      requireHostHeader: false,
    },
    frameworkErrors: (error, request, reply) => {
      reply.headers(OPEN_HEADERS).header('x-request-id', request.id)
      sendError(reply, error)
    },
    clientErrorHandler: (fault, socket) => answerConnectionFault(fault, socket, ids()),
  })
}

/** Query strings are read by `request.ts`, only where arguments are wanted. */
const NO_QUERY = Object.freeze({})
function noQuery(): { [key: string]: unknown } {
  return NO_QUERY
}

const noPeers: Peers = async () => []

function workFigures({ queue }: Admission): WorkFigures {
  const { inFlight, waiting, refused } = queue
  return { inFlight, waiting, refused }
}

/** Who is told about the beginning and the end of an exchange. */
interface Watchers {
  readonly metrics: HttpMetrics
  readonly admission: Admission
  readonly recorder: StatusRecorder
  readonly log: Logger
}

function trackExchanges(
  app: FastifyInstance,
  { requestTimeoutMs }: ServerOptions,
  { metrics, admission, recorder, log }: Watchers,
): void {
  const onEnd = (exchange: Exchange) => {
    metrics.end(exchange)
    admission.end(exchange)
    recorder.end(exchange)
    exchange.trace?.end(exchange)
    logExchange(log, exchange)
  }
  const settings = {
    deadlineMs: requestTimeoutMs,
    pool: new BytePool(),
    signals: new AbortSignals(),
    onEnd,
  }
  app.decorateRequest('exchange')
  app.addHook('onRequest', (request, reply, done) => {
    const raw = { request: request.raw, response: reply.raw }
    request.exchange = new Exchange(request.id, raw, settings)
    metrics.begin()
    reply.headers(OPEN_HEADERS)
    reply.header('x-request-id', request.id)
    done(findHeaderFault(request.raw))
  })
  // Expectations other than 100-continue may be ignored (RFC 9110 section 10.1.1).
  app.server.on('checkExpectation', (request, response) => {
    app.server.emit('request', request, response)
  })
}

/** Node would answer this one itself, without the shape of our errors. */
function findHeaderFault({ headers, httpVersion }: IncomingMessage): BadRequestError | undefined {
  if (httpVersion !== '1.1' || headers.host !== undefined) return undefined
  return new BadRequestError('Cannot read the request: expected a header "Host"')
}
