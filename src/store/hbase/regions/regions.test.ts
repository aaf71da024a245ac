import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  RegionGapFailure,
  RemoteFailure,
  TableFailure,
  TimeoutFailure,
} from '../retries/failures.js'
import { CALL_TIMEOUT_MS, openScriptedClient } from '../testing/scripted-client.js'
import { startScriptedCluster } from '../testing/scripted-cluster.js'
import type { Side } from './regions.js'

const META = 0

/** A cluster with table `t` of the regions (-c, c-m, m-) on servers 0, 1, 0. */
async function setUp(t: TestContext) {
  const cluster = await startScriptedCluster(2)
  cluster.createTable('t', ['c', 'm'])
  const client = openScriptedClient(cluster)
  t.after(async () => {
    client.close()
    await cluster.close()
  })
  const { regions } = client.context
  const locate = async (row: string, side: Side = 'at', atMs = 60_000) => {
    const region = await regions.locate('t', Buffer.from(row), { side, deadline: { atMs } })
    const server = cluster.servers.findIndex(one => one.port === region.server.port)
    return { text: `${region.info.startKey}-${region.info.endKey} on ${server}`, region }
  }
  const textOf = async (row: string, side?: Side) => (await locate(row, side)).text
  const metaCalls = () => cluster.servers[META]!.calls.length
  return { cluster, client, regions, locate, textOf, metaCalls }
}

test('Regions.locate() reads a table once, whatever is asked at the same time', async t => {
  const { textOf, metaCalls, cluster } = await setUp(t)
  const rows = ['', 'b', 'c', 'lz', 'm', 'z']
  const found = await Promise.all(rows.map(row => textOf(row)))
  assert.deepEqual(found, ['-c on 0', '-c on 0', 'c-m on 1', 'c-m on 1', 'm- on 0', 'm- on 0'])
  const before = await Promise.all(['c', 'd', 'm', ''].map(row => textOf(row, 'before')))
  assert.deepEqual(before, ['-c on 0', 'c-m on 1', 'c-m on 1', 'm- on 0'])
  assert.equal(metaCalls(), 1)
  assert.equal(cluster.scanners.openCount, 0)
})

test('Regions.locate() looks a forgotten region up again, and only that one', async t => {
  const { cluster, regions, locate, textOf, metaCalls } = await setUp(t)
  const { region } = await locate('d')
  cluster.move('t', 'd', 0)
  assert.equal(await textOf('d'), 'c-m on 1')
  regions.forgetAfter(region, 'relocate')
  const calls = metaCalls()
  assert.deepEqual(
    await Promise.all(['d', 'e', 'f'].map(row => textOf(row))),
    Array(3).fill('c-m on 0'),
  )
  assert.equal(metaCalls() - calls, 2, 'one for the region, one for the state of the table')
})

test('Regions.locate() finds both halves of a split region', async t => {
  const { cluster, regions, locate, textOf } = await setUp(t)
  const { region } = await locate('d')
  cluster.split('t', 'g', 0)
  regions.forgetAfter(region, 'relocate')
  assert.deepEqual(await Promise.all(['d', 'g'].map(row => textOf(row))), ['c-g on 1', 'g-m on 0'])
  assert.equal(await textOf('g', 'before'), 'c-g on 1')
})

test('Regions.locate() finds the last region before the open end', async t => {
  const { cluster, regions, locate, textOf } = await setUp(t)
  const { region } = await locate('', 'before')
  cluster.split('t', 'x', 1)
  regions.forgetAfter(region, 'relocate')
  assert.equal(await textOf('', 'before'), 'x- on 1')
})

test('Regions.forgetAfter() drops all regions of a server that is gone', async t => {
  const { cluster, regions, locate, textOf, metaCalls } = await setUp(t)
  const { region } = await locate('a')
  cluster.move('t', 'a', 1)
  cluster.move('t', 'z', 1)
  regions.forgetAfter(region, 'reconnect')
  assert.deepEqual(await Promise.all(['a', 'z'].map(row => textOf(row))), ['-c on 1', 'm- on 1'])
  const calls = metaCalls()
  assert.equal(await textOf('d'), 'c-m on 1')
  assert.equal(metaCalls(), calls)
})

test('Regions.locate() tells a missing and a disabled table', async t => {
  const { cluster, regions, locate } = await setUp(t)
  const want = { side: 'at', deadline: { atMs: 60_000 } } as const
  await assert.rejects(regions.locate('nope', Buffer.from('a'), want), /"nope" does not exist/)
  const { region } = await locate('d')
  cluster.setEnabled('t', false)
  regions.forgetAfter(region, 'relocate')
  await assert.rejects(locate('d'), (failure: unknown) => {
    assert.ok(failure instanceof TableFailure)
    assert.match(failure.message, /"t" is disabled/)
    return true
  })
  regions.forgetTable('t')
  await assert.rejects(locate('d'), /"t" is disabled/)
})

test('Regions.locate() is not confused by names and keys that look alike', async t => {
  const { cluster, regions } = await setUp(t)
  cluster.createTable('t2', ['a'])
  cluster.createTable('t-', ['a,b', 'x,1'])
  const want = { side: 'at', deadline: { atMs: 60_000 } } as const
  for (const [row, start] of [
    ['a,a', ''],
    ['a,c', 'a,b'],
    ['x,0', 'a,b'],
    ['x,1', 'x,1'],
  ] as const) {
    const region = await regions.locate('t-', Buffer.from(row), want)
    assert.equal(region.info.startKey.toString(), start, row)
    regions.forgetAfter(region, 'relocate')
    const again = await regions.locate('t-', Buffer.from(row), want)
    assert.equal(again.info.startKey.toString(), start, row)
  }
})

test('Regions.locate() says when no region holds the row', async t => {
  const { cluster, regions, locate } = await setUp(t)
  const { region } = await locate('d')
  regions.forgetAfter(region, 'relocate')
  // The catalog in the moment of a merge: the neighbours only.
  cluster.removeRegion('t', 'd')
  await assert.rejects(locate('d'), RegionGapFailure)
  assert.equal((await locate('a')).text, '-c on 0')
})

test('Regions.locate() asks again where the catalog is when it has moved', async t => {
  const { cluster, regions, locate } = await setUp(t)
  const { region } = await locate('d')
  cluster.metaServer = 1
  regions.forgetAfter(region, 'relocate')
  await assert.rejects(locate('d'), RemoteFailure)
  assert.equal((await locate('d')).text, 'c-m on 1')
})

test('Regions.locate() ends a wait by deadline or signal, the read goes on for others', async t => {
  const { cluster, client, regions, locate } = await setUp(t)
  let release: (() => void) | undefined
  cluster.fault = () =>
    new Promise<undefined>(resolve => {
      release = () => resolve(undefined)
    })
  const abort = new AbortController()
  const patient = locate('a')
  const hasty = locate('a', 'at', 100)
  const aborted = regions.locate('t', Buffer.from('a'), {
    side: 'at',
    deadline: { atMs: 60_000, signal: abort.signal },
  })
  await cluster.servers[META]!.received(1)
  client.clock.advance(100)
  await assert.rejects(hasty, TimeoutFailure)
  abort.abort(new Error('enough'))
  await assert.rejects(aborted, /enough/)
  release?.()
  assert.equal((await patient).text, '-c on 0')
  assert.ok(client.clock.nowMs() < CALL_TIMEOUT_MS)
})
