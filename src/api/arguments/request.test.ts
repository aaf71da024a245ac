import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeForm, type RequestParts, readArguments } from './request.js'

function parts(given: Partial<RequestParts> & { readonly text?: string }): RequestParts {
  const { text = '' } = given
  return {
    method: 'POST',
    url: '/x',
    contentType: 'application/json',
    contentEncoding: undefined,
    body: Buffer.from(text),
    ...given,
  }
}

const read = (given: Parameters<typeof parts>[0], options = {}) =>
  Object.fromEntries(readArguments(parts(given), options))

test('readArguments() reads the query of a GET and ignores its body', () => {
  assert.deepEqual(read({ method: 'GET', url: '/x?a=1', text: '{"b":2}' }), { a: '1' })
  assert.deepEqual(read({ method: 'GET', url: '/x' }), {})
})

test('readArguments() reads the JSON body of a POST without query', () => {
  assert.deepEqual(read({ text: '\ufeff{"a":1,"b":"x","id":2890466950515015016}' }), {
    a: 1,
    b: 'x',
    id: '2890466950515015016',
  })
  assert.deepEqual(read({ url: '/x?', text: '{"a":1}' }), { a: 1 })
  assert.deepEqual(read({ contentType: 'application/vnd.x+json; charset=utf-8', text: '{}' }), {})
})

test('readArguments() lets a query win over an unreadable body', () => {
  assert.deepEqual(read({ url: '/x?a=1', text: '{', contentType: undefined }), { a: '1' })
})

test('readArguments() refuses bodies that are no JSON object', () => {
  for (const text of ['', '{', 'null', '1', '[]', '[1]', '"x"']) {
    assert.throws(() => read({ text }), { name: 'BadRequestError', status: 400 }, text)
  }
  assert.throws(() => read({ body: Buffer.from([0x22, 0xff, 0x22]) }), /UTF-8/)
})

test('readArguments() refuses other media types and encodings', () => {
  for (const contentType of [undefined, 'text/plain', 'application/x-www-form-urlencoded', '']) {
    assert.throws(() => read({ contentType, text: '{}' }), { status: 415 })
  }
  assert.throws(() => read({ contentEncoding: 'gzip' }), { status: 415 })
})

test('readArguments() merges bodies of declared types with the query, whose names win', () => {
  const options = { decoders: { 'application/x-www-form-urlencoded': decodeForm } }
  const contentType = 'application/x-www-form-urlencoded; charset=utf-8'
  const merged = read({ url: '/x?a=1', text: 'a=2&b=3', contentType }, options)
  assert.deepEqual(merged, { a: '1', b: '3' })
})

test('readArguments() refuses more than 200 members', () => {
  const text = JSON.stringify(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [i, i])))
  assert.throws(() => read({ text }), { status: 400 })
})

test('readArguments() keeps __proto__ an ordinary name', () => {
  const found = readArguments(parts({ text: '{"__proto__":{"x":1}}' }), {})
  assert.deepEqual(found.get('__proto__'), { x: 1 })
})
