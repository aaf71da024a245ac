/** What only real connections show: hang-ups, slow readers, broken answers, broken requests. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import {
  buildToyServer,
  defineToyRoute,
  toyJson,
  toyTable,
} from '../../test/examples/toy-routes.js'
import type { Table } from '../formats/table.js'
import type { Answer } from './declarations/answer.js'
import type { RequestFacts } from './declarations/route.js'
import type { ApiServer } from './server.js'

const opened: ApiServer[] = []
after(() => Promise.all(opened.map(({ app }) => app.close())))

async function listen(
  handle: (facts: RequestFacts) => Answer | Promise<Answer>,
  options: Parameters<typeof buildToyServer>[1] = {},
): Promise<{ server: ApiServer; port: number; log: string[] }> {
  const log: string[] = []
  const route = defineToyRoute({
    name: 'tiny',
    summary: '',
    description: '',
    params: () => ({}),
    outputs: [toyJson],
    emptyGet: 'handle',
    handle: (_params, context) => handle(context),
  })
  const logStream = { write: (line: string) => void log.push(line) }
  const server = buildToyServer([route], { logLevel: 'info', logStream, ...options })
  opened.push(server)
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const address = server.app.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { server, port: address.port, log }
}

const REQUEST = 'GET /api/v1/tiny HTTP/1.1\r\nHost: x\r\n\r\n'

async function send(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

/** Everything the server sends until it closes the connection, and whether it was reset. */
async function readAll(socket: Socket): Promise<{ text: string; isReset: boolean }> {
  let text = ''
  let isReset = false
  socket.on('data', data => {
    text += data.toString('latin1')
  })
  socket.on('error', () => {
    isReset = true
  })
  await new Promise(resolve => socket.on('close', resolve))
  return { text, isReset }
}

const block = toyTable(['x'.repeat(100_000)], [1])

test('a client that hangs up aborts the signal of a waiting handler', async () => {
  let started: () => void = () => undefined
  const start = new Promise<void>(resolve => {
    started = resolve
  })
  let aborted: () => void = () => undefined
  const abort = new Promise<void>(resolve => {
    aborted = resolve
  })
  const { server, port, log } = await listen(({ signal }) => {
    started()
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted()
        reject(signal.reason)
      })
    })
  })
  const socket = await send(port, REQUEST)
  await start
  assert.equal(server.metrics.inFlight, 1)
  socket.destroy()
  await abort
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(server.metrics.inFlight, 0)
  assert.ok(
    log.every(line => !line.includes('"failed"')),
    'a hang-up is no fault',
  )
  assert.ok(log.some(line => line.includes('"isComplete":false')))
})

test('a client that hangs up during a stream ends the iteration', async () => {
  let produced = 0
  let ended: () => void = () => undefined
  const end = new Promise<void>(resolve => {
    ended = resolve
  })
  async function* batches(): AsyncGenerator<Table> {
    try {
      for (;;) {
        produced++
        yield block
      }
    } finally {
      ended()
    }
  }
  const { port } = await listen(() => ({
    kind: 'table',
    table: { columns: block.columns, batches: batches() },
  }))
  const socket = await send(port, REQUEST)
  await once(socket, 'data')
  socket.destroy()
  await end
  assert.ok(produced < 1000)
})

test('a client that does not read holds the source back', async () => {
  let produced = 0
  async function* batches(): AsyncGenerator<Table> {
    for (; produced < 5000; produced++) yield block
  }
  const { server, port } = await listen(() => ({
    kind: 'table',
    table: { columns: block.columns, batches: batches() },
  }))
  const socket = await send(port, REQUEST)
  socket.pause()
  // The source must come to rest although nobody reads: 500 MB would otherwise be produced.
  for (let quiet = 0, before = 0; quiet < 2000; before = produced) {
    await new Promise(resolve => setImmediate(resolve))
    quiet = produced > 0 && produced === before ? quiet + 1 : 0
  }
  assert.ok(produced < 500, `${produced} blocks of 100 kB`)
  assert.equal(server.metrics.inFlight, 1)
  socket.destroy()
})

test('a fault in mid-stream never ends the body properly and is logged with the request id', async () => {
  async function* batches(): AsyncGenerator<Table> {
    yield block
    yield block
    throw new Error('planted')
  }
  const { port, log } = await listen(() => ({
    kind: 'table',
    table: { columns: block.columns, batches: batches() },
  }))
  const { text } = await readAll(await send(port, REQUEST))
  assert.match(text, /^HTTP\/1\.1 200/)
  assert.doesNotMatch(text, /\r\n0\r\n/)
  const id = /x-request-id: (\S+)/i.exec(text)?.[1]
  const line = log.map(entry => JSON.parse(entry)).find(entry => entry.msg === 'broke off')
  assert.equal(line.request, id)
  assert.equal(line.err.message, 'planted')
})

test('a fault in mid-stream is seen by fetch as an error, not as a short answer', async () => {
  async function* batches(): AsyncGenerator<Table> {
    yield block
    throw new Error('planted')
  }
  const { port } = await listen(() => ({
    kind: 'table',
    table: { columns: block.columns, batches: batches() },
  }))
  await assert.rejects(async () => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/tiny`)
    await response.text()
  })
})

test('a stream that stands still longer than the time limit is cut', async () => {
  async function* batches(): AsyncGenerator<Table> {
    yield block
    await new Promise(() => undefined)
  }
  const { port } = await listen(
    () => ({ kind: 'table', table: { columns: block.columns, batches: batches() } }),
    { requestTimeoutMs: 100 },
  )
  const { text, isReset } = await readAll(await send(port, REQUEST))
  assert.match(text, /^HTTP\/1\.1 200/)
  assert.equal(isReset, true)
})

test('HTTP/1.0 gets a stream without chunks or trailers', async () => {
  async function* batches(): AsyncGenerator<Table> {
    yield block
  }
  const { port } = await listen(() => ({
    kind: 'table',
    table: { columns: block.columns, batches: batches() },
  }))
  const { text } = await readAll(await send(port, 'GET /api/v1/tiny HTTP/1.0\r\n\r\n'))
  assert.match(text, /^HTTP\/1\.1 200/)
  assert.doesNotMatch(text, /trailer|chunked/i)
  assert.ok(text.endsWith(']'))
})

test('HEAD of a stream sends headers only', async () => {
  async function* batches(): AsyncGenerator<Table> {
    for (;;) yield block
  }
  const { port } = await listen(() => ({
    kind: 'table',
    table: { columns: block.columns, batches: batches() },
  }))
  const request = REQUEST.replace('GET', 'HEAD').replace('Host: x', 'Host: x\r\nConnection: close')
  const { text } = await readAll(await send(port, request))
  assert.match(text, /^HTTP\/1\.1 200/)
  assert.ok(text.endsWith('\r\n\r\n'))
})

for (const [what, request, status, code] of [
  ['bytes that are no HTTP', 'garbage\r\n\r\n', 400, 'bad_request'],
  ['header lines of 40 kB', `GET /${'x'.repeat(40_000)} HTTP/1.1\r\n`, 431, 'header_too_large'],
  ['a request without Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
  ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad_request'],
] as const) {
  test(`${what} gets ${status} in the shape of every error`, async () => {
    const { port } = await listen(() => ({ kind: 'text', text: '' }))
    const { text } = await readAll(await send(port, request))
    const [head = '', body = ''] = text.split('\r\n\r\n')
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.match(head, /access-control-allow-origin: \*/i)
    assert.match(head, /connection: close/i)
    const error = JSON.parse(body)
    assert.equal(error.status, 'error')
    assert.equal(error.code, code)
    assert.match(head, new RegExp(`x-request-id: ${error.request}`, 'i'))
  })
}

test('QUERY, which no route offers, gets 405 on a known path and 404 on another', async () => {
  const { port } = await listen(() => ({ kind: 'text', text: '' }))
  for (const [path, status, code] of [
    ['/api/v1/tiny', 405, 'method_not_allowed'],
    ['/nowhere', 404, 'not_found'],
  ] as const) {
    const request = `QUERY ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
    const { text } = await readAll(await send(port, request))
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.match(text, new RegExp(`"code":"${code}"`))
  }
})

test('an unknown expectation is ignored', async () => {
  const { port } = await listen(() => ({ kind: 'text', text: 'fine' }))
  const request = REQUEST.replace('Host: x', 'Host: x\r\nConnection: close\r\nExpect: the-best')
  assert.match((await readAll(await send(port, request))).text, /^HTTP\/1\.1 200[\s\S]*fine/)
})

test('pipelined requests are answered in order', async () => {
  let calls = 0
  const { port } = await listen(() => ({ kind: 'text', text: `<${calls++}>` }))
  const close = REQUEST.replace('Host: x', 'Host: x\r\nConnection: close')
  const { text } = await readAll(await send(port, REQUEST + REQUEST + close))
  assert.deepEqual(text.match(/<\d>/g), ['<0>', '<1>', '<2>'])
})

test('close() waits for answers under way and refuses new connections', async () => {
  let finish: (answer: Answer) => void = () => undefined
  let started: () => void = () => undefined
  const start = new Promise<void>(resolve => {
    started = resolve
  })
  const { server, port } = await listen(() => {
    started()
    return new Promise<Answer>(resolve => {
      finish = resolve
    })
  })
  const answer = fetch(`http://127.0.0.1:${port}/api/v1/tiny`)
  await start
  const closing = server.app.close()
  finish({ kind: 'text', text: 'last' })
  assert.equal(await (await answer).text(), 'last')
  await closing
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health`))
})
