/**
 * The HBase client while a real cluster changes: ZooKeeper away, regions moved and split, leases
 * run out, a region server silent or killed.
 */
import assert from 'node:assert/strict'
import { flushRegion, moveRegion, splitRegion } from '../services/hbase-admin.js'
import {
  FAMILIES,
  hbaseTests,
  KEYS,
  REVERSED_KEYS,
  rowsOf,
  SPLITS,
} from '../services/hbase-tests.js'
import { openTcpGate } from '../services/tcp-gate.js'

/** Time after which a server gives up a scanner that nobody advances or closes. */
const SCANNER_LEASE_MS = 4_000

const { cluster, clusterTest } = hbaseTests({
  'hbase.client.scanner.timeout.period': SCANNER_LEASE_MS,
  // How often leases are looked at.
  'hbase.server.thread.wakefrequency': 500,
})

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

clusterTest('ZooKeeper may be away for some seconds', async t => {
  const table = 'gated'
  await cluster.client.createTable({ name: table, families: FAMILIES, splitKeys: SPLITS })
  await cluster.client.put(table, rowsOf(['0001', '5000']))
  const gate = await openTcpGate(Number(cluster.service.zookeeper.split(':')[1]))
  t.after(() => gate.shut())
  const gated = cluster.open({ zookeeper: [`127.0.0.1:${gate.port}`] })
  t.after(() => gated.close())
  await gate.shut()
  const reading = gated.get(table, { row: Buffer.from('0001') })
  await pause(2_000)
  await gate.open()
  assert.equal((await reading).rowCount, 1)
  assert.equal(gate.connectionCount(), 1)
  await gate.shut()
  assert.equal((await gated.get(table, { row: Buffer.from('5000') })).rowCount, 1)
  const lost = cluster.open({ zookeeper: [`127.0.0.1:${gate.port}`], timeoutMs: 1_000 })
  t.after(() => lost.close())
  await assert.rejects(lost.get(table, { row: Buffer.from('0001') }), {
    failure: 'unavailable',
    message: /ECONNREFUSED/,
  })
})

/** Scanners that a server had to give up because the client had left them. */
function expiredScanners(): number {
  return cluster.service.logLines().filter(line => /scanner.*lease.*expired/i.test(line)).length
}

clusterTest('scans that end early leave no scanner on the servers, slow ones go on', async t => {
  const table = await cluster.filledTable('leases', 300)
  const small = cluster.open({ pageBytes: 20_000 })
  t.after(() => small.close())
  const before = expiredScanners()
  const leave = async (when: number, isAborted: boolean) => {
    const abort = new AbortController()
    const options = { signal: abort.signal, isReversed: when % 2 === 0 }
    for await (const batch of small.scan(table, options)) {
      assert.ok(batch.rowCount > 0)
      // Some end between two calls, most while the next page is on its way.
      if (when % 3 === 0) await pause(when)
      if (!isAborted) return
      setTimeout(() => abort.abort(new Error('left')), when % 5)
    }
  }
  const ends = await Promise.allSettled(
    Array.from({ length: 60 }, (_, when) => leave(when, when % 4 === 1)),
  )
  const left = ends.filter(end => end.status === 'rejected').map(end => String(end.reason))
  assert.deepEqual(left, Array(15).fill('Error: left'))
  await Promise.all([1, 10, 2_000].map(limit => cluster.keysOf(table, { limit }, { by: small })))
  await pause(2 * SCANNER_LEASE_MS)
  assert.equal(expiredScanners() - before, 0)
  let isFirst = true
  const onBatch = async () => {
    if (isFirst) await pause(2 * SCANNER_LEASE_MS)
    isFirst = false
  }
  assert.deepEqual(await cluster.keysOf(table, {}, { by: small, onBatch }), KEYS)
  assert.ok(expiredScanners() - before > 0, 'the lease of the slow scan has run out')
})

clusterTest('regions move and split under a scan', async t => {
  const second = await cluster.service.startRegionServer()
  t.after(() => second.end())
  const table = await cluster.filledTable('moving', 300)
  for (const isReversed of [false, true]) {
    const small = cluster.open({ pageBytes: 20_000 })
    t.after(() => small.close())
    const server = isReversed ? cluster.service.regionServer : second.name
    // A half of a split region cannot be split again so soon.
    const [firstSplit, secondSplit] = isReversed ? ['5100', '2400'] : ['0900', '4000']
    const changes = [
      () => moveRegion(cluster.client, { table, row: '0700' }, server),
      () => splitRegion(cluster.client, table, firstSplit!),
      () => moveRegion(cluster.client, { table, row: '2000' }, server),
      () => splitRegion(cluster.client, table, secondSplit!),
      () => moveRegion(cluster.client, { table, row: '5999' }, server),
    ]
    let made = 0
    const onBatch = async (rows: number) => {
      if (rows > (made + 1) * 600 && made < changes.length) await changes[made++]!()
    }
    const keys = await cluster.keysOf(table, { isReversed }, { by: small, onBatch })
    assert.equal(made, changes.length)
    assert.deepEqual(keys, isReversed ? REVERSED_KEYS : KEYS)
  }
})

clusterTest('a region server that stops answering is waited for, within limits', async t => {
  const second = await cluster.service.startRegionServer()
  t.after(() => second.end('SIGKILL'))
  const table = await cluster.filledTable('silent')
  for (const row of ['0000', '2000']) await moveRegion(cluster.client, { table, row }, second.name)
  const hasty = cluster.open({ callTimeoutMs: 1_000, timeoutMs: 2_500 })
  t.after(() => hasty.close())
  assert.deepEqual(await cluster.keysOf(table, {}, { by: hasty }), KEYS)
  second.signal('SIGSTOP')
  await assert.rejects(cluster.keysOf(table, {}, { by: hasty }), { failure: 'timeout' })
  const abort = new AbortController()
  const aborted = cluster.keysOf(table, { signal: abort.signal }, { by: hasty })
  setTimeout(() => abort.abort(new Error('enough')), 100)
  await assert.rejects(aborted, /enough/)
  const patient = cluster.open({ callTimeoutMs: 1_000 })
  t.after(() => patient.close())
  const reading = cluster.keysOf(table, {}, { by: patient })
  setTimeout(() => second.signal('SIGCONT'), 1_500)
  assert.deepEqual(await reading, KEYS)
})

clusterTest('a region server is killed under a scan, comes back, and nothing is lost', async t => {
  const second = await cluster.service.startRegionServer()
  const table = await cluster.filledTable('killed', 300)
  for (const row of ['0000', '2000', '4000']) {
    await moveRegion(cluster.client, { table, row }, second.name)
    await flushRegion(cluster.client, table, row)
  }
  const small = cluster.open({ pageBytes: 20_000, timeoutMs: 120_000 })
  t.after(() => small.close())
  let isKilled = false
  const onBatch = async (rows: number) => {
    if (rows < 500 || isKilled) return
    isKilled = true
    await second.end('SIGKILL')
  }
  assert.deepEqual(await cluster.keysOf(table, {}, { by: small, onBatch }), KEYS)
  assert.ok(isKilled)
  const again = await cluster.service.startRegionServer(second.name.port)
  t.after(() => again.end())
  await moveRegion(cluster.client, { table, row: '2000' }, again.name)
  await small.put(table, rowsOf(['2000'], 300))
  assert.deepEqual(await cluster.keysOf(table, {}, { by: small }), KEYS)
})
