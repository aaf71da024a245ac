/** The HTTP behaviour of the server in process, on toy routes. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  askToy,
  buildToyServer,
  defineToyRoute,
  dotsRoute,
  toyJson,
  toyTable,
} from '../../test/examples/toy-routes.js'
import { ResolverError, StoreError } from '../errors.js'
import type { Answer } from './declarations/answer.js'
import { integer, text } from './declarations/params.js'
import { mountSurveys } from './mount.js'

const { app } = buildToyServer()
after(() => app.close())

test('server answers GET and POST alike, at both addresses of the default survey', async () => {
  const expected = '[{"name":"A1","size":1}]'
  for (const url of ['/api/v1/dots', '/red/api/v1/dots', '/blue/api/v1/dots', '//api//v1/dots']) {
    const get = await app.inject(`${url}?dotId=A1`)
    const post = await app.inject({ method: 'POST', url, payload: { dotId: 'A1' } })
    assert.equal(get.body, expected)
    assert.equal(post.body, expected)
    assert.equal(get.headers['content-type'], 'application/json')
  }
})

test('server describes a route on a GET without arguments', async () => {
  for (const url of ['/api/v1/dots', '/api/v1/dots?', '/api/v1/dots?&']) {
    const response = await app.inject(url)
    assert.equal(response.statusCode, 200)
    assert.equal(response.headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(response.body, 'Get dots based on their names')
  }
  assert.equal((await app.inject('/api/v1/dots?x=1')).statusCode, 400)
})

test('server lets a route answer a GET without arguments itself', async () => {
  const route = defineToyRoute({
    name: 'tags',
    summary: 'Tags',
    description: '',
    params: () => ({ tag: text({ description: '', required: true, examples: ['x'] }) }),
    outputs: [toyJson],
    emptyGet: ({ survey }) => ({ kind: 'json', value: { [survey.idExample]: true } }),
    handle: () => ({ kind: 'text', text: 'x' }),
  })
  const server = buildToyServer([route])
  assert.equal((await server.app.inject('/api/v1/tags')).body, '{"A1":true}')
  const post = await server.app.inject({ method: 'POST', url: '/api/v1/tags', payload: {} })
  assert.equal(post.statusCode, 400)
  await server.app.close()
})

test('server puts request id and CORS headers on every answer', async () => {
  const urls = ['/', '/api/v1/dots', '/api/v1/dots?n=x', '/nowhere', '/api/v1/%zz', '/health']
  for (const url of urls) {
    const { headers } = await app.inject(url)
    assert.equal(headers['access-control-allow-origin'], '*', url)
    assert.equal(headers['access-control-allow-headers'], 'Content-Type,Authorization')
    assert.match(String(headers['access-control-expose-headers']), /X-Request-Id/)
    assert.match(String(headers['x-request-id']), /^[\w-]{10,}$/)
  }
})

test('server takes over a well-formed request id and no other', async () => {
  const id = async (given: string) => {
    const { headers } = await app.inject({ url: '/health', headers: { 'x-request-id': given } })
    return headers['x-request-id']
  }
  assert.equal(await id('proxy-1.2:3'), 'proxy-1.2:3')
  assert.notEqual(await id('a b'), 'a b')
  assert.notEqual(await id('x'.repeat(65)), 'x'.repeat(65))
})

test('server answers unknown paths 404 with a suggestion', async () => {
  const response = await app.inject('/api/v1/dotz')
  assert.equal(response.statusCode, 404)
  assert.deepEqual(response.json(), {
    status: 'error',
    code: 'not_found',
    text: 'Cannot find "/api/v1/dotz": no such path; did you mean "/api/v1/dots"',
    request: response.headers['x-request-id'],
  })
  assert.equal((await app.inject('/api/v1/dots/')).statusCode, 404)
})

test('server answers wrong methods 405 with Allow, and OPTIONS 200', async () => {
  const put = await app.inject({ method: 'PUT', url: '/api/v1/dots', payload: 'x' })
  assert.equal(put.statusCode, 405)
  assert.equal(put.headers.allow, 'GET, HEAD, OPTIONS, POST')
  assert.equal(put.json().code, 'method_not_allowed')
  const options = await app.inject({ method: 'OPTIONS', url: '/api/v1/dots' })
  assert.equal(options.statusCode, 200)
  assert.equal(options.body, '')
  assert.equal(options.headers.allow, 'GET, HEAD, OPTIONS, POST')
  const post = await app.inject({ method: 'POST', url: '/health', payload: {} })
  assert.equal(post.headers.allow, 'GET, HEAD, OPTIONS')
})

test('server answers HEAD like GET without a body', async () => {
  for (const url of ['/api/v1/dots?dotId=A1', '/api/v1/dots', '/api/v1/picture?dotId=A1', '/']) {
    const get = await app.inject(url)
    const head = await app.inject({ method: 'HEAD', url })
    assert.equal(head.statusCode, 200)
    assert.equal(head.body, '')
    assert.equal(head.headers['content-length'], get.headers['content-length'], url)
    assert.equal(head.headers['content-type'], get.headers['content-type'])
  }
})

test('server refuses bodies over the limit of the route with 413', async () => {
  const payload = JSON.stringify({ dotId: 'x'.repeat(70 * 1024) })
  const headers = { 'content-type': 'application/json' }
  const send = (url: string) => app.inject({ method: 'POST', url, payload, headers })
  const picture = await send('/api/v1/picture')
  assert.equal(picture.statusCode, 413)
  assert.equal(picture.json().code, 'too_large')
  assert.equal((await send('/api/v1/dots')).statusCode, 400)
})

test('server refuses an unknown output format before the handler runs', async () => {
  let calls = 0
  const { response } = await askToy(() => {
    calls++
    return { kind: 'text', text: '' }
  }, '/api/v1/tiny?output-format=xml')
  assert.equal(response.statusCode, 400)
  assert.equal(response.json().param, 'output-format')
  assert.equal(calls, 0)
})

test('server warns of ignored arguments in an ASCII header', async () => {
  const response = await app.inject('/api/v1/dots?dotId=A1&dotID=2&%C3%A9%0d%0aX-Evil:=1')
  assert.equal(response.statusCode, 200)
  assert.equal(
    response.headers['x-fink-warning'],
    'unknown parameter "dotID" ignored; did you mean "dotId"; ' +
      'unknown parameter "\\u00e9\\u000d\\u000aX-Evil:" ignored',
  )
})

test('setting strictParameters makes unknown arguments an error', async () => {
  const server = buildToyServer([dotsRoute], { strictParameters: true })
  const response = await server.app.inject('/api/v1/dots?dotId=A1&foo=1')
  assert.equal(response.statusCode, 400)
  assert.equal(response.json().param, 'foo')
  await server.app.close()
})

test('server reads multipart and form bodies where a route declares them', async () => {
  const form = await app.inject({
    method: 'POST',
    url: '/api/v1/picture',
    payload: 'dotId=B2',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.deepEqual([...form.rawPayload], [2])
  const upload = await app.inject({
    method: 'POST',
    url: '/api/v1/picture?dotId=A1',
    payload:
      '--X\r\nContent-Disposition: form-data; name="frame"; filename="f"\r\n\r\nabc\r\n--X--',
    headers: { 'content-type': 'multipart/form-data; boundary=X' },
  })
  assert.equal(upload.body, 'abc')
  const dots = await app.inject({
    method: 'POST',
    url: '/api/v1/dots',
    payload: 'dotId=B2',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(dots.statusCode, 415)
})

test('server hides unknown errors and logs them with the request id', async () => {
  const { response, log } = await askToy(() => {
    throw new RangeError('secret detail')
  })
  assert.equal(response.statusCode, 500)
  const error = response.json()
  assert.equal(error.code, 'internal_error')
  assert.doesNotMatch(response.body, /secret/)
  assert.match(error.text, new RegExp(`"${error.request}"`))
  const line = log.find(entry => entry.msg === 'failed')
  assert.equal(line?.request, error.request)
  assert.equal(line?.level, 'error')
  assert.equal(line?.err?.message, 'secret detail')
})

test('server passes failures of other services on, with Retry-After when a retry may help', async () => {
  const fail = (error: Error) => askToy(() => Promise.reject(error))
  const failed = await fail(new StoreError('HBase', 'HBase answered nonsense'))
  assert.equal(failed.response.statusCode, 502)
  assert.equal(failed.response.headers['retry-after'], undefined)
  assert.equal(failed.response.json().text, 'HBase answered nonsense')
  const down = await fail(
    new ResolverError('Miriade', 'Miriade is down', { failure: 'unavailable' }),
  )
  assert.equal(down.response.statusCode, 503)
  assert.equal(down.response.headers['retry-after'], '5')
  const late = new ResolverError('Miriade', 'late', { failure: 'timeout', retryAfterSec: 29.2 })
  assert.equal((await fail(late)).response.headers['retry-after'], '30')
})

test('server answers 504 at the time limit even if the handler does not stop', async () => {
  let signal: AbortSignal | undefined
  let finish: (answer: Answer) => void = () => assert.fail('not started')
  const route = defineToyRoute({
    name: 'slow',
    summary: '',
    description: '',
    params: () => ({}),
    outputs: [toyJson],
    emptyGet: 'handle',
    handle: (_params, context) => {
      signal = context.signal
      return new Promise<Answer>(resolve => {
        finish = resolve
      })
    },
  })
  const server = buildToyServer([route], { requestTimeoutMs: 20 })
  const response = await server.app.inject('/api/v1/slow')
  assert.equal(response.statusCode, 504)
  assert.equal(response.json().code, 'deadline_exceeded')
  assert.equal(signal?.aborted, true)
  finish({ kind: 'text', text: 'too late' })
  await server.app.close()
})

test('server logs one line per exchange, without line breaks or headers', async () => {
  const { response, log } = await askToy(
    () => ({ kind: 'table', table: toyTable(['a'], [1]) }),
    '/api/v1/tiny?x=%0a',
  )
  const line = log.find(entry => entry.msg === 'answered')
  assert.equal(line?.request, response.headers['x-request-id'])
  assert.equal(line?.url, '/api/v1/tiny?x=%0a')
  assert.equal(line?.status, 200)
  assert.equal(line?.bytes, response.rawPayload.length)
  assert.equal(line?.rows, 1)
  assert.equal(line?.level, 'info')
})

test('/ready says what is missing and hides unknown faults', async () => {
  const check = async (ready: () => Promise<void>) => {
    const server = buildToyServer([], { ready })
    const response = await server.app.inject('/ready')
    await server.app.close()
    return response
  }
  assert.equal((await check(async () => undefined)).body, '{"status":"ok"}')
  const down = await check(() => Promise.reject(new StoreError('HBase', 'HBase is down')))
  assert.equal(down.statusCode, 503)
  assert.equal(down.json().code, 'not_ready')
  assert.equal(down.json().text, 'The service is not ready: HBase is down')
  const broken = await check(() => Promise.reject(new Error('secret')))
  assert.doesNotMatch(broken.body, /secret/)
})

test('/metrics counts durations, bytes and rows by survey and route', async () => {
  const server = buildToyServer()
  await server.app.inject('/api/v1/dots?dotId=A1,B2')
  await server.app.inject('/api/v1/dots')
  await server.app.inject({ method: 'PUT', url: '/nowhere' })
  const { body } = await server.app.inject('/metrics')
  const labels = 'survey="red",route="dots"'
  assert.match(
    body,
    new RegExp(`duration_seconds_count\\{${labels},method="GET",status="200"\\} 2`),
  )
  assert.match(body, new RegExp(`fink_http_response_rows_total\\{${labels}\\} 2`))
  assert.match(body, /duration_seconds_count\{survey="",route="",method="other",status="404"\} 1/)
  assert.match(body, /fink_http_requests_in_flight 1\n/)
  await server.app.close()
})

test('/metrics tells figures of the process when asked to', async () => {
  const server = buildToyServer([], { hasProcessMetrics: true })
  const { body } = await server.app.inject('/metrics')
  assert.match(body, /process_resident_memory_bytes \d/)
  await server.app.close()
})

const exampleRoute = (examples: Record<string, number>) =>
  defineToyRoute({
    name: 'odd',
    summary: '',
    description: '',
    params: () => ({ n: integer({ description: '', required: true }) }),
    outputs: [toyJson],
    examples: () => [{ title: 'x', arguments: examples }],
    handle: () => ({ kind: 'text', text: '' }),
  })

test('mount() refuses examples that name something unknown or lack something required', () => {
  assert.throws(() => buildToyServer([exampleRoute({ n: 1, m: 1 })]), /"x" names unknown "m"/)
  assert.throws(() => buildToyServer([exampleRoute({})]), /"x" lacks "n"/)
})

test('mountSurveys() refuses a default survey that is not there', () => {
  assert.throws(() => mountSurveys([], 'ztf'), { name: 'RangeError', message: /"ztf"/ })
})
