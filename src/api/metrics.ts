/**
 * What the service counts about its HTTP exchanges, in the Prometheus model: duration by route,
 * survey, method and status; bytes and rows by route and survey; requests in flight; and the
 * figures of the process. Other parts of an application add their own metrics to the registry.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Exchange, ExchangeLabels } from './exchange/exchange.js'

/** Upper bounds of the duration buckets, in seconds: half a millisecond to the usual time limit. */
const DURATION_BUCKETS_SEC = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180,
]

/** Counts exchanges into a registry of its own. */
export interface HttpMetrics {
  readonly registry: Registry
  /** Requests whose answer is not finished. */
  readonly inFlight: number
  begin(): void
  end(exchange: Exchange): void
}

interface Totals {
  bytes: number
  rows: number
}

/** Starts counting from zero; `processFigures` adds memory, CPU, event loop and heap. */
export function openMetrics(options: { readonly processFigures: boolean }): HttpMetrics {
  const registry = new Registry()
  if (options.processFigures) collectDefaultMetrics({ register: registry })
  const totals = new Map<ExchangeLabels, Totals>()
  let inFlight = 0
  const durations = new Histogram({
    name: 'fink_http_request_duration_seconds',
    help: 'Time from the header lines of a request to the end of its answer',
    labelNames: ['survey', 'route', 'method', 'status'],
    buckets: DURATION_BUCKETS_SEC,
    registers: [registry],
  })
  declareTotals(registry, totals)
  new Gauge({
    name: 'fink_http_requests_in_flight',
    help: 'Requests whose answer is not finished',
    registers: [registry],
    collect() {
      this.set(inFlight)
    },
  })
  return {
    registry,
    get inFlight() {
      return inFlight
    },
    begin() {
      inFlight++
    },
    end(exchange) {
      inFlight--
      durations.observe(durationLabels(exchange), exchange.elapsedMs / 1000)
      addTotals(totals, exchange)
    },
  }
}

function durationLabels({ labels, request, response, isComplete }: Exchange) {
  // The status nginx and others use for clients that left before the answer was complete.
  const status = isComplete ? String(response.statusCode) : '499'
  const method = /^(?:GET|HEAD|POST|OPTIONS)$/.test(request.method ?? '') ? request.method : 'other'
  return { survey: labels.survey, route: labels.route, method: method ?? 'other', status }
}

function addTotals(totals: Map<ExchangeLabels, Totals>, exchange: Exchange): void {
  let sum = totals.get(exchange.labels)
  if (sum === undefined) {
    sum = { bytes: 0, rows: 0 }
    totals.set(exchange.labels, sum)
  }
  sum.bytes += exchange.sentBytes
  sum.rows += exchange.rows
}

function declareTotals(registry: Registry, totals: ReadonlyMap<ExchangeLabels, Totals>): void {
  const declareTotal = (name: string, help: string, pick: (sum: Totals) => number) =>
    new Counter({
      name,
      help,
      labelNames: ['survey', 'route'],
      registers: [registry],
      collect() {
        this.reset()
        for (const [{ survey, route }, sum] of totals) this.inc({ survey, route }, pick(sum))
      },
    })
  declareTotal('fink_http_response_bytes_total', 'Bytes of answer bodies', sum => sum.bytes)
  declareTotal('fink_http_response_rows_total', 'Rows of table answers', sum => sum.rows)
}
