/**
 * What the workers of a pool have told about themselves, and what those that ended have left behind.
 * Whatever was told once stays in the sums, so that no count of the service ever goes backwards.
 */
import { addEnded, noLegacy } from '../../api/status/legacy.js'
import type { MetricFigures, PeerSnapshot } from '../../api/status/peers.js'

/** Records by worker. */
export class WorkerRecords<W> {
  readonly #last = new Map<W, PeerSnapshot>()
  readonly #nowMs: () => number
  #legacy: PeerSnapshot
  #failures = 0

  /** @param nowMs a clock in ms since 1970; that of the machine when absent */
  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs
    this.#legacy = noLegacy(nowMs())
  }

  /** Keeps what the worker has told, in place of what it told before. */
  note(worker: W, snapshot: PeerSnapshot): void {
    this.#last.set(worker, snapshot)
  }

  /** The worker will tell no more: its counts become part of what is left behind. */
  end(worker: W): void {
    const last = this.#last.get(worker)
    if (last === undefined) return
    this.#last.delete(worker)
    this.#legacy = addEnded(this.#legacy, last, this.#nowMs())
  }

  /** Counts a worker that ended without being told to. */
  countFailure(): void {
    this.#failures++
  }

  /** What all have told last except this one, the ended together as one. */
  allBut(asker: W): PeerSnapshot[] {
    const others = [...this.#last].filter(([worker]) => worker !== asker)
    const { status, metrics } = this.#legacy
    const legacy = { status, metrics: [...metrics, toFailureMetric(this.#failures)] }
    return [legacy, ...others.map(([, snapshot]) => snapshot)]
  }
}

function toFailureMetric(value: number): MetricFigures {
  return {
    name: 'fink_worker_failures_total',
    help: 'Workers that ended without being told to, and were replaced',
    type: 'counter',
    aggregator: 'sum',
    values: [{ value, labels: {} }],
  }
}
