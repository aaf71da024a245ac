import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectionFailure, TimeoutFailure } from '../retries/failures.js'
import { ManualClock } from '../testing/manual-clock.js'
import { startScriptedZookeeper, type ZookeeperScript } from '../testing/scripted-zookeeper.js'
import { readNode } from './zookeeper.js'

const NODES = { '/hbase/master': Buffer.from('data'), '/hbase/empty': Buffer.alloc(0) }
const TIMEOUT_MS = 500

/** Runs `work` on a server of the given script. */
async function withServer(
  script: Partial<ZookeeperScript>,
  work: (read: (path: string) => Promise<Buffer>, clock: ManualClock) => Promise<void>,
): Promise<void> {
  const server = await startScriptedZookeeper({ nodes: NODES, ...script })
  const clock = new ManualClock()
  try {
    await work(path => readNode(server.address, path, { clock, timeoutMs: TIMEOUT_MS }), clock)
  } finally {
    await server.stop()
  }
}

test('readNode() reads a node, whole or byte by byte', async () => {
  for (const pieceBytes of [undefined, 1, 5]) {
    await withServer(pieceBytes === undefined ? {} : { pieceBytes }, async (read, clock) => {
      assert.equal((await read('/hbase/master')).toString(), 'data')
      assert.equal((await read('/hbase/empty')).length, 0)
      assert.equal(clock.timerCount, 0)
    })
  }
})

test('readNode() says which node is missing and what that may mean', async () => {
  await withServer({}, async read => {
    await assert.rejects(read('/hbase-secure/master'), (failure: unknown) => {
      assert.ok(failure instanceof ConnectionFailure && !failure.isPermanent)
      assert.match(failure.message, /"\/hbase-secure\/master".*parent node/)
      return true
    })
  })
})

test('readNode() gives a silent server its time only', async () => {
  await withServer({ mood: 'silent' }, async (read, clock) => {
    const reading = read('/hbase/master')
    clock.advance(TIMEOUT_MS)
    await assert.rejects(reading, TimeoutFailure)
  })
})

test('readNode() notices a refused session and a cut answer', async () => {
  await withServer({ mood: 'refuse' }, async read => {
    await assert.rejects(read('/hbase/master'), /refused a session/)
  })
  await withServer({ mood: 'cut' }, async read => {
    await assert.rejects(read('/hbase/master'), /closed the connection/)
  })
})

test('readNode() says when nobody listens', async () => {
  const server = await startScriptedZookeeper({ nodes: {} })
  await server.stop()
  const wait = { clock: new ManualClock(), timeoutMs: TIMEOUT_MS }
  await assert.rejects(readNode(server.address, '/hbase/master', wait), /ECONNREFUSED/)
})
