/**
 * A store as a server needs it: what is read and how long that takes is counted, and a long scan
 * of a store that never waits still lets time limits pass and other requests be answered.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PackedRow } from '../rows/packed-row.js'
import type { ScanRequest, Store } from './store.js'

/** Time after which a scan lets other work in. */
const SLICE_MS = 20

/** Sums since the store was opened. */
export interface ScanTotals {
  scans: number
  rows: number
  /** Time until batches came, in ms; scans at the same time count each. */
  ms: number
  failures: number
}

/** The store with its totals, which grow as it is used. */
export function measuredStore(store: Store): {
  readonly store: Store
  readonly totals: ScanTotals
} {
  const totals = { scans: 0, rows: 0, ms: 0, failures: 0 }
  const measured: Store = {
    tables: () => store.tables(),
    schema: table => store.schema(table),
    scan: request => measureScan(store, request, totals),
    write: puts => store.write(puts),
    remove: (table, keys) => store.remove(table, keys),
    close: () => store.close(),
  }
  return { store: measured, totals }
}

async function* measureScan(
  store: Store,
  request: ScanRequest,
  totals: ScanTotals,
): AsyncGenerator<readonly PackedRow[]> {
  totals.scans++
  let startMs = performance.now()
  let sliceStartMs = startMs
  try {
    for await (const batch of store.scan(request)) {
      totals.ms += performance.now() - startMs
      totals.rows += batch.length
      yield batch
      startMs = performance.now()
      if (startMs - sliceStartMs < SLICE_MS) continue
      await nextTurn()
      request.signal?.throwIfAborted()
      startMs = performance.now()
      sliceStartMs = startMs
    }
    totals.ms += performance.now() - startMs
  } catch (error) {
    if (request.signal?.aborted !== true) totals.failures++
    throw error
  }
}
