import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildToyServer,
  dotsRoute,
  mountToys,
  pictureRoute,
} from '../../../test/examples/toy-routes.js'
import { ERROR_CODES } from '../http-errors.js'
import { ORIGIN_MARK, toManual } from './manual.js'

const endpoints = mountToys([dotsRoute, pictureRoute])
const html = toManual(endpoints, { title: 'A <b> & c', version: '1.0', description: 'Toys.' })

test('toManual() names every path, parameter, example and error code', () => {
  for (const { paths, params, examples } of endpoints) {
    for (const path of paths) assert.ok(html.includes(path))
    for (const name of Object.keys(params)) assert.ok(html.includes(`<code>${name}</code>`), name)
    for (const { title } of examples) assert.ok(html.includes(title))
  }
  for (const { code } of ERROR_CODES) assert.ok(html.includes(code))
})

test('toManual() loads nothing: no scripts, no addresses but links within the service', () => {
  assert.doesNotMatch(html, /<script|<img|<link|@import|url\(/)
  for (const [, target] of html.matchAll(/(?:href|src)="([^"]*)"/g)) assert.match(target!, /^[/#]/)
})

test('toManual() escapes its texts', () => {
  assert.ok(html.includes('A &lt;b&gt; &amp; c'))
})

test('toManual() shows what stands between backticks as code', () => {
  const marked = endpoints.map(endpoint => ({ ...endpoint, description: 'Adds `d:<x>`' }))
  const page = toManual(marked, { title: 't', version: '1', description: 'd' })
  assert.ok(page.includes('Adds <code>d:&lt;x&gt;</code>'))
})

test('toManual() gives a command, a Python text and a link per example', () => {
  assert.ok(html.includes(`curl '${ORIGIN_MARK}/api/v1/dots?dotId=A1'`))
  assert.ok(html.includes('params={&quot;dotId&quot;: &quot;A1&quot;}'))
  assert.ok(html.includes('json={&quot;dotId&quot;: &quot;A1&quot;, &quot;withcolour&quot;: True}'))
  assert.ok(html.includes('href="/api/v1/dots?dotId=A1%2CB2&amp;n=2&amp;output-format=csv"'))
})

test('every link of the served page answers, and commands carry the address of the client', async () => {
  const { app } = buildToyServer()
  const page = await app.inject({ url: '/', headers: { host: 'api.example.org:8080' } })
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/)
  assert.ok(page.body.includes("curl 'http://api.example.org:8080/api/v1/dots?dotId=A1'"))
  for (const [, link = ''] of page.body.matchAll(/href="(\/[^"]*)"/g)) {
    const response = await app.inject(link.replaceAll('&amp;', '&'))
    assert.equal(response.statusCode, 200, link)
  }
  await app.close()
})

test('the page does not repeat a hostile Host or scheme', async () => {
  const { app } = buildToyServer()
  const headers = { host: '"><script>', 'x-forwarded-proto': 'javascript' }
  const page = await app.inject({ url: '/', headers })
  assert.doesNotMatch(page.body, /<script|javascript:/)
  const secure = { host: 'api.example.org', 'x-forwarded-proto': 'https' }
  const behindProxy = await app.inject({ url: '/', headers: secure })
  assert.ok(behindProxy.body.includes('https://api.example.org/api/v1/dots'))
  await app.close()
})
