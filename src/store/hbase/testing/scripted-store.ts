/**
 * The store on a scripted cluster, which may misbehave by a plan. The clock of the client moves
 * only when a server keeps silent or a call is tried again, so that time-outs take no time. For
 * tests only.
 */
import type { Store } from '../../store.js'
import { HBaseClient } from '../client.js'
import { type HBaseStoreOptions, storeOn } from '../store.js'
import { CALL_TIMEOUT_MS, openScriptedClient } from './scripted-client.js'
import { startScriptedCluster } from './scripted-cluster.js'

/** How long an operation of the store may take, by the clock of the client. */
const OPERATION_TIMEOUT_MS = 120 * CALL_TIMEOUT_MS
/** What a retry takes, so that retries without end come to one. */
const RETRY_MS = 10
const SERVERS = 3

/** What a test may set. */
export interface ScriptedStoreOptions extends HBaseStoreOptions {
  /** Boundaries between the regions of new tables. */
  readonly splitKeys?: readonly string[]
  /** Bytes of cells after which a server answers a scan. */
  readonly pageBytes?: number
  /** Most time of an operation, by the clock of the client. */
  readonly timeoutMs?: number
  /** What each retry takes, by that clock. */
  readonly retryMs?: number
}

/** An empty store, its cluster of three servers and its client; the store closes them all. */
export async function openScriptedStore(options: ScriptedStoreOptions = {}) {
  const { splitKeys = [], pageBytes, ...more } = options
  const { timeoutMs = OPERATION_TIMEOUT_MS, retryMs = RETRY_MS, ...storeOptions } = more
  const cluster = await startScriptedCluster(SERVERS, {
    onSilence: () => client.clock.advance(CALL_TIMEOUT_MS),
  })
  const client = openScriptedClient(cluster, {
    asksRegistry: true,
    ...(pageBytes !== undefined && { pageBytes }),
  })
  client.onRetry(() => client.clock.advance(retryMs))
  const store = storeOn(new HBaseClient(client.context, timeoutMs), {
    // Families are fixed when a table is made, columns are not.
    familiesOf: () => ['d', 'i'],
    splitsOf: () => splitKeys.map(key => Buffer.from(key)),
    ...storeOptions,
  })
  return { store: closingWith(store, () => cluster.close()), cluster, client }
}

/** A store that closes its cluster behind it. */
export function closingWith(store: Store, close: () => Promise<void>): Store {
  return {
    tables: () => store.tables(),
    schema: table => store.schema(table),
    scan: request => store.scan(request),
    write: puts => store.write(puts),
    remove: (table, keys) => store.remove(table, keys),
    async close() {
      await store.close()
      await close()
    },
  }
}
