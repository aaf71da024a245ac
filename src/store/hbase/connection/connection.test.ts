import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Compression, toCompression } from '../protocol/compression.js'
import { SETUP_CALL_ID } from '../protocol/wire.js'
import {
  ConnectionFailure,
  OverloadFailure,
  RemoteFailure,
  TimeoutFailure,
} from '../retries/failures.js'
import { ManualClock } from '../testing/manual-clock.js'
import { exceptionHeader, responseFrame, type ScriptedCall } from '../testing/scripted-frames.js'
import {
  type ScriptedAnswer,
  type ScriptedHandler,
  type ScriptedOptions,
  startScriptedServer,
} from '../testing/scripted-server.js'
import type { CallRequest } from './call-queue.js'
import { Connection, type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './connection.js'
import { FrameMemory } from './frame-memory.js'

const echo: ScriptedHandler = call => ({ message: call.param, cellBlock: call.cellBlock })
const LATE_MS = 1_000

function requestOf(text: string, more: Partial<CallRequest> = {}): CallRequest {
  return { method: 'Get', param: Buffer.from(text), timeoutMs: LATE_MS, ...more }
}

interface Setup {
  readonly handler?: ScriptedHandler
  readonly server?: ScriptedOptions
  readonly limits?: Partial<ConnectionLimits>
  readonly compression?: Compression
}

/** A connection to a scripted server; both end with the test. */
async function connect(t: TestContext, setup: Setup = {}) {
  const server = await startScriptedServer(setup.handler ?? echo, setup.server)
  const clock = new ManualClock()
  let closeCount = 0
  const connection = new Connection({
    host: server.host,
    port: server.port,
    service: 'ClientService',
    user: 'tester',
    compression: setup.compression,
    limits: { ...DEFAULT_CONNECTION_LIMITS, ...setup.limits },
    clock,
    memory: new FrameMemory(),
    onClose: () => closeCount++,
  })
  t.after(async () => {
    connection.close()
    await server.stop()
  })
  return { server, clock, connection, closeCount: () => closeCount }
}

/** Answers that a test gives one by one. */
function heldAnswers() {
  const held: { call: ScriptedCall; answer: (answer: ScriptedAnswer) => void }[] = []
  const handler: ScriptedHandler = call =>
    new Promise(answer => {
      held.push({ call, answer })
    })
  return { held, handler }
}

test('Connection: calls are answered in any order', async t => {
  const { held, handler } = heldAnswers()
  const { connection, server } = await connect(t, { handler })
  const answers = ['a', 'b', 'c'].map(text => connection.call(requestOf(text)))
  await server.received(3)
  for (const index of [2, 0, 1]) {
    const { call, answer } = held[index]!
    answer({ message: Buffer.from(`${call.param} done`) })
  }
  const texts = (await Promise.all(answers)).map(({ message }) => message.toString())
  assert.deepEqual(texts, ['a done', 'b done', 'c done'])
})

test('Connection: says who it is, what it calls and how long it waits', async t => {
  const { connection, server } = await connect(t)
  await connection.call(requestOf('a', { method: 'Scan', priority: 200, timeoutMs: 123.4 }))
  const [call] = server.calls
  assert.equal(call!.connection.user, 'tester')
  assert.equal(call!.connection.service, 'ClientService')
  assert.equal(call!.connection.compressorClass, undefined)
  assert.deepEqual([call!.method, call!.priority, call!.timeoutMs], ['Scan', 200, 124])
})

for (const pieceBytes of [1, 3, 7]) {
  test(`Connection: reads answers that come in pieces of ${pieceBytes}`, async t => {
    const { connection } = await connect(t, { server: { pieceBytes } })
    const cellBlock = Buffer.alloc(300, 5)
    const answer = await connection.call(requestOf('a', { cellBlock }))
    assert.deepEqual(answer.cellBlock, cellBlock)
  })
}

for (const name of ['gzip', 'snappy'] as const) {
  test(`Connection: packs and unpacks cells with ${name}`, async t => {
    const compression = toCompression(name)
    const { connection, server } = await connect(t, { compression })
    const cellBlock = Buffer.alloc(200_000, 'cells ')
    const answer = await connection.call(requestOf('a', { cellBlock }))
    assert.deepEqual(answer.cellBlock, cellBlock)
    assert.ok(server.calls[0]!.cellBlock.length < 20_000)
    assert.equal(server.calls[0]!.connection.compressorClass, compression.className)
  })
}

test('Connection: an exception fails its own call only', async t => {
  const className = 'org.apache.hadoop.hbase.NotServingRegionException'
  const handler: ScriptedHandler = call =>
    call.param.toString() === 'bad' ? { exception: { className } } : echo(call)
  const { connection } = await connect(t, { handler })
  const [bad, good] = await Promise.allSettled(
    ['bad', 'good'].map(text => connection.call(requestOf(text))),
  )
  assert.ok(bad!.status === 'rejected' && bad!.reason instanceof RemoteFailure)
  assert.equal(bad!.reason.className, 'NotServingRegionException')
  assert.equal(good!.status, 'fulfilled')
})

test('Connection: a lost socket fails all calls, also in the middle of a frame', async t => {
  const half = { cutAfterBytes: 9, of: { message: Buffer.alloc(50) } }
  for (const answer of ['cut', half] as const) {
    const handler: ScriptedHandler = call => (call.param.toString() === 'last' ? answer : 'silence')
    const { connection, closeCount } = await connect(t, { handler })
    const calls = ['a', 'b', 'last'].map(text => connection.call(requestOf(text)))
    for (const outcome of await Promise.allSettled(calls)) {
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof ConnectionFailure)
    }
    assert.ok(!connection.isOpen)
    assert.equal(closeCount(), 1)
    await assert.rejects(connection.call(requestOf('after')), ConnectionFailure)
  }
})

test('Connection: a call times out alone while others are answered', async t => {
  const handler: ScriptedHandler = call =>
    call.param.toString() === 'slow' ? 'silence' : echo(call)
  const { connection, clock, server } = await connect(t, { handler })
  const slow = connection.call(requestOf('slow'))
  await server.received(1)
  clock.advance(LATE_MS)
  await assert.rejects(slow, TimeoutFailure)
  const answer = await connection.call(requestOf('next'))
  assert.equal(answer.message.toString(), 'next')
})

test('Connection: a server that says nothing for long is given up with all its calls', async t => {
  const { connection, clock, server } = await connect(t, {
    handler: () => 'silence',
    limits: { maxSilenceMs: LATE_MS },
  })
  const short = connection.call(requestOf('a'))
  const long = connection.call(requestOf('b', { timeoutMs: 60_000 }))
  await server.received(2)
  clock.advance(LATE_MS)
  await assert.rejects(short, TimeoutFailure)
  await assert.rejects(long, /silent/)
  assert.ok(!connection.isOpen)
})

test('Connection: silence lasts from the first call without an answer, however short each waits', async t => {
  const handler: ScriptedHandler = call =>
    call.param.toString() === 'ask' ? echo(call) : 'silence'
  const { connection, clock, server } = await connect(t, {
    handler,
    limits: { maxSilenceMs: 2.5 * LATE_MS },
  })
  const timeOut = async () => {
    const calls = server.calls.length
    const call = connection.call(requestOf('none'))
    await server.received(calls + 1)
    clock.advance(LATE_MS)
    await assert.rejects(call, TimeoutFailure)
  }
  for (const isAnswered of [true, false]) {
    await timeOut()
    await timeOut()
    assert.ok(connection.isOpen)
    if (isAnswered) await connection.call(requestOf('ask'))
  }
  await timeOut()
  assert.ok(!connection.isOpen)
})

test('Connection: an aborted call ends at once with the reason, its late answer is handed on', async t => {
  const { held, handler } = heldAnswers()
  const { connection, server } = await connect(t, { handler })
  const abort = new AbortController()
  const late: (string | undefined)[] = []
  const onLateEnd: CallRequest['onLateEnd'] = answer => late.push(answer?.message.toString())
  const calls = ['a', 'b'].map(text =>
    connection.call(requestOf(text, { signal: abort.signal, onLateEnd })),
  )
  await server.received(2)
  abort.abort(new Error('enough'))
  for (const call of calls) await assert.rejects(call, /enough/)
  held[0]!.answer({ message: Buffer.from('late') })
  held[1]!.answer({ exception: { className: 'a.B' } })
  const after = connection.call(requestOf('c'))
  await server.received(3)
  held[2]!.answer({ message: Buffer.from('c') })
  await after
  assert.deepEqual(late, ['late', undefined])
})

test('Connection: a call aborted before it starts is never sent', async t => {
  const { connection, server } = await connect(t)
  const signal = AbortSignal.abort(new Error('before'))
  await assert.rejects(connection.call(requestOf('a', { signal })), /before/)
  await connection.call(requestOf('b'))
  assert.equal(server.calls.length, 1)
})

test('Connection: no more calls are in flight than allowed, waiting ones keep their time-outs', async t => {
  const { held, handler } = heldAnswers()
  const limits = { maxCallsInFlight: 2, maxCallsWaiting: 2 }
  const { connection, server, clock } = await connect(t, { handler, limits })
  const never: (string | undefined)[] = []
  const first = connection.call(requestOf('1'))
  const second = connection.call(requestOf('2'))
  const third = connection.call(
    requestOf('3', { timeoutMs: 10, onLateEnd: answer => never.push(String(answer)) }),
  )
  const fourth = connection.call(requestOf('4'))
  await assert.rejects(connection.call(requestOf('5')), OverloadFailure)
  await server.received(2)
  clock.advance(10)
  await assert.rejects(third, TimeoutFailure)
  assert.deepEqual(never, ['undefined'])
  held[0]!.answer({ message: Buffer.from('1') })
  await first
  await server.received(3)
  assert.equal(server.calls[2]!.param.toString(), '4')
  held[1]!.answer({ message: Buffer.from('2') })
  held[2]!.answer({ message: Buffer.from('4') })
  await Promise.all([second, fourth])
})

test('Connection: a refused set-up is permanent and names Kerberos when that is why', async t => {
  const refusal = (className: string) =>
    responseFrame(exceptionHeader(SETUP_CALL_ID, { className, message: 'no' }))
  const secure = refusal('org.apache.hadoop.hbase.security.AccessDeniedException')
  const kerberos = await connect(t, { server: { refuseWith: secure } })
  await assert.rejects(kerberos.connection.call(requestOf('a')), (failure: unknown) => {
    assert.ok(failure instanceof ConnectionFailure && failure.isPermanent)
    assert.match(failure.message, /Kerberos/)
    return true
  })
  for (const className of ['UnsupportedCellCodecException', 'WrongVersionException']) {
    const refuseWith = refusal(`org.apache.hadoop.hbase.ipc.${className}`)
    const other = await connect(t, { server: { refuseWith } })
    await assert.rejects(other.connection.call(requestOf('a')), (failure: unknown) => {
      assert.ok(failure instanceof RemoteFailure && failure.doNotRetry)
      assert.equal(failure.className, className)
      return true
    })
  }
})

test('Connection: a server that wants TLS or is none of HBase is told apart', async t => {
  const tls = await connect(t, { server: { refuseWith: Buffer.from('15030300020250', 'hex') } })
  await assert.rejects(tls.connection.call(requestOf('a')), /TLS/)
  const http = await connect(t, { server: { refuseWith: Buffer.from('HTTP/1.1 400 Bad\r\n\r\n') } })
  await assert.rejects(http.connection.call(requestOf('a')), /not an HBase answer/)
})

test('Connection: a server that closes without a word may want TLS or Kerberos', async t => {
  const { connection } = await connect(t, { handler: () => 'cut' })
  await assert.rejects(connection.call(requestOf('a')), /TLS or Kerberos/)
})

test('Connection: an answer above the limit ends the connection', async t => {
  const { connection } = await connect(t, { limits: { maxAnswerBytes: 1_000 } })
  const call = connection.call(requestOf('a', { cellBlock: Buffer.alloc(2_000) }))
  await assert.rejects(call, ConnectionFailure)
})

test('Connection: cells that do not unpack fail the call and the connection', async t => {
  const handler: ScriptedHandler = () => ({
    message: Buffer.alloc(0),
    cellBlock: Buffer.from('not gzip'),
  })
  const { connection } = await connect(t, { handler, compression: toCompression('gzip') })
  await assert.rejects(connection.call(requestOf('a')), /bad cells/)
  assert.ok(!connection.isOpen)
})

test('Connection: closes itself when idle, not while calls are under way', async t => {
  const { held, handler } = heldAnswers()
  const limits = { idleTimeoutMs: 500 }
  const { connection, clock, server, closeCount } = await connect(t, { handler, limits })
  const call = connection.call(requestOf('a', { timeoutMs: 10_000 }))
  await server.received(1)
  clock.advance(600)
  held[0]!.answer({ message: Buffer.alloc(0) })
  await call
  assert.equal(closeCount(), 0)
  clock.advance(500)
  assert.equal(closeCount(), 1)
})

/** A connection to nothing. */
function connectTo(host: string, port: number, clock = new ManualClock()) {
  const connection = new Connection({
    host,
    port,
    service: 'ClientService',
    user: 'tester',
    limits: DEFAULT_CONNECTION_LIMITS,
    clock,
    memory: new FrameMemory(),
  })
  return { connection, clock }
}

test('Connection: a refused connection fails its calls', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  server.close()
  await once(server, 'close')
  const { connection } = connectTo('127.0.0.1', address.port)
  await assert.rejects(connection.call(requestOf('a')), /ECONNREFUSED/)
})

test('Connection: a host name that does not resolve is named', async () => {
  const { connection } = connectTo('no-such-host.invalid', 16020)
  await assert.rejects(connection.call(requestOf('a')), (failure: unknown) => {
    assert.ok(failure instanceof ConnectionFailure)
    assert.match(failure.message, /no-such-host\.invalid/)
    return true
  })
})

test('Connection: a server that does not accept in time fails the calls', async t => {
  const server = await startScriptedServer(echo)
  t.after(() => server.stop())
  const { connection, clock } = connectTo(server.host, server.port)
  const call = connection.call(requestOf('a', { timeoutMs: 60_000 }))
  // Before the event loop has had a chance to connect.
  clock.advance(DEFAULT_CONNECTION_LIMITS.connectTimeoutMs)
  await assert.rejects(call, /did not accept a connection within 5000 ms/)
})
