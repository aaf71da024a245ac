import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJsonBody } from './json-body.js'

test('parseJsonBody() keeps all digits of integers beyond 2^53, as texts', () => {
  assert.deepEqual(parseJsonBody('{"candid":2890466950515015016,"ids":[-170424319673368579]}'), {
    candid: '2890466950515015016',
    ids: ['-170424319673368579'],
  })
})

test('parseJsonBody() leaves integers that a double holds exactly', () => {
  assert.deepEqual(parseJsonBody('[9007199254740991,9007199254740993,1000000000000000]'), [
    9007199254740991,
    '9007199254740993',
    1000000000000000,
  ])
})

test('parseJsonBody() leaves fractions and exponents', () => {
  assert.deepEqual(parseJsonBody('[61176.98962949591,12345678901234567e3,1e999]'), [
    61176.98962949591,
    12345678901234567e3,
    Number.POSITIVE_INFINITY,
  ])
})

test('parseJsonBody() does not look into strings', () => {
  const value = { a: '12345678901234567890', b: '\\"12345678901234567890', 'c"': '\\' }
  assert.deepEqual(parseJsonBody(JSON.stringify(value)), value)
})

test('parseJsonBody() refuses numbers that JSON does not allow', () => {
  for (const text of [
    '01234567890123456789',
    '+12345678901234567890',
    '-',
    '12345678901234567890x',
  ]) {
    assert.throws(() => parseJsonBody(text), SyntaxError, text)
  }
})

test('parseJsonBody() agrees with JSON.parse where no integer is big', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const wrapped = JSON.stringify({ digits: '1234567890123456', value })
      const isBig = /[^"\w.\\-]-?\d{16,}[,}\]]/.test(wrapped)
      fc.pre(!isBig)
      assert.deepEqual(parseJsonBody(wrapped), JSON.parse(wrapped))
    }),
  )
})

test('parseJsonBody() keeps any 64-bit integer', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), id => {
      const { read } = parseJsonBody(`{"pad":"${'9'.repeat(16)}","read":${id}}`) as {
        read: unknown
      }
      assert.equal(String(read), String(id))
    }),
  )
})

test('parseJsonBody() reads a megabyte of quotes and backslashes in linear time', () => {
  const text = JSON.stringify({ id: 1, text: '\\"'.repeat(500_000), digits: '1'.repeat(16) })
  assert.deepEqual(parseJsonBody(text), JSON.parse(text))
})
