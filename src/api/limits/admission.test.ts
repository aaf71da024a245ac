/** Limits as clients see them, on toy routes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildToyServer,
  defineToyRoute,
  dotsRoute,
  toyJson,
} from '../../../test/examples/toy-routes.js'
import type { Answer } from '../declarations/answer.js'
import type { AdmissionOptions } from './admission.js'
import type { RateLimit } from './rate-limiter.js'

const OPTIONS: AdmissionOptions = {
  windowSec: 86_400,
  anonymous: { requests: 2, rows: 100 },
  token: { requests: 5, rows: 100 },
  trustedProxies: 1,
  maxInFlight: 100,
}
const TOKEN = 'fink_abc'

function openServer(options: Partial<AdmissionOptions> = {}) {
  const { app } = buildToyServer([dotsRoute], { admission: { ...OPTIONS, ...options } })
  const ask = (from: string, headers: Readonly<Record<string, string>> = {}, url = DOTS) =>
    app.inject({ url, headers: { 'x-forwarded-for': from, ...headers } })
  return { app, ask }
}

const DOTS = '/api/v1/dots?dotId=A1,B2'

test('limits are told on every answer and refuse with 429 and Retry-After', async () => {
  const { app, ask } = openServer()
  const first = await ask('203.0.113.1')
  assert.equal(first.statusCode, 200)
  assert.equal(first.headers['x-ratelimit-limit'], '2')
  assert.equal(first.headers['x-ratelimit-remaining'], '1')
  assert.equal(first.headers['x-ratelimit-rows-limit'], '100')
  const resetSec = Number(first.headers['x-ratelimit-reset'])
  assert.ok(resetSec > 0 && resetSec <= 86_400)
  const wrong = await ask('203.0.113.1', {}, '/api/v1/dots?n=x')
  assert.equal(wrong.statusCode, 400)
  assert.equal(wrong.headers['x-ratelimit-remaining'], '0')
  assert.equal(wrong.headers['x-ratelimit-rows-remaining'], '98')
  const refused = await ask('203.0.113.1')
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.json().code, 'rate_limited')
  assert.ok(Math.abs(Number(refused.headers['retry-after']) - resetSec) <= 1)
  assert.match(String(refused.headers['access-control-expose-headers']), /X-RateLimit-Remaining/)
  assert.equal((await ask('203.0.113.2')).statusCode, 200)
  const page = await ask('203.0.113.1', {}, '/health')
  assert.equal(page.statusCode, 200)
  assert.equal(page.headers['x-ratelimit-remaining'], '0')
  await app.close()
})

test('limits count rows of answers', async () => {
  const { app, ask } = openServer({ anonymous: { requests: 100, rows: 3 } })
  assert.equal((await ask('203.0.113.1')).statusCode, 200)
  assert.equal((await ask('203.0.113.1')).headers['x-ratelimit-rows-remaining'], '1')
  const refused = await ask('203.0.113.1')
  assert.equal(refused.statusCode, 429)
  assert.match(refused.json().text, /3 rows/)
  await app.close()
})

test('a token has limits of its own wherever it comes from; an unknown one is refused', async () => {
  const clientOf = async (token: string) => (token === TOKEN ? 'token:1' : undefined)
  const { app, ask } = openServer({ clients: { limitOf: () => undefined, clientOf } })
  const headers = { authorization: `Bearer ${TOKEN}` }
  assert.equal((await ask('203.0.113.1', headers)).headers['x-ratelimit-remaining'], '4')
  assert.equal((await ask('203.0.113.2', headers)).headers['x-ratelimit-remaining'], '3')
  const unknown = { authorization: 'Bearer fink_other' }
  const statuses = []
  for (let i = 0; i < 3; i++) statuses.push((await ask('203.0.113.1', unknown)).statusCode)
  assert.deepEqual(statuses, [401, 401, 429])
  await app.close()
})

test('a store that cannot check a token is told as its error', async () => {
  const clientOf = async () => {
    throw new Error('planted')
  }
  const { app, ask } = openServer({ clients: { limitOf: () => undefined, clientOf } })
  const answer = await ask('203.0.113.1', { authorization: `Bearer ${TOKEN}` })
  assert.equal(answer.statusCode, 500)
  await app.close()
})

test('limits of single clients and of groups change at run time', async () => {
  const set = new Map<string, RateLimit>()
  const clients = { limitOf: (name: string) => set.get(name), clientOf: () => undefined }
  const { app, ask } = openServer({ clients })
  set.set('203.0.113.1', { requests: 0, rows: 0 })
  assert.equal((await ask('203.0.113.1')).statusCode, 429)
  set.set('203.0.113.1', { requests: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY })
  const lifted = await ask('203.0.113.1')
  assert.equal(lifted.statusCode, 200)
  assert.equal(lifted.headers['x-ratelimit-limit'], undefined)
  set.set('anonymous', { requests: 7, rows: 7 })
  assert.equal((await ask('203.0.113.9')).headers['x-ratelimit-limit'], '7')
  await app.close()
})

test('the machine itself is told a limit that it does not meet', async () => {
  const { app } = openServer()
  const answer = await app.inject(DOTS)
  assert.equal(answer.headers['x-ratelimit-limit'], '1000000000')
  await app.close()
})

test('more work than the bound gets 503 at once, pages of the operator do not', async () => {
  let finish: (answer: Answer) => void = () => undefined
  const route = defineToyRoute({
    name: 'slow',
    summary: '',
    description: '',
    params: () => ({}),
    outputs: [toyJson],
    emptyGet: 'handle',
    handle: () =>
      new Promise<Answer>(resolve => {
        finish = resolve
      }),
  })
  const { app } = buildToyServer([route], { admission: { ...OPTIONS, maxInFlight: 1 } })
  const first = app.inject('/api/v1/slow')
  await new Promise(resolve => setImmediate(resolve))
  const refused = await app.inject('/api/v1/slow')
  assert.equal(refused.statusCode, 503)
  assert.equal(refused.json().code, 'overloaded')
  assert.equal(refused.headers['retry-after'], '1')
  for (const page of ['/health', '/metrics', '/ready', '/status']) {
    assert.equal((await app.inject(page)).statusCode, 200, page)
  }
  finish({ kind: 'text', text: 'done' })
  assert.equal((await first).body, 'done')
  const next = app.inject('/api/v1/slow')
  await new Promise(resolve => setImmediate(resolve))
  finish({ kind: 'text', text: 'again' })
  assert.equal((await next).body, 'again')
  await app.close()
})
