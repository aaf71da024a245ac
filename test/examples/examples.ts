/**
 * Tests that follow from the declarations of the routes: every example of every route in every
 * format must answer, and every parameter is then broken in every way that its declaration
 * implies. The answer to nonsense is a 400 of the documented shape that names the parameter, and
 * never a fault of the service. Knows HTTP and declarations, no route in particular.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toMediaType } from '../../src/api/arguments/media-type.js'
import type { JsonValue } from '../../src/api/declarations/json.js'
import type { Param } from '../../src/api/declarations/param.js'
import {
  type Endpoint,
  FORMAT_PARAM,
  type Method,
  type RouteExample,
} from '../../src/api/declarations/route.js'
import { brokenValues } from './broken-values.js'

/** A request, independent of how it is sent. */
export interface CaseRequest {
  readonly method: Method | 'PUT' | 'OPTIONS' | 'HEAD'
  readonly url: string
  readonly headers?: Record<string, string>
  readonly payload?: string
}

/** An answer, as far as the cases look at it. */
export interface CaseResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, number | string | readonly string[] | undefined>>
  readonly payload: string
}

/** Anything that answers requests: a Fastify app, or a client of a live service. */
export interface Responder {
  inject(request: CaseRequest): Promise<CaseResponse>
}

/** One request and what its answer must be. */
export interface ExampleCase {
  readonly title: string
  readonly request: CaseRequest
  check(response: CaseResponse, app: Responder): void | Promise<void>
}

type Arguments = Readonly<Record<string, JsonValue>>

/** Declares one test per case. `app` is asked for when a test runs. */
export function testExamples(app: () => Responder, endpoints: readonly Endpoint[]): void {
  for (const endpoint of endpoints) {
    for (const { title, request, check } of exampleCases(endpoint)) {
      test(title, async () => {
        const responder = app()
        const response = await responder.inject(request)
        checkAnyAnswer(response)
        await check(response, responder)
      })
    }
  }
}

/** All cases of an endpoint. */
export function exampleCases(endpoint: Endpoint): readonly ExampleCase[] {
  return [
    ...workingCases(endpoint),
    ...Object.entries(endpoint.params).flatMap(([name, param]) =>
      paramCases(endpoint, name, param),
    ),
    ...nameCases(endpoint),
    ...requestCases(endpoint),
  ]
}

/** What must hold for every answer: an id, open to web pages, errors in the one shape, no 5xx. */
export function checkAnyAnswer(response: CaseResponse): void {
  const { statusCode, headers, payload } = response
  assert.ok(statusCode < 500, `${statusCode}: ${payload.slice(0, 300)}`)
  assert.equal(headers['access-control-allow-origin'], '*')
  assert.ok(headers['x-request-id'], 'X-Request-Id is missing')
  if (statusCode < 400) return
  assert.equal(toMediaType(String(headers['content-type'])), 'application/json')
  const error = JSON.parse(payload)
  assert.equal(error.status, 'error')
  assert.match(error.code, /^[a-z_]+$/)
  assert.ok(typeof error.text === 'string' && error.text.length > 0 && !error.text.endsWith('.'))
  assert.equal(error.request, headers['x-request-id'])
}

function titleOf(endpoint: Endpoint, what: string): string {
  return `${endpoint.methods.join('/')} ${endpoint.paths[0]}: ${what}`
}

function toRequest(endpoint: Endpoint, method: Method, args: Arguments): CaseRequest {
  const path = endpoint.paths[0]!
  if (method === 'POST') {
    const headers = { 'content-type': 'application/json' }
    return { method, url: path, headers, payload: JSON.stringify(args) }
  }
  const pairs = Object.entries(args).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`
  })
  return { method, url: pairs.length === 0 ? path : `${path}?${pairs.join('&')}` }
}

/** The declared examples, by every method and in every format. */
export function workingCases(endpoint: Endpoint): ExampleCase[] {
  return endpoint.examples.flatMap(example => {
    const methods = example.method === undefined ? endpoint.methods : [example.method]
    return methods.flatMap(method => formatCases(endpoint, example, method))
  })
}

function formatCases(endpoint: Endpoint, example: RouteExample, method: Method): ExampleCase[] {
  const { tableFormats } = endpoint
  const isFixed = FORMAT_PARAM in example.arguments || tableFormats.length === 0
  const formats = isFixed ? [undefined] : tableFormats
  return formats.map(format => {
    const extra = format === undefined ? {} : { [FORMAT_PARAM]: format.name }
    const allowed = format === undefined ? endpoint.outputs : [format]
    const what = [method, `"${example.title}"`, format?.name].filter(Boolean).join(' ')
    return {
      title: titleOf(endpoint, `${what} answers`),
      request: toRequest(endpoint, method, { ...example.arguments, ...extra }),
      check: response =>
        checkSuccess(
          response,
          allowed.map(output => output.mediaType),
        ),
    }
  })
}

function checkSuccess(response: CaseResponse, mediaTypes: readonly string[]): void {
  assert.ok([200, 201].includes(response.statusCode), response.payload.slice(0, 300))
  const given = toMediaType(String(response.headers['content-type']))
  const isSummary = given === 'text/html'
  assert.ok(isSummary || mediaTypes.map(toMediaType).includes(given), `answered ${given}`)
  assert.equal(response.headers['x-fink-warning'], undefined)
}

function baseline({ examples }: Endpoint): Arguments {
  return examples[0]?.arguments ?? {}
}

/** POST carries any value; a route without it gets what a query string can say. */
function carrier({ methods }: Endpoint): Method {
  return methods.includes('POST') ? 'POST' : 'GET'
}

function paramCases(endpoint: Endpoint, name: string, param: Param<unknown>): ExampleCase[] {
  const args = baseline(endpoint)
  const method = carrier(endpoint)
  const cases: ExampleCase[] = brokenValues(param)
    .filter(({ value }) => method === 'POST' || isQueryText(value))
    .map(({ what, value, isRefused }) => ({
      title: titleOf(endpoint, `${name} ${what} is ${isRefused ? 'refused' : 'harmless'}`),
      request: toRequest(endpoint, method, { ...args, [name]: value }),
      check: response => {
        if (isRefused) checkRefusal(response, name)
      },
    }))
  if (param.isRequired) cases.push(missingCase(endpoint, name))
  if (endpoint.methods.includes('GET') && name in args) cases.push(repeatedCase(endpoint, name))
  return cases
}

/** True for what a query string can carry. */
function isQueryText(value: JsonValue): boolean {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value)
}

function checkRefusal(response: CaseResponse, name: string): void {
  assert.ok([400, 413].includes(response.statusCode), response.payload.slice(0, 300))
  if (response.statusCode !== 400) return
  const { param, text } = JSON.parse(response.payload)
  assert.equal(param, name)
  // Names the parameter, what was expected and what was given.
  const given = /^Missing /.test(text) ? '' : '.* got '
  assert.match(text, new RegExp(`"${name}": .*expected .+${given}`, 's'))
}

function missingCase(endpoint: Endpoint, name: string): ExampleCase {
  const { [name]: _, ...rest } = baseline(endpoint)
  // A GET without any argument would answer the description.
  const args = carrier(endpoint) === 'GET' ? { ...rest, unknown_argument: '1' } : rest
  return {
    title: titleOf(endpoint, `${name} missing is refused`),
    request: toRequest(endpoint, carrier(endpoint), args),
    check: response => {
      assert.equal(response.statusCode, 400)
      if (!endpoint.isStrict || carrier(endpoint) === 'POST') checkRefusal(response, name)
    },
  }
}

function repeatedCase(endpoint: Endpoint, name: string): ExampleCase {
  const request = toRequest(endpoint, 'GET', baseline(endpoint))
  const again = { ...request, url: `${request.url}&${encodeURIComponent(name)}=%00` }
  return {
    title: titleOf(endpoint, `${name} repeated: the first counts`),
    request: again,
    check: async (response, app) => {
      const once = await app.inject(request)
      assert.equal(response.statusCode, once.statusCode)
      if (once.statusCode < 400) assert.equal(response.payload, once.payload)
    },
  }
}

const HOSTILE_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '../x',
  '\u0000',
  'ü',
  'x'.repeat(500),
]

function nameCases(endpoint: Endpoint): ExampleCase[] {
  return ['unknown_argument', ...HOSTILE_NAMES].map(name => ({
    title: titleOf(endpoint, `unknown name ${JSON.stringify(name.slice(0, 20))}`),
    request: withName(endpoint, name),
    check: response => {
      if (endpoint.isStrict) assert.equal(response.statusCode, 400)
      else {
        assert.ok(response.statusCode < 300, response.payload.slice(0, 300))
        assert.match(String(response.headers['x-fink-warning']), /^[ -~]+$/)
      }
    },
  }))
}

function withName(endpoint: Endpoint, name: string): CaseRequest {
  const method = carrier(endpoint)
  // A computed key makes an own member even of "__proto__".
  return toRequest(endpoint, method, { ...baseline(endpoint), [name]: '1' })
}

function requestCases(endpoint: Endpoint): ExampleCase[] {
  const url = endpoint.paths[0]!
  const expectStatus = (status: number) => (response: CaseResponse) =>
    assert.equal(response.statusCode, status, response.payload.slice(0, 300))
  const cases: ExampleCase[] = [
    { title: 'PUT is refused', request: { method: 'PUT', url }, check: expectStatus(405) },
    { title: 'OPTIONS answers', request: { method: 'OPTIONS', url }, check: expectStatus(200) },
  ]
  if (endpoint.methods.includes('GET') && endpoint.emptyGet === 'describe') {
    cases.push({
      title: 'GET without arguments describes',
      request: { method: 'GET', url },
      check: response => assert.equal(response.payload, endpoint.summary),
    })
  }
  if (endpoint.methods.includes('POST')) cases.push(...bodyCases(url, expectStatus))
  return cases.map(one => ({ ...one, title: titleOf(endpoint, one.title) }))
}

function bodyCases(
  url: string,
  expectStatus: (status: number) => (response: CaseResponse) => void,
): ExampleCase[] {
  const json = { 'content-type': 'application/json' }
  const post = (payload: string, headers: Record<string, string>): CaseRequest => {
    return { method: 'POST', url, payload, headers }
  }
  const broken = ['', '{', '[]', 'null', '1', '"x"', '{"a":1e}', '['.repeat(10_000), '\ufeff']
  return [
    ...broken.map(payload => ({
      title: `body ${JSON.stringify(payload.slice(0, 20))} is refused`,
      request: post(payload, json),
      check: expectStatus(400),
    })),
    {
      title: 'body of an unknown type is refused',
      request: post('a', { 'content-type': 'application/x-unknown' }),
      check: expectStatus(415),
    },
    {
      title: 'compressed body is refused',
      request: post('{}', { ...json, 'content-encoding': 'gzip' }),
      check: expectStatus(415),
    },
  ]
}
