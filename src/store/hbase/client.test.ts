import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type HBaseOptions, openHBase } from './client.js'
import { plainRows } from './testing/scripted-client.js'
import { startScriptedCluster } from './testing/scripted-cluster.js'
import { nodeData, startScriptedZookeeper } from './testing/scripted-zookeeper.js'

const COLUMN = { family: Buffer.from('i'), qualifier: Buffer.from('v') }

/** A client that finds a scripted cluster through a scripted ZooKeeper. */
async function setUp(t: TestContext, more: Partial<HBaseOptions> = {}) {
  const cluster = await startScriptedCluster(1)
  cluster.createTable('t', ['m'])
  const server = { host_name: 'rs.invalid', port: cluster.servers[0]!.port, start_code: 1 }
  const zookeeper = await startScriptedZookeeper({
    nodes: { '/other/meta-region-server': nodeData('MetaRegionServer', { server }) },
  })
  const client = openHBase({
    zookeeper: [`${zookeeper.address.host}:${zookeeper.address.port}`],
    parentNode: '/other',
    hostMap: { 'rs.invalid': '127.0.0.1' },
    user: 'someone',
    ...more,
  })
  t.after(async () => {
    client.close()
    await zookeeper.stop()
    await cluster.close()
  })
  return { cluster, client }
}

test('HBaseClient writes, reads and scans rows of a cluster found in ZooKeeper', async t => {
  const { client, cluster } = await setUp(t)
  const rows = ['a', 'n', 'z'].map(key => ({
    row: Buffer.from(key),
    cells: [{ ...COLUMN, value: Buffer.from(key.toUpperCase()) }],
  }))
  await client.put('t', rows)
  assert.deepEqual(plainRows(await client.get('t', { row: Buffer.from('n') })), [
    ['n', { 'i:v': 'N' }],
  ])
  const keys: string[] = []
  for await (const batch of client.scan('t', { isReversed: true, limit: 2 })) {
    keys.push(...plainRows(batch).map(([key]) => key))
  }
  assert.deepEqual(keys, ['z', 'n'])
  assert.ok(cluster.servers[0]!.calls.every(call => call.connection.user === 'someone'))
})

test('HBaseClient.put() says how many rows could not be written', async t => {
  const { client, cluster } = await setUp(t)
  cluster.fault = call =>
    call.method === 'Multi' ? { exception: { className: 'a.B', doNotRetry: true } } : undefined
  const row = { row: Buffer.from('a'), cells: [{ ...COLUMN, value: Buffer.from('1') }] }
  await assert.rejects(client.put('t', [row, row]), {
    name: 'StoreError',
    failure: 'failed',
    message: /Cannot write 2 of 2 rows of the table "t": .* answered a\.B: scripted/,
  })
})

test('HBaseClient.close() ends what is under way; nothing works afterwards', async t => {
  const { client, cluster } = await setUp(t)
  cluster.fault = call => (call.method === 'Get' ? 'silence' : undefined)
  const reading = client.get('t', { row: Buffer.from('a') })
  await cluster.servers[0]!.received(2)
  client.close()
  await assert.rejects(reading, { name: 'StoreError', failure: 'failed', message: /was closed/ })
  await assert.rejects(client.get('t', { row: Buffer.from('a') }), /was closed/)
})

test('openHBase() wants one kind of address, well formed', () => {
  assert.throws(() => openHBase({}), RangeError)
  assert.throws(() => openHBase({ zookeeper: ['a:1'], bootstrap: ['b:2'] }), RangeError)
  assert.throws(() => openHBase({ zookeeper: ['nowhere'] }), SyntaxError)
  openHBase({ bootstrap: ['a:1', '[::1]:2'] }).close()
})
