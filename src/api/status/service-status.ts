/**
 * How the service is doing: what it answered in the last hour by route, what it is doing now and
 * whether what it needs is there. Snapshots of several processes add up to one report.
 */
import type { Exchange, ExchangeLabels } from '../exchange/exchange.js'
import {
  addSlots,
  addSums,
  DurationHistory,
  type DurationSums,
  NO_SUMS,
  percentileMs,
  recentSlots,
  type SlotSums,
  sumSlots,
} from './duration-history.js'

/** A remote service as the status tells it. */
export interface UpstreamHealth {
  readonly name: string
  /** `closed` is well, `open` is not asked for a while, `trying` is asked again, `unset` never. */
  readonly state: 'closed' | 'open' | 'trying' | 'unset'
  readonly calls: number
  readonly failures: number
  /** Questions answered from what was kept. */
  readonly kept: number
}

/** The work of a process now and since its start. */
export interface WorkFigures {
  readonly inFlight: number
  readonly waiting: number
  readonly refused: number
}

/** What a route answered in the last hour. */
export type RouteHistory = ExchangeLabels & { readonly slots: readonly SlotSums[] }

/** What one process knows, or several together. Plain data, to be sent between processes. */
export interface StatusSnapshot {
  /** Processes that are alive: 0 for what others have left behind. */
  readonly processes: number
  readonly startedMs: number
  readonly work: WorkFigures
  readonly routes: readonly RouteHistory[]
  readonly upstreams: readonly UpstreamHealth[]
}

/** Figures of the last hour. Durations in ms; null when nothing was answered. */
export interface HourFigures {
  readonly requests: number
  readonly clientErrors: number
  readonly serverErrors: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly rows: number
  readonly bytes: number
}

/** The answer of `/status`. */
export interface StatusReport {
  /** `degraded` when the store cannot be reached. */
  readonly status: 'ok' | 'degraded'
  readonly version: string
  readonly processes: number
  readonly uptimeSec: number
  readonly work: WorkFigures
  readonly store: StoreHealth
  readonly upstreams: readonly UpstreamHealth[]
  readonly lastHour: HourFigures
  readonly routes: readonly (ExchangeLabels & HourFigures)[]
}

/** Whether the store answers. */
export interface StoreHealth {
  readonly isReachable: boolean
  readonly ms: number
}

/** Collects what `StatusSnapshot` tells about the answers of one process. */
export class StatusRecorder {
  readonly #routes = new Map<ExchangeLabels, DurationHistory>()
  readonly #startedMs = Date.now()

  /** Counts an exchange that is over. */
  end(exchange: Exchange): void {
    let history = this.#routes.get(exchange.labels)
    if (history === undefined) {
      history = new DurationHistory()
      this.#routes.set(exchange.labels, history)
    }
    const outcome = {
      durationMs: exchange.elapsedMs,
      status: exchange.isComplete ? exchange.response.statusCode : 499,
      rows: exchange.rows,
      bytes: exchange.sentBytes,
    }
    history.add(outcome, Date.now())
  }

  /** What is known now. */
  snapshot(work: WorkFigures, upstreams: readonly UpstreamHealth[]): StatusSnapshot {
    const nowMs = Date.now()
    const routes = [...this.#routes]
      .map(([labels, history]) => ({ ...labels, slots: history.slots(nowMs) }))
      .filter(({ slots }) => slots.length > 0)
    return { processes: 1, startedMs: this.#startedMs, work, routes, upstreams }
  }
}

/** One report of the snapshots of all processes. */
export function toStatusReport(
  snapshots: readonly StatusSnapshot[],
  facts: { readonly version: string; readonly store: StoreHealth; readonly nowMs: number },
): StatusReport {
  const routes = sumRoutes(snapshots, facts.nowMs)
  const total = routes.map(({ sums }) => sums).reduce(addSums, NO_SUMS)
  const startedMs = Math.min(...snapshots.map(snapshot => snapshot.startedMs))
  return {
    status: facts.store.isReachable ? 'ok' : 'degraded',
    version: facts.version,
    processes: snapshots.reduce((sum, { processes }) => sum + processes, 0),
    uptimeSec: Math.max(0, Math.round((facts.nowMs - startedMs) / 1000)),
    work: snapshots.map(({ work }) => work).reduce(addWork),
    store: facts.store,
    upstreams: sumUpstreams(snapshots),
    lastHour: toFigures(total),
    routes: routes.map(({ survey, route, sums }) => ({ survey, route, ...toFigures(sums) })),
  }
}

/**
 * What two snapshots know together, as left behind by processes that have ended: counts, but no
 * work under way and no state of the remote services.
 */
export function addLegacy(a: StatusSnapshot, b: StatusSnapshot, nowMs: number): StatusSnapshot {
  return {
    processes: 0,
    startedMs: Math.min(a.startedMs, b.startedMs),
    work: { inFlight: 0, waiting: 0, refused: a.work.refused + b.work.refused },
    routes: addRoutes([...a.routes, ...b.routes], nowMs),
    upstreams: sumUpstreams([a, b]).map(health => ({ ...health, state: 'unset' })),
  }
}

function addRoutes(routes: readonly RouteHistory[], nowMs: number): RouteHistory[] {
  const byName = new Map<string, RouteHistory>()
  for (const { survey, route, slots } of routes) {
    const name = `${survey} ${route}`
    const known = byName.get(name)?.slots ?? []
    byName.set(name, { survey, route, slots: addSlots(known, recentSlots(slots, nowMs)) })
  }
  return [...byName.values()].filter(({ slots }) => slots.length > 0)
}

function sumRoutes(snapshots: readonly StatusSnapshot[], nowMs: number) {
  return addRoutes(
    snapshots.flatMap(({ routes }) => routes),
    nowMs,
  )
    .map(({ survey, route, slots }) => ({ survey, route, sums: sumSlots(slots) }))
    .sort((a, b) => b.sums.requests - a.sums.requests)
}

/** A service is as badly off as the process that has the most trouble with it. */
const STATES: readonly UpstreamHealth['state'][] = ['unset', 'closed', 'trying', 'open']

function sumUpstreams(snapshots: readonly StatusSnapshot[]): UpstreamHealth[] {
  const byName = new Map<string, UpstreamHealth>()
  for (const health of snapshots.flatMap(({ upstreams }) => upstreams)) {
    const known = byName.get(health.name)
    byName.set(health.name, known === undefined ? health : addHealth(known, health))
  }
  return [...byName.values()]
}

function addHealth(a: UpstreamHealth, b: UpstreamHealth): UpstreamHealth {
  return {
    name: a.name,
    state: STATES.indexOf(a.state) >= STATES.indexOf(b.state) ? a.state : b.state,
    calls: a.calls + b.calls,
    failures: a.failures + b.failures,
    kept: a.kept + b.kept,
  }
}

function addWork(a: WorkFigures, b: WorkFigures): WorkFigures {
  return {
    inFlight: a.inFlight + b.inFlight,
    waiting: a.waiting + b.waiting,
    refused: a.refused + b.refused,
  }
}

function toFigures(sums: DurationSums): HourFigures {
  const { requests, clientErrors, serverErrors, rows, bytes } = sums
  const at = (share: number): number | null => {
    const ms = percentileMs(sums, share)
    return ms === undefined ? null : Number(ms.toPrecision(3))
  }
  const times = { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }
  return { requests, clientErrors, serverErrors, ...times, rows, bytes }
}
