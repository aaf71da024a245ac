/**
 * Traces by OpenTelemetry: spans are kept in a bounded queue and sent in batches by OTLP/HTTP. The
 * only file that knows the libraries; it is loaded when tracing is configured and not before. It
 * registers nothing globally. Headers for the collector come from the variable
 * `OTEL_EXPORTER_OTLP_HEADERS`, more facts about the service from `OTEL_RESOURCE_ATTRIBUTES`.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Exchange } from '../api/exchange/exchange.js'
import type { ExchangeTrace } from '../api/exchange/exchange-trace.js'
import { type LossListener, reportingExporter } from './reporting-exporter.js'
import type { TraceFacts, Tracing, WorkTrace } from './tracing.js'

/** Name of the service unless `OTEL_SERVICE_NAME` gives one. */
const SERVICE_NAME = 'fink-object-api'
/** Spans that wait to be sent; more are dropped. */
const MAX_QUEUED_SPANS = 4096
/** Pieces of work that one request may record; the others are only counted. */
const MAX_SPANS_PER_REQUEST = 256
/** Longest text of a fact. */
const MAX_FACT_LENGTH = 1024
/** Time that a batch may take. */
const EXPORT_TIMEOUT_MS = 3_000
/** Time that the last spans have when the service stops. */
const CLOSE_TIMEOUT_MS = 3_000

/** Where traces go and what they say about the service. */
export interface OtlpOptions {
  /** Address of the collector; `/v1/traces` is added. */
  readonly endpoint: string
  /** Share of the requests to record when the client does not say; 0 to 1. */
  readonly sampleRatio: number
  readonly version: string
  readonly onLoss: LossListener
  /** Time between batches; that of the library when absent. */
  readonly delayMs?: number
}

/** Opens tracing. Nothing is sent before the first request ends. */
export function openOtlpTracing(options: OtlpOptions): Tracing {
  const provider = openProvider(options)
  const tracer = provider.getTracer(SERVICE_NAME, options.version)
  const current = new AsyncLocalStorage<RequestTrace>()
  return {
    traceExchange: exchange => new RequestTrace(exchange, { tracer, current }),
    begin: (name, facts, { isRemote } = { isRemote: false }) =>
      current.getStore()?.begin(name, facts, isRemote ? SpanKind.CLIENT : SpanKind.INTERNAL),
    close: () => closeWithin(provider, CLOSE_TIMEOUT_MS),
  }
}

function openProvider(options: OtlpOptions): TracerProvider {
  const { endpoint, sampleRatio, version, onLoss, delayMs } = options
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  })
  const facts = { 'service.name': SERVICE_NAME, 'service.version': version }
  return new TracerProvider({
    resource: resourceFromAttributes({ ...facts, 'process.pid': process.pid }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanLimits: { attributeValueLengthLimit: MAX_FACT_LENGTH },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: reportingExporter(exporter, onLoss),
        maxQueueSize: MAX_QUEUED_SPANS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        ...(delayMs !== undefined && { scheduledDelayMillis: delayMs }),
      }),
    ],
  })
}

async function closeWithin(provider: TracerProvider, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, timeoutMs)
  })
  // What could not be sent was told to the listener already.
  const sent = provider.shutdown().catch(() => undefined)
  await Promise.race([sent, late])
  clearTimeout(timer)
}

const PROPAGATOR = new W3CTraceContextPropagator()

/** The context of the client, from its `traceparent` and `tracestate`. */
function clientContext({ request }: Exchange): Context {
  if (request.headers.traceparent === undefined) return ROOT_CONTEXT
  return PROPAGATOR.extract(ROOT_CONTEXT, request.headers, {
    keys: Object.keys,
    get: (headers, name) => headers[name],
  })
}

interface TraceTools {
  readonly tracer: Tracer
  readonly current: AsyncLocalStorage<RequestTrace>
}

class RequestTrace implements ExchangeTrace {
  readonly #span: Span
  readonly #context: Context
  readonly #tools: TraceTools
  #count = 0

  constructor(exchange: Exchange, tools: TraceTools) {
    const context = clientContext(exchange)
    const { method = 'GET', url = '' } = exchange.request
    const [, path = '', query] = url.match(/^([^?]*)\??(.*)$/s) ?? []
    this.#tools = tools
    this.#span = tools.tracer.startSpan(
      `${method} ${path}`,
      {
        kind: SpanKind.SERVER,
        startTime: performance.timeOrigin + exchange.startMs,
        attributes: {
          'http.request.method': method,
          'url.path': path,
          'http.route': path,
          ...(query !== '' && query !== undefined && { 'url.query': query }),
          'fink.survey': exchange.labels.survey,
          'fink.route': exchange.labels.route,
          'fink.request_id': exchange.requestId,
        },
      },
      context,
    )
    this.#context = trace.setSpan(context, this.#span)
  }

  run<T>(work: () => T): T {
    return this.#span.isRecording() ? this.#tools.current.run(this, work) : work()
  }

  begin(name: string, facts: TraceFacts, kind: SpanKind): WorkTrace | undefined {
    if (!this.#span.isRecording() || ++this.#count > MAX_SPANS_PER_REQUEST) return undefined
    const { tracer } = this.#tools
    return toWorkTrace(tracer.startSpan(name, { kind, attributes: facts }, this.#context))
  }

  end(exchange: Exchange): void {
    const { statusCode } = exchange.response
    const dropped = this.#count - MAX_SPANS_PER_REQUEST
    this.#span.setAttributes({
      'http.response.status_code': statusCode,
      'http.response.body.size': exchange.sentBytes,
      'fink.rows': exchange.rows,
      ...(!exchange.isComplete && { 'error.type': 'incomplete' }),
      ...(dropped > 0 && { 'fink.spans_left_out': dropped }),
    })
    if (statusCode >= 500) this.#span.setStatus({ code: SpanStatusCode.ERROR })
    this.#span.end()
  }
}

function toWorkTrace(span: Span): WorkTrace {
  return {
    add: facts => {
      span.setAttributes(facts)
    },
    end: error => {
      if (error !== undefined) {
        const message = error instanceof Error ? error.message : String(error)
        span.setAttribute('error.type', error instanceof Error ? error.name : typeof error)
        span.setStatus({ code: SpanStatusCode.ERROR, message })
      }
      span.end()
    },
  }
}
