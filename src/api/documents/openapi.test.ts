import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dotsRoute, mountToys, pictureRoute } from '../../../test/examples/toy-routes.js'
import { ERROR_CODES } from '../http-errors.js'
import { toOpenApi } from './openapi.js'

const endpoints = mountToys([dotsRoute, pictureRoute])
const texts = { title: 'Toys', version: '1.0.0', description: 'Toys.' }
// Through JSON, as a client gets it.
const document = JSON.parse(JSON.stringify(toOpenApi(endpoints, texts)))

test('toOpenApi() has every path, method and parameter of every endpoint', () => {
  assert.equal(document.openapi, '3.1.0')
  for (const endpoint of endpoints) {
    for (const path of endpoint.paths) {
      const { get, post } = document.paths[path]
      const names = get.parameters.map((parameter: { name: string }) => parameter.name)
      assert.deepEqual(names, Object.keys(endpoint.params))
      const { schema } = post.requestBody.content['application/json']
      assert.deepEqual(Object.keys(schema.properties), names)
      assert.equal(schema.additionalProperties, !endpoint.isStrict)
    }
  }
})

test('toOpenApi() tells types, limits, defaults and what is required', () => {
  const { get, post } = document.paths['/api/v1/dots']
  const byName = new Map(get.parameters.map((one: { name: string }) => [one.name, one]))
  assert.deepEqual(byName.get('n'), {
    name: 'n',
    in: 'query',
    required: false,
    description: 'Most rows',
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
    example: 5,
  })
  assert.deepEqual(post.requestBody.content['application/json'].schema.required, ['dotId'])
  assert.match(JSON.stringify(byName.get('withcolour')), /Also read as withColour/)
  assert.match(JSON.stringify(byName.get('max-size')), /Unit: mm/)
})

test('toOpenApi() lists every format, the description text and declared body types', () => {
  const { get, post } = document.paths['/api/v1/dots']
  assert.deepEqual(Object.keys(get.responses['200'].content), [
    'application/json',
    'text/csv',
    'text/html',
  ])
  assert.deepEqual(Object.keys(post.responses['200'].content), ['application/json', 'text/csv'])
  const picture = document.paths['/api/v1/picture'].post
  assert.deepEqual(Object.keys(picture.requestBody.content), [
    'application/json',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
  ])
})

test('toOpenApi() tells every shape that answers of one media type have', () => {
  const [endpoint] = endpoints
  assert.ok(endpoint !== undefined)
  const schema = { type: 'object' }
  const other = { mediaType: 'application/json', description: 'Names', schema }
  const both = { ...endpoint, outputs: [...endpoint.outputs, other] }
  const { paths } = JSON.parse(JSON.stringify(toOpenApi([both], texts)))
  const { content } = paths['/api/v1/dots'].get.responses['200']
  const table = { type: 'array', items: { type: 'object' } }
  assert.deepEqual(content['application/json'], { schema: { anyOf: [table, schema] } })
})

test('toOpenApi() has unique operation ids, and every reference resolves', () => {
  const ids = [...JSON.stringify(document).matchAll(/"operationId":"([^"]+)"/g)].map(m => m[1])
  assert.equal(ids.length, 12)
  assert.equal(new Set(ids).size, ids.length)
  for (const [, pointer = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = pointer
      .split('/')
      .reduce((part: Record<string, never> | undefined, key) => part?.[key], document)
    assert.ok(found, pointer)
  }
})

test('toOpenApi() documents every error code under each of its statuses', () => {
  for (const { code, statuses } of ERROR_CODES) {
    for (const status of statuses) {
      assert.ok(document.paths['/api/v1/dots'].get.responses[status], String(status))
      assert.match(document.components.responses[status].description, new RegExp(`\`${code}\``))
    }
  }
})
