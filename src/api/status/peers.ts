/** What the processes of one service tell each other, so that any of them can speak for all. */
import { AggregatorRegistry, type MetricObject, type Registry } from 'prom-client'
import type { StatusSnapshot } from './service-status.js'

/** What one process knows. Plain data, to be sent between processes. */
export interface PeerSnapshot {
  readonly status: StatusSnapshot
  readonly metrics: readonly MetricObject[]
}

/** Asks the other processes. Those that do not answer in time are left out. */
export type Peers = () => Promise<readonly PeerSnapshot[]>

/** Metrics of this process and the others together. */
export async function sumMetrics(own: Registry, others: readonly PeerSnapshot[]): Promise<string> {
  if (others.length === 0) return own.metrics()
  const all = [await own.getMetricsAsJSON(), ...others.map(({ metrics }) => [...metrics])]
  return AggregatorRegistry.aggregate(all).metrics()
}
