/**
 * The service on a store that is slow, stuck or failing when it is told to, as a cluster that has
 * trouble. It is told by `PUT /store/<health>`; prints its address as `fink serve` does.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from '../../src/app.js'
import { openStoreAt, storeAddress } from '../../src/cli/data-folder.js'
import { readConfig } from '../../src/config.js'
import { StoreError } from '../../src/errors.js'
import type { PackedRow } from '../../src/rows/packed-row.js'
import type { ScanRequest, Store } from '../../src/store/store.js'

/** How the store does. */
export type StoreHealth = 'well' | 'slow' | 'stuck' | 'failing'

const SLOW_MS = 150

let health: StoreHealth = 'well'

async function* scanSlowly(
  store: Store,
  request: ScanRequest,
): AsyncGenerator<readonly PackedRow[]> {
  const { signal } = request
  if (health === 'failing') {
    throw new StoreError('HBase', 'Cannot read: no region server answers', {
      failure: 'unavailable',
    })
  }
  if (health === 'slow') await sleep(SLOW_MS, undefined, signal === undefined ? {} : { signal })
  while (health === 'stuck') {
    await sleep(SLOW_MS)
    signal?.throwIfAborted()
  }
  yield* store.scan(request)
}

const config = readConfig({ env: process.env })
const store = await openStoreAt(storeAddress({ data: config.dataDir }))
const { app } = buildApp({
  ...config,
  version: 'soak',
  store: { ...bound(store), scan: request => scanSlowly(store, request) },
})
app.put<{ Params: { health: StoreHealth } }>('/store/:health', (request, reply) => {
  health = request.params.health
  reply.send('')
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`listening on ${url}\n`)
process.once('SIGTERM', () => process.exit(0))

function bound(inner: Store): Omit<Store, 'scan'> {
  return {
    tables: () => inner.tables(),
    schema: table => inner.schema(table),
    write: puts => inner.write(puts),
    remove: (table, keys) => inner.remove(table, keys),
    close: () => inner.close(),
  }
}
