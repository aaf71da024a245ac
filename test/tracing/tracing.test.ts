/** Traces of the whole service, as a collector receives them. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { openOtlpTracing } from '../../src/tracing/otlp.js'
import { openOtlpReceiver, type ReceivedSpan } from '../../src/tracing/testing/otlp-receiver.js'
import { serve, startFink, withFolder } from '../cli/program.js'
import { filesOf, memoryLake, openStampApp, type StampAlert } from '../routes/stamp-app.js'
import { playSesame } from '../upstream/play-answers.js'
import { openPlayServer } from '../upstream/play-server.js'

const OBJECT = 'ZTF21abfmbix'
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const CLIENT_SPAN = 'b7ad6b7169203331'
const TRACEPARENT = `00-${TRACE_ID}-${CLIENT_SPAN}-01`

const ALERTS: readonly StampAlert[] = [0, 1].map(day => ({
  object: OBJECT,
  jd: 2_459_000.5 + day,
  candid: 1622215345315015012n + BigInt(day),
  magnitude: 18,
  file: 'a.parquet',
}))

interface Asking {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The spans that the requests leave, asked one after the other with this share recorded. */
async function spansOf(requests: readonly Asking[], sampleRatio = 1) {
  const receiver = await openOtlpReceiver()
  const play = await openPlayServer()
  play.play('sesame', playSesame('Mrk 2', { oname: 'Mrk 2', jradeg: '1.5' }))
  const onLoss = (error: Error | undefined): void => assert.fail(error)
  const tracing = openOtlpTracing({
    endpoint: receiver.url,
    sampleRatio,
    version: '1.2.3',
    onLoss,
  })
  const lake = memoryLake(filesOf(ALERTS))
  const sesameUrl = play.addresses.sesame ?? ''
  const { app, close } = await openStampApp(ALERTS, { lake, tracing, sesameUrl })
  const answers = []
  for (const { path, headers = {} } of requests) {
    answers.push(await app.inject({ url: path, headers: { ...headers } }))
  }
  await close()
  await play.close()
  await receiver.close()
  return { ...receiver, spans: receiver.spans, resource: receiver.resource, answers }
}

function isServer({ kind }: ReceivedSpan): boolean {
  return kind === 2
}

test('a request leaves one server span in the trace of the client, with what was answered', async () => {
  const path = `/api/v1/objects?objectId=${OBJECT}&columns=i:jd`
  const { spans, resource, answers, paths } = await spansOf([
    { path, headers: { traceparent: TRACEPARENT } },
  ])
  const [server, ...more] = spans.filter(isServer)
  assert.ok(server !== undefined)
  assert.deepEqual(more, [])
  assert.deepEqual([server.traceId, server.parentSpanId], [TRACE_ID, CLIENT_SPAN])
  assert.equal(server.name, 'GET /api/v1/objects')
  const { facts } = server
  assert.equal(facts['http.route'], '/api/v1/objects')
  assert.equal(facts['url.query'], `objectId=${OBJECT}&columns=i:jd`)
  assert.deepEqual([facts['fink.survey'], facts['fink.route']], ['ztf', 'objects'])
  assert.equal(facts['http.response.status_code'], 200)
  assert.equal(facts['fink.rows'], 2)
  assert.equal(facts['http.response.body.size'], answers[0]?.rawPayload.length)
  assert.equal(facts['fink.request_id'], answers[0]?.headers['x-request-id'])
  assert.ok(server.durationMs > 0)
  assert.equal(resource['service.name'], 'fink-object-api')
  assert.equal(resource['service.version'], '1.2.3')
  assert.ok(paths.every(asked => asked === '/v1/traces'))
})

test('scans, lake reads and calls of remote services are spans below that of their request', async () => {
  const { spans } = await spansOf([
    { path: `/api/v1/objects?objectId=${OBJECT}` },
    { path: `/api/v1/cutouts?objectId=${OBJECT}&kind=Science` },
    { path: '/api/v1/resolver?resolver=simbad&name=Mrk%202' },
  ])
  const servers = spans.filter(isServer)
  const below = (route: string): ReceivedSpan[] => {
    const parent = servers.find(({ facts }) => facts['fink.route'] === route)
    return spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId)
  }
  assert.equal(new Set(servers.map(({ traceId }) => traceId)).size, 3)
  const [scan] = below('objects')
  assert.deepEqual([scan?.name, scan?.kind], ['scan ztf', 1])
  assert.deepEqual([scan?.facts['db.collection.name'], scan?.facts['fink.rows']], ['ztf', 2])
  const reads = below('cutouts').filter(({ name }) => name === 'lake read')
  assert.ok(reads.length > 0)
  assert.ok(reads.every(({ facts }) => facts['file.path'] === 'a.parquet'))
  assert.ok(reads.every(({ facts }) => Number(facts['fink.bytes']) > 0))
  const [call] = below('resolver').filter(({ kind }) => kind === 3)
  assert.match(call?.name ?? '', /^call \S+/)
  assert.equal(call?.facts['http.response.status_code'], 200)
  assert.equal(call?.facts['server.address'], '127.0.0.1')
})

test('refusals are recorded, pages for operators are not, and a bad traceparent begins a trace', async () => {
  const { spans } = await spansOf([
    { path: '/health' },
    { path: '/metrics' },
    { path: '/api/v1/conesearch?ra=x', headers: { traceparent: 'nonsense' } },
  ])
  assert.deepEqual(
    spans.map(({ name, facts }) => [name, facts['http.response.status_code']]),
    [['GET /api/v1/conesearch', 400]],
  )
  assert.equal(spans[0]?.parentSpanId, '')
})

test('the ratio decides what is recorded unless the client does', async () => {
  const path = `/api/v1/objects?objectId=${OBJECT}`
  const { spans } = await spansOf(
    [
      { path },
      { path, headers: { traceparent: TRACEPARENT } },
      { path, headers: { traceparent: TRACEPARENT.replace(/01$/, '00') } },
    ],
    0,
  )
  assert.deepEqual(
    spans.filter(isServer).map(({ traceId }) => traceId),
    [TRACE_ID],
  )
})

test('answers are right when the collector fails or is silent, and closing does not wait long', async () => {
  const failing = await openOtlpReceiver(500)
  const silent = createServer(() => undefined)
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  for (const endpoint of [failing.url, `http://127.0.0.1:${port}`, 'http://127.0.0.1:1']) {
    const losses: number[] = []
    const tracing = openOtlpTracing({
      endpoint,
      sampleRatio: 1,
      version: 'x',
      delayMs: 1,
      onLoss: (_error, spans) => losses.push(spans),
    })
    const app = await openStampApp(ALERTS, { lake: memoryLake(filesOf(ALERTS)), tracing })
    const answer = await app.app.inject(`/api/v1/objects?objectId=${OBJECT}`)
    assert.deepEqual([answer.statusCode, answer.json().length], [200, 2])
    const startMs = performance.now()
    await app.close()
    assert.ok(performance.now() - startMs < 10_000, endpoint)
    if (endpoint === failing.url) assert.deepEqual(losses, [2])
  }
  await failing.close()
  silent.closeAllConnections()
  silent.close()
})

test('fink serve sends traces to FINK_OTEL_ENDPOINT, the last ones when it is stopped', () =>
  withFolder(async folder => {
    const receiver = await openOtlpReceiver()
    for (const variable of ['FINK_OTEL_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
      const env = { [variable]: `${receiver.url}/`, OTEL_SERVICE_NAME: 'night-sky' }
      const { url, program } = await serve(folder, { env })
      assert.equal((await fetch(`${url}/api/v1/schema`)).status, 200)
      assert.equal((await program.end()).code, 0)
    }
    await receiver.close()
    assert.deepEqual(
      receiver.spans.map(({ name }) => name),
      ['GET /api/v1/schema', 'GET /api/v1/schema'],
    )
    assert.equal(receiver.resource['service.name'], 'night-sky')
  }))

test('an endpoint that is no address is refused at the start', () =>
  withFolder(async folder => {
    const env = { FINK_OTEL_ENDPOINT: 'collector:4317' }
    const { code, err } = await startFink(['serve', '--data', folder, '--port', '0'], { env }).ended
    assert.equal(code, 1)
    assert.match(err, /FINK_OTEL_ENDPOINT: expected an address like/)
  }))

test('the libraries are loaded only when tracing is configured', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.includes('.test.'))
    .map(name => ({ name, text: readFileSync(join('src', name), 'utf8') }))
  const known = ['tracing/otlp.ts', 'tracing/reporting-exporter.ts']
  for (const { name, text } of sources) {
    if (!known.includes(name)) assert.doesNotMatch(text, /^import [^;]*?'@opentelemetry/m, name)
    assert.doesNotMatch(text, /^import (?!type)[^(]*?tracing\/otlp\.js'/m, name)
  }
  const open = sources.find(({ name }) => name === 'tracing/open.ts')
  assert.match(open?.text ?? '', /await import\('\.\/otlp\.js'\)/)
})
