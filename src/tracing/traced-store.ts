/** A store whose scans and writes are recorded under the request that they are for. */
import type { PackedRow } from '../rows/packed-row.js'
import type { ScanRequest, Store } from '../store/store.js'
import { type Tracing, traceWork } from './tracing.js'

/** The store itself when there is no tracing. */
export function tracedStore(store: Store, tracing: Tracing | undefined): Store {
  if (tracing === undefined) return store
  return {
    tables: () => store.tables(),
    schema: table => store.schema(table),
    scan: request => traceScan(store, request, tracing),
    write: puts => {
      const tables = [...new Set(puts.map(({ table }) => table))].join(' ')
      const trace = tracing.begin(`write ${tables}`, {
        'db.operation.name': 'write',
        'db.collection.name': tables,
        'fink.rows': puts.reduce((sum, { rows }) => sum + rows.length, 0),
      })
      return traceWork(trace, () => store.write(puts))
    },
    remove: (table, keys) => store.remove(table, keys),
    close: () => store.close(),
  }
}

/** The span lasts until the last batch is taken; the time that the store made wait is a fact of it. */
async function* traceScan(
  store: Store,
  request: ScanRequest,
  tracing: Tracing,
): AsyncGenerator<readonly PackedRow[]> {
  const { table, ranges } = request
  const trace = tracing.begin(`scan ${table}`, {
    'db.operation.name': 'scan',
    'db.collection.name': table,
    'fink.ranges': ranges.length,
  })
  if (trace === undefined) {
    yield* store.scan(request)
    return
  }
  let rows = 0
  let waitedMs = 0
  let error: unknown
  let startMs = performance.now()
  try {
    for await (const batch of store.scan(request)) {
      waitedMs += performance.now() - startMs
      rows += batch.length
      yield batch
      startMs = performance.now()
    }
    waitedMs += performance.now() - startMs
  } catch (cause) {
    error = cause
    throw cause
  } finally {
    trace.add({ 'fink.rows': rows, 'fink.waited_ms': Math.round(waitedMs * 1000) / 1000 })
    trace.end(error)
  }
}
