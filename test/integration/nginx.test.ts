/**
 * The service behind a real nginx with the configuration of `bin/service nginx`: every route
 * answers as it does without, errors of nginx look like those of the service, nothing is lost while
 * one of two processes restarts.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { ERROR_CODES } from '../../src/api/http-errors.js'
import { makeNights } from '../cli/made-up-nights.js'
import { fink, type RunningProgram, startFink, withFolder } from '../cli/program.js'
import { brotliModule, startNginx, testWithNginx } from '../deploy/nginx-server.js'
import { checkError, sendBytes, toRawAnswer } from '../deploy/raw-answer.js'
import { openMemoryApp } from '../routes/memory-app.js'
import { freePort } from '../services/free-port.js'

/** No remote service is asked, and the limits of the service itself stay out of the way. */
const ENV = {
  FINK_SESAME_URL: '',
  FINK_QUAERO_URL: '',
  FINK_SSODNET_URL: '',
  FINK_MIRIADE_URL: '',
  FINK_GRACEDB_URL: '',
  FINK_ANONYMOUS_REQUESTS: '1000000000',
  FINK_ANONYMOUS_ROWS: '1000000000',
  FINK_LOG_LEVEL: 'warn',
}

/** Serves the demo sky on a port, and waits until it does. */
async function serveDemo(folder: string, port: number): Promise<RunningProgram> {
  const program = startFink(['start', '--data', folder, '--port', String(port)], { env: ENV })
  await program.until(/^Serving on/m)
  return program
}

async function listen(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** A back end that is played. */
async function play(t: TestContext, answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  t.after(() => server.closeAllConnections())
  return listen(t, server)
}

interface Asked {
  readonly what: string
  readonly path: string
  readonly init: RequestInit
}

/** The declared examples of every route, and the pages beside them. */
async function requestsOfAllRoutes(): Promise<Asked[]> {
  const { endpoints, close } = await openMemoryApp({})
  await close()
  const pages = ['/', '/openapi.json', '/health', '/ready', '/nowhere'].map(path => ({
    what: path,
    path,
    init: {},
  }))
  const routes = endpoints.flatMap(({ paths, methods, examples }) =>
    examples.flatMap(example =>
      methods.map(method => {
        const args = example.arguments
        const what = `${method} ${paths[0]} ${JSON.stringify(args)}`
        if (method === 'POST') {
          const headers = { 'content-type': 'application/json' }
          return { what, path: paths[0]!, init: { method, headers, body: JSON.stringify(args) } }
        }
        const texts = Object.entries(args).map(([name, value]): [string, string] => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ])
        return { what, path: `${paths[0]}?${new URLSearchParams(texts)}`, init: { method } }
      }),
    ),
  )
  return [...pages, ...routes]
}

testWithNginx('every route answers through nginx as it does without', t =>
  withFolder(async folder => {
    const port = await freePort()
    const program = await serveDemo(folder, port)
    t.after(() => program.end())
    const nginx = await startNginx(t, { backends: [port] })
    let successes = 0
    const requests = await requestsOfAllRoutes()
    for (const [count, { what, path, init }] of requests.entries()) {
      const headers = { ...init.headers, 'x-request-id': `test-${count}`, host: 'api.example.org' }
      const ask = async (url: string) => {
        const response = await fetch(`${url}${path}`, { ...init, headers })
        const kept = ['content-type', 'cache-control', 'x-fink-warning', 'x-request-id']
        const shown = kept.map(name => response.headers.get(name))
        const body = Buffer.from(await response.arrayBuffer()).toString('latin1')
        return { status: response.status, shown, body: body.replace(/http:\/\/127[\d.:]+/g, '') }
      }
      const direct = await ask(`http://127.0.0.1:${port}`)
      assert.deepEqual(await ask(nginx.url), direct, what)
      if (direct.status === 200) successes++
    }
    t.diagnostic(`${successes} of ${requests.length} answers with status 200`)
    assert.ok(successes >= 20, `only ${successes} requests were successful`)
    const ids = new Set(nginx.readLog().map(({ request }) => request))
    assert.ok(ids.has('test-0'))
    const metrics = await fetch(`${nginx.url}/metrics`)
    assert.match(await metrics.text(), /^fink_http_request_duration_seconds_count/m)
  }),
)

/** Asks for an object on several connections until `run` is over: nothing but rows may come. */
async function askMeanwhile(t: TestContext, url: string, run: () => Promise<void>): Promise<void> {
  const failures: string[] = []
  let [answered, isOver] = [0, false]
  const [first] = (await (await fetch(`${url}?objectId=ZTF&columns=i:objectId`)).json()) as [
    Readonly<Record<string, string>>,
  ]
  const objectId = first['i:objectId']
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ objectId })
  const client = async (request: () => Promise<Response>): Promise<void> => {
    while (!isOver) {
      try {
        const response = await request()
        const rows = (await response.json()) as unknown[]
        if (response.status !== 200 || !(rows.length > 0)) failures.push(JSON.stringify(rows))
      } catch (error) {
        failures.push(String(error))
      }
      answered++
    }
  }
  const get = () => fetch(`${url}?objectId=${objectId}`)
  const post = () => fetch(url, { method: 'POST', body, headers })
  const long = () => fetch(`${url}?objectId=ZTF`)
  const clients = [get, post, get, post, long].map(client)
  await run()
  isOver = true
  await Promise.all(clients)
  t.diagnostic(`${answered} answers meanwhile, ${failures.length} failures`)
  assert.deepEqual(failures.slice(0, 3), [])
  assert.ok(answered > 100, `only ${answered} answers`)
}

testWithNginx('nothing is lost while each of two processes restarts', t =>
  withFolder(async folder => {
    const ports = [await freePort(), await freePort()]
    const programs = [await serveDemo(folder, ports[0]!), await serveDemo(folder, ports[1]!)]
    t.after(() => Promise.all(programs.map(program => program.end())))
    const nginx = await startNginx(t, { backends: ports })
    await askMeanwhile(t, `${nginx.url}/api/v1/objects`, async () => {
      for (const index of [0, 1, 0, 1]) {
        assert.equal((await programs[index]!.end()).code, 0)
        programs[index] = await serveDemo(folder, ports[index]!)
      }
    })
  }),
)

testWithNginx('nothing is lost while the workers of one back end are replaced', t =>
  withFolder(async folder => {
    const port = await freePort()
    await fink('ingest', '--data', folder, makeNights(folder, { objects: 20, nights: 3 }))
    const args = ['serve', '--data', folder, '--port', String(port), '--workers', '2']
    const program = startFink(args, { env: { ...ENV, FINK_LOG_LEVEL: 'info' } })
    t.after(() => program.end())
    await program.until(/^listening on/m)
    const nginx = await startNginx(t, { backends: [port] })
    await askMeanwhile(t, `${nginx.url}/api/v1/objects`, async () => {
      for (const round of [1, 2, 3]) {
        program.signal('SIGHUP')
        await program.until(new RegExp(`(?:all workers were replaced[^]*){${round}}`))
      }
    })
  }),
)

testWithNginx(
  'a dead back end is answered with 503 of our shape, for GET, POST and HEAD',
  async t => {
    const nginx = await startNginx(t, { backends: [await freePort(), await freePort()] })
    for (const method of ['GET', 'POST']) {
      for (const route of ['objects', 'cutouts', 'skymap', 'metadata']) {
        const response = await fetch(`${nginx.url}/api/v1/${route}`, { method })
        assert.equal(response.headers.get('retry-after'), '5')
        checkError(await toRawAnswer(response), 503, 'not_ready')
      }
    }
    const head = await fetch(`${nginx.url}/api/v1/objects`, { method: 'HEAD' })
    assert.equal(head.status, 503)
  },
)

testWithNginx('a silent back end is answered with 504 of our shape', async t => {
  const silent = createTcpServer(socket => t.after(() => socket.destroy()))
  const nginx = await startNginx(t, {
    backends: [await listen(t, silent)],
    args: ['--timeout', '1'],
  })
  checkError(await toRawAnswer(await fetch(`${nginx.url}/health`)), 504, 'deadline_exceeded')
})

testWithNginx('errors of the service pass, those of nginx have codes of the catalogue', async t => {
  const refusal = { status: 'error', code: 'store_failed', text: 'HBase failed', request: 'x' }
  const port = await play(t, (_request, response) => {
    response.writeHead(502, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
    })
    response.end(JSON.stringify(refusal))
  })
  const nginx = await startNginx(t, { backends: [port] })
  const passed = await fetch(`${nginx.url}/api/v1/objects`)
  assert.equal(passed.status, 502)
  assert.deepEqual(await passed.json(), refusal)
  checkError(await sendBytes(nginx.port, 'NO SUCH PROTOCOL\r\n\r\n'), 400, 'bad_request')
  const long = `GET /?${'x'.repeat(40_000)} HTTP/1.1\r\nHost: a\r\n\r\n`
  checkError(await sendBytes(nginx.port, long), 431, 'header_too_large')
  const header = `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`
  checkError(await sendBytes(nginx.port, header), 431, 'header_too_large')
  const stranger = { localAddress: '127.0.0.2' }
  const metrics = await sendBytes(nginx.port, 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n', stranger)
  checkError(metrics, 404, 'not_found')
  const text = readFileSync('deploy/nginx/fink.conf', 'utf8')
  const codes = [...text.matchAll(/return (\d+) '\{"status":"error","code":"(\w+)"/g)]
  assert.ok(codes.length >= 9)
  for (const [, status, code] of codes) {
    const known = ERROR_CODES.find(one => one.code === code)
    assert.ok(known?.statuses.includes(Number(status)), `${status} ${code}`)
  }
})

testWithNginx('only sky maps may be large', async t => {
  const port = await play(t, (request, response) => {
    request.resume().on('end', () => response.end('taken'))
  })
  const nginx = await startNginx(t, { backends: [port] })
  const body = Buffer.alloc(3 * 1024 * 1024)
  const post = (route: string) => fetch(`${nginx.url}${route}`, { method: 'POST', body })
  for (const route of ['/api/v1/objects', '/ztf/api/v1/cutouts', '/api/v1/skymaps']) {
    checkError(await toRawAnswer(await post(route)), 413, 'too_large')
  }
  for (const route of ['/api/v1/skymap', '/ztf/api/v1/skymap']) {
    assert.equal(await (await post(route)).text(), 'taken')
  }
  const length = 100 * 1024 * 1024 + 1
  const huge = `POST /api/v1/skymap HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`
  checkError(await sendBytes(nginx.port, huge), 413, 'too_large')
})

testWithNginx('a flood from one address is answered with 429 of our shape', async t => {
  const port = await play(t, (_request, response) => response.end('taken'))
  const nginx = await startNginx(t, { backends: [port], args: ['--rate', '1'] })
  const responses = await Promise.all(Array.from({ length: 12 }, () => fetch(`${nginx.url}/`)))
  const refused = responses.filter(({ status }) => status !== 200)
  assert.ok(refused.length > 0 && refused.length < 12, `${refused.length} refused`)
  for (const response of refused) {
    assert.equal(response.headers.get('retry-after'), '5')
    checkError(await toRawAnswer(response), 429, 'rate_limited')
  }
})

testWithNginx(
  'request ids are kept when well-formed, else made, and sent to the back end',
  async t => {
    const seen: unknown[] = []
    const port = await play(t, (request, response) => {
      const { headers } = request
      seen.push(headers['x-request-id'])
      response.setHeader('x-request-id', String(headers['x-request-id']))
      response.end(JSON.stringify([headers.host, headers['x-forwarded-for']]))
    })
    const nginx = await startNginx(t, { backends: [port] })
    const ask = (id: string) => fetch(`${nginx.url}/`, { headers: { 'x-request-id': id } })
    const kept = await ask('abc.D-1:2_3')
    assert.equal(kept.headers.get('x-request-id'), 'abc.D-1:2_3')
    assert.deepEqual(await kept.json(), [`127.0.0.1:${nginx.port}`, '127.0.0.1'])
    const made = (await ask('a"b,c')).headers.get('x-request-id')
    assert.match(made ?? '', /^[0-9a-f]{32}$/)
    assert.deepEqual(seen, ['abc.D-1:2_3', made])
  },
)

testWithNginx('stamps of a named alert are kept, without what concerns one client', async t => {
  let asked = 0
  const port = await play(t, (request, response) => {
    asked++
    const isFixed = request.url?.includes('candid') ?? false
    response.setHeader('content-type', 'image/png')
    response.setHeader('x-ratelimit-remaining', '17')
    response.setHeader('x-request-id', String(request.headers['x-request-id']))
    if (isFixed) response.setHeader('cache-control', 'public, max-age=31536000, immutable')
    response.end(`stamp ${asked}`)
  })
  const nginx = await startNginx(t, { backends: [port] })
  const ask = async (query: string, init: RequestInit = {}) => {
    const response = await fetch(`${nginx.url}/api/v1/cutouts?${query}`, init)
    const remaining = response.headers.get('x-ratelimit-remaining')
    return { text: await response.text(), remaining, id: response.headers.get('x-request-id') }
  }
  const first = await ask('objectId=a&candid=1')
  assert.deepEqual([first.text, first.remaining], ['stamp 1', '17'])
  const again = await ask('objectId=a&candid=1')
  assert.deepEqual([again.text, again.remaining], ['stamp 1', null])
  assert.notEqual(again.id, first.id)
  assert.equal((await ask('objectId=a&candid=2')).text, 'stamp 2')
  assert.equal((await ask('objectId=a')).text, 'stamp 3')
  assert.equal((await ask('objectId=a')).text, 'stamp 4')
  assert.equal((await ask('objectId=a&candid=1', { method: 'POST' })).text, 'stamp 5')
})

testWithNginx(
  'streamed answers arrive piece by piece, and a cut one is not taken for whole',
  async t => {
    const firstCame = new EventEmitter()
    const port = await play(t, async (request, response) => {
      response.write('first,')
      await once(firstCame, 'piece')
      if (request.url === '/cut') response.socket?.resetAndDestroy()
      else response.end('second')
    })
    const nginx = await startNginx(t, { backends: [port] })
    const read = async (path: string): Promise<string> => {
      const response = await fetch(`${nginx.url}${path}`, {
        headers: { 'accept-encoding': 'identity' },
      })
      let text = ''
      for await (const piece of response.body!) {
        text += Buffer.from(piece).toString()
        // The back end sends the rest only after this piece has come through.
        firstCame.emit('piece')
      }
      return text
    }
    assert.equal(await read('/whole'), 'first,second')
    await assert.rejects(read('/cut'))
  },
)

testWithNginx('long texts are compressed with what the client takes', async t => {
  const text = JSON.stringify(Array.from({ length: 1000 }, (_, i) => ({ 'i:jd': 2459000 + i })))
  const port = await play(t, (_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(text)
  })
  const nginx = await startNginx(t, { backends: [port] })
  const ask = (coding: string) =>
    sendBytes(nginx.port, `GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: ${coding}\r\n\r\n`)
  assert.equal((await ask('gzip')).headers.get('content-encoding'), 'gzip')
  assert.equal((await ask('identity')).headers.get('content-encoding'), null)
  if (brotliModule === undefined) return t.diagnostic('nginx has no brotli here')
  assert.equal((await ask('gzip, br')).headers.get('content-encoding'), 'br')
  const response = await fetch(`${nginx.url}/`, { headers: { 'accept-encoding': 'br' } })
  assert.equal(await response.text(), text)
})

testWithNginx('with TLS it speaks HTTP/2, and plain HTTP leads there', t =>
  withFolder(async folder => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=api.example.org', '-days', '1', '-keyout', key, '-out', cert],
    ])
    if (made.error !== undefined && process.env.CI !== 'true') return t.skip('needs openssl')
    assert.equal(made.status, 0, String(made.stderr))
    const port = await play(t, (request, response) => {
      response.end(String(request.headers['x-forwarded-proto']))
    })
    const nginx = await startNginx(t, { backends: [port], tls: { cert, key } })
    const session = connectHttp2(nginx.url, { rejectUnauthorized: false })
    const stream = session.request({ ':path': '/', ':authority': 'api.example.org' })
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
    assert.equal(headers[':status'], 200)
    assert.match(String(headers['strict-transport-security']), /max-age/)
    let text = ''
    for await (const piece of stream) text += String(piece)
    assert.equal(text, 'https')
    session.close()
    const plain = await fetch(`http://127.0.0.1:${nginx.plainPort}/a?b`, { redirect: 'manual' })
    assert.equal(plain.status, 308)
    assert.equal(plain.headers.get('location'), 'https://127.0.0.1/a?b')
  }),
)
