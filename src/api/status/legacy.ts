/**
 * What processes of a service leave behind when they end: what they have counted, so that sums over
 * the processes never go backwards when one is replaced.
 */
import type { MetricFigures, PeerSnapshot } from './peers.js'
import { addLegacy } from './service-status.js'

/** What processes left behind that never were. */
export function noLegacy(nowMs: number): PeerSnapshot {
  const work = { inFlight: 0, waiting: 0, refused: 0 }
  return {
    status: { processes: 0, startedMs: nowMs, work, routes: [], upstreams: [] },
    metrics: [],
  }
}

/**
 * Adds the last snapshot of a process that has ended to what those before it left behind: its
 * counters and histograms, and its part of the last hour. Gauges are of the living.
 */
export function addEnded(legacy: PeerSnapshot, ended: PeerSnapshot, nowMs: number): PeerSnapshot {
  const metrics = new Map(legacy.metrics.map(metric => [metric.name, metric]))
  for (const metric of ended.metrics) {
    if (metric.type === 'gauge') continue
    const known = metrics.get(metric.name)
    metrics.set(metric.name, known === undefined ? metric : addValues(known, metric))
  }
  return {
    status: addLegacy(legacy.status, ended.status, nowMs),
    metrics: [...metrics.values()],
  }
}

function addValues(a: MetricFigures, b: MetricFigures): MetricFigures {
  const values = new Map(a.values.map(value => [keyOf(value), value]))
  for (const more of b.values) {
    const known = values.get(keyOf(more))
    values.set(keyOf(more), { ...more, value: more.value + (known?.value ?? 0) })
  }
  return { ...b, values: [...values.values()] }
}

function keyOf({ metricName = '', labels }: MetricFigures['values'][number]): string {
  return `${metricName} ${JSON.stringify(Object.entries(labels).sort())}`
}
