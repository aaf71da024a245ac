/** What the processes of one service tell each other, so that any of them can speak for all. */
import { AggregatorRegistry, type Registry } from 'prom-client'
import type { StatusSnapshot } from './service-status.js'

/** A metric with its values, as plain data. */
export interface MetricFigures {
  readonly name: string
  readonly help: string
  /** A text such as `counter` or `gauge`, whatever the types of the library say. */
  readonly type: unknown
  /** How values of several processes become one. */
  readonly aggregator: string
  readonly values: readonly {
    readonly value: number
    readonly labels: Readonly<Partial<Record<string, string | number>>>
    /** Of the parts of a histogram. */
    readonly metricName?: string
  }[]
}

/** What one process knows. Plain data, to be sent between processes. */
export interface PeerSnapshot {
  readonly status: StatusSnapshot
  readonly metrics: readonly MetricFigures[]
}

/**
 * Tells the others what this process is about to say, and asks what they know, also about
 * processes that have ended.
 */
export type Peers = (own: PeerSnapshot) => Promise<readonly PeerSnapshot[]>

/** Metrics of this process, as it has told them, and the others together. */
export async function sumMetrics(
  registry: Registry,
  own: PeerSnapshot,
  others: readonly PeerSnapshot[],
): Promise<string> {
  if (others.length === 0) return registry.metrics()
  return AggregatorRegistry.aggregate([own, ...others].map(({ metrics }) => [...metrics])).metrics()
}
