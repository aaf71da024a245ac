/** Metrics of what stands behind the answers: work in flight, the store, the remote services. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { UpstreamHealth, WorkFigures } from './service-status.js'

/** What the store did since the start. */
export interface StoreFigures {
  readonly scans: number
  readonly rows: number
  /** Time that scans waited for the store. */
  readonly ms: number
  readonly failures: number
}

/** Where the figures come from, when they are asked for. */
export interface SourceFigures {
  readonly work: () => WorkFigures
  readonly store?: (() => StoreFigures) | undefined
  readonly upstreams?: (() => readonly UpstreamHealth[]) | undefined
}

/** Adds the metrics to the registry. Nothing is counted here: figures are read when asked for. */
export function declareSourceMetrics(
  registry: Registry,
  { work, store, upstreams }: SourceFigures,
): void {
  declareGauge(
    registry,
    ['fink_work_waiting', 'Requests that wait for their turn'],
    () => work().waiting,
  )
  declareTotal(
    registry,
    ['fink_work_refused_total', 'Requests refused: too much work'],
    () => work().refused,
  )
  if (store !== undefined) declareStore(registry, store)
  if (upstreams !== undefined) declareUpstreams(registry, upstreams)
}

function declareStore(registry: Registry, store: () => StoreFigures): void {
  const totals = [
    ['fink_store_scans_total', 'Scans of the table store', () => store().scans],
    ['fink_store_rows_total', 'Rows read from the table store', () => store().rows],
    ['fink_store_seconds_total', 'Time spent waiting for the store', () => store().ms / 1000],
    ['fink_store_failures_total', 'Scans that the table store failed', () => store().failures],
  ] as const
  for (const [name, help, read] of totals) declareTotal(registry, [name, help], read)
}

function declareUpstreams(registry: Registry, upstreams: () => readonly UpstreamHealth[]): void {
  new Gauge({
    name: 'fink_upstream_up',
    help: '1 when a remote service is asked, 0 while it is left alone after failures',
    labelNames: ['service'],
    registers: [registry],
    collect() {
      for (const { name, state } of upstreams()) {
        if (state !== 'unset') this.set({ service: name }, state === 'open' ? 0 : 1)
      }
    },
  })
  const totals = [
    ['fink_upstream_calls_total', 'Calls of remote services', 'calls'],
    ['fink_upstream_failures_total', 'Calls that remote services failed', 'failures'],
    ['fink_upstream_kept_total', 'Questions answered from what was kept', 'kept'],
  ] as const
  for (const [name, help, member] of totals) {
    new Counter({
      name,
      help,
      labelNames: ['service'],
      registers: [registry],
      collect() {
        this.reset()
        for (const health of upstreams()) this.inc({ service: health.name }, health[member])
      },
    })
  }
}

function declareGauge(
  registry: Registry,
  [name, help]: readonly [string, string],
  read: () => number,
): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })
}

function declareTotal(
  registry: Registry,
  [name, help]: readonly [string, string],
  read: () => number,
): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(read())
    },
  })
}
