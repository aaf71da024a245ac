/**
 * The store on a real HBase that changes under it: the same open store gives the right rows or an
 * error that names HBase, and goes on when the cluster does.
 */
import assert from 'node:assert/strict'
import { columnOf, readNumber } from '../../src/rows/packed-row.js'
import { openHBase } from '../../src/store/hbase/client.js'
import { storeOn } from '../../src/store/hbase/store.js'
import {
  ALL_KEYS,
  type KeyRange,
  prefixRange,
  type ScanRequest,
  type Store,
} from '../../src/store/store.js'
import { flushRegion, moveRegion, splitRegion } from '../services/hbase-admin.js'
import { hbaseTests } from '../services/hbase-tests.js'
import { openTcpGate } from '../services/tcp-gate.js'

const ROWS = 3_000
const TABLE = 't'
const NUMBER = { name: 'i:n', type: 'integer' as const }
const PADDING = { name: 'd:padding', type: 'string' as const }
const KEYS = Array.from({ length: ROWS }, (_, i) => String(i).padStart(4, '0'))
const REVERSED = [...KEYS].reverse()
/** Some pages a region, so that what happens meets scans under way. */
const PAGE_BYTES = 20_000
const OUTAGE_MS = 10_000

const { cluster, clusterTest } = hbaseTests()

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

function openStore(zookeeper = cluster.service.zookeeper, timeoutMs = 120_000): Store {
  const client = openHBase({ zookeeper: [zookeeper], pageBytes: PAGE_BYTES, timeoutMs })
  return storeOn(client, { splitsOf: () => ['1000', '2000'].map(key => Buffer.from(key)) })
}

async function fill(store: Store, table: string): Promise<void> {
  const rows = KEYS.map((key, i) => ({ key, values: [i, 'x'.repeat(100)] }))
  await store.write([{ table, columns: [NUMBER, PADDING], rows }])
}

/** Keys of a scan; every row is checked, and something may happen after each batch. */
async function keysOf(
  store: Store,
  request: Partial<ScanRequest> & { table: string },
  onBatch: (rows: number) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const keys: string[] = []
  for await (const batch of store.scan({ ranges: [ALL_KEYS], ...request })) {
    for (const row of batch) {
      assert.equal(readNumber(row, columnOf(row, NUMBER.name)), Number(row.key))
      keys.push(row.key)
    }
    await onBatch(keys.length)
  }
  return keys
}

/** A hundred ranges of ten keys or so, scanned side by side, in an order of their own. */
const TENS: readonly KeyRange[] = Array.from({ length: 300 }, (_, i) =>
  prefixRange(String((i * 77) % 300).padStart(3, '0')),
)
const IN_TENS = TENS.flatMap(({ start }) => KEYS.filter(key => key.startsWith(start.toString())))

clusterTest('regions move and split under scans of many ranges', async t => {
  const second = await cluster.service.startRegionServer()
  t.after(() => second.end())
  const store = openStore()
  t.after(() => store.close())
  await fill(store, TABLE)
  const changes = [
    () => moveRegion(cluster.client, { table: TABLE, row: '0500' }, second.name),
    () => splitRegion(cluster.client, TABLE, '1500'),
    () => moveRegion(cluster.client, { table: TABLE, row: '2500' }, second.name),
  ]
  let made = 0
  const onBatch = async (rows: number) => {
    if (rows > (made + 1) * 500 && made < changes.length) await changes[made++]!()
  }
  assert.deepEqual(await keysOf(store, { table: TABLE, ranges: TENS }, onBatch), IN_TENS)
  assert.equal(made, changes.length)
  assert.deepEqual(await keysOf(store, { table: TABLE, reversed: true }), REVERSED)
  for (const row of ['0500', '2500']) {
    await moveRegion(cluster.client, { table: TABLE, row }, cluster.service.regionServer)
  }
})

clusterTest('a region server is killed and restarted under a scan and a write', async t => {
  const second = await cluster.service.startRegionServer()
  const store = openStore()
  t.after(() => store.close())
  await fill(store, 'killed')
  for (const row of ['0500', '1500', '2500']) {
    await moveRegion(cluster.client, { table: 'killed', row }, second.name)
    await flushRegion(cluster.client, 'killed', row)
  }
  let third: Awaited<ReturnType<typeof cluster.service.startRegionServer>> | undefined
  const onBatch = async (rows: number) => {
    if (rows < 300 || third !== undefined) return
    await second.end('SIGKILL')
    third = await cluster.service.startRegionServer(second.name.port)
  }
  assert.deepEqual(await keysOf(store, { table: 'killed' }, onBatch), KEYS)
  assert.ok(third)
  const again = await store.write([
    { table: 'killed', columns: [NUMBER], rows: KEYS.map((key, i) => ({ key, values: [i] })) },
  ])
  assert.deepEqual(again.get('killed'), { added: 0, changed: 0 })
  await third.end()
})

clusterTest('ZooKeeper is away for ten seconds', async t => {
  const gate = await openTcpGate(Number(cluster.service.zookeeper.split(':')[1]))
  t.after(() => gate.shut())
  const zookeeper = `127.0.0.1:${gate.port}`
  const [warm, patient, hasty] = [
    openStore(zookeeper),
    openStore(zookeeper),
    openStore(zookeeper, 1_000),
  ]
  t.after(() => Promise.all([warm, patient, hasty].map(store => store.close())))
  assert.equal((await keysOf(warm, { table: TABLE })).length, ROWS)
  await gate.shut()
  const waiting = keysOf(patient, { table: TABLE })
  const since = performance.now()
  await assert.rejects(keysOf(hasty, { table: TABLE }), {
    name: 'StoreError',
    service: 'HBase',
    status: 503,
  })
  assert.deepEqual(await keysOf(warm, { table: TABLE }), KEYS, 'what is known is enough')
  await pause(Math.max(0, OUTAGE_MS - (performance.now() - since)))
  await gate.open()
  assert.deepEqual(await waiting, KEYS)
  assert.deepEqual(await keysOf(hasty, { table: TABLE }), KEYS)
})
