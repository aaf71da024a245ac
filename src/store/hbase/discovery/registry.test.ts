import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { DEFAULT_CONNECTION_LIMITS } from '../connection/connection.js'
import { FrameMemory } from '../connection/frame-memory.js'
import { parseServerAddress, Servers } from '../connection/servers.js'
import { ConnectionFailure, TimeoutFailure } from '../retries/failures.js'
import { ManualClock } from '../testing/manual-clock.js'
import { encodeReference } from '../testing/reference-messages.js'
import { startScriptedServer } from '../testing/scripted-server.js'
import {
  nodeData,
  startScriptedZookeeper,
  type ZookeeperScript,
} from '../testing/scripted-zookeeper.js'
import { rpcRegistry, zookeeperRegistry } from './registry.js'

const SERVER = { host_name: 'rs1', port: 16020, start_code: 7 }
const FOUND = { host: 'rs1', port: 16020, startCode: 7 }
const NODES = {
  '/hbase/meta-region-server': nodeData('MetaRegionServer', { server: SERVER, state: 3 }),
  '/hbase/master': nodeData('Master', { master: SERVER }),
}
const HOST_TIMEOUT_MS = 300
const DEADLINE = { atMs: 10_000 }

async function zookeeper(t: TestContext, script: Partial<ZookeeperScript> = {}) {
  const server = await startScriptedZookeeper({ nodes: NODES, ...script })
  t.after(() => server.stop())
  return server
}

/** Context whose hosts keep their order. */
function contextOf(clock = new ManualClock()) {
  let rank = 0
  return { clock, random: () => rank++ / 100, hostTimeoutMs: HOST_TIMEOUT_MS }
}

test('zookeeperRegistry() finds the catalog and the master', async t => {
  const server = await zookeeper(t)
  const registry = zookeeperRegistry([server.address], '/hbase', contextOf())
  assert.deepEqual(await registry.metaServer(DEADLINE), FOUND)
  assert.deepEqual(await registry.activeMaster(DEADLINE), FOUND)
  assert.deepEqual(server.paths, ['/hbase/meta-region-server', '/hbase/master'])
})

test('zookeeperRegistry() goes on to the next server of the quorum', async t => {
  const gone = await startScriptedZookeeper({ nodes: {} })
  await gone.stop()
  const silent = await zookeeper(t, { mood: 'silent' })
  const good = await zookeeper(t)
  const clock = new ManualClock()
  const quorum = [gone.address, silent.address, good.address]
  const reading = zookeeperRegistry(quorum, '/hbase', contextOf(clock)).metaServer(DEADLINE)
  await clock.nextTimer(HOST_TIMEOUT_MS)
  // The first server refuses by itself; only the silent one needs the clock.
  while (clock.nowMs() < HOST_TIMEOUT_MS) {
    await new Promise(resolve => setImmediate(resolve))
    if (silent.connectionCount() > 0) clock.advance(HOST_TIMEOUT_MS)
  }
  assert.deepEqual(await reading, FOUND)
})

test('zookeeperRegistry() throws what the last server failed with', async t => {
  const server = await zookeeper(t, { nodes: {} })
  const registry = zookeeperRegistry([server.address], '/hbase', contextOf())
  await assert.rejects(registry.activeMaster(DEADLINE), /no node "\/hbase\/master"/)
})

test('zookeeperRegistry() says when the catalog is in transition', async t => {
  const OPENING = 2
  const node = nodeData('MetaRegionServer', { server: SERVER, state: OPENING })
  const server = await zookeeper(t, { nodes: { '/hbase/meta-region-server': node } })
  const registry = zookeeperRegistry([server.address], '/hbase', contextOf())
  await assert.rejects(registry.metaServer(DEADLINE), ConnectionFailure)
})

test('zookeeperRegistry() keeps the deadline and the signal', async t => {
  const server = await zookeeper(t)
  const registry = zookeeperRegistry([server.address], '/hbase', contextOf())
  await assert.rejects(registry.metaServer({ atMs: 0 }), TimeoutFailure)
  const signal = AbortSignal.abort(new Error('enough'))
  await assert.rejects(registry.metaServer({ ...DEADLINE, signal }), /enough/)
})

test('rpcRegistry() asks masters or region servers', async t => {
  const server = await startScriptedServer(({ method }) => {
    if (method === 'GetActiveMaster') {
      return { message: encodeReference('GetActiveMasterResponse', { server_name: SERVER }) }
    }
    const table_name = { namespace: Buffer.from('hbase'), qualifier: Buffer.from('meta') }
    const meta = { region_info: { region_id: 1, table_name }, server_name: SERVER, seq_num: 1 }
    return {
      message: encodeReference('GetMetaRegionLocationsResponse', { meta_locations: [meta] }),
    }
  })
  const clock = new ManualClock()
  const limits = DEFAULT_CONNECTION_LIMITS
  const memory = new FrameMemory()
  const servers = new Servers({ clock, user: 'tester', limits, memory, hostMap: new Map() })
  t.after(async () => {
    servers.close()
    await server.stop()
  })
  const registry = rpcRegistry([server], servers, contextOf(clock))
  assert.deepEqual(await registry.metaServer(DEADLINE), FOUND)
  assert.deepEqual(await registry.activeMaster(DEADLINE), FOUND)
  assert.ok(server.calls.every(call => call.connection.service === 'ClientMetaService'))
})

test('parseServerAddress() reads host and port, also of IPv6, and nothing else', () => {
  assert.deepEqual(parseServerAddress(' zoo1.example.org:2183 '), {
    host: 'zoo1.example.org',
    port: 2183,
  })
  assert.deepEqual(parseServerAddress('[::1]:2181'), { host: '::1', port: 2181 })
  for (const text of ['', 'host', 'host:', ':1', 'host:0', 'host:65536', 'a b:1', 'a:b:1']) {
    assert.throws(() => parseServerAddress(text), SyntaxError, text)
  }
})
