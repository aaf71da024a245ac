import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MAX_ARGUMENTS, parseQuery } from './query-string.js'

const read = (text: string) => Object.fromEntries(parseQuery(text))

test('parseQuery() decodes + as blank and % as UTF-8', () => {
  assert.deepEqual(read('class=Early+SN%20Ia&n=%C3%A9'), { class: 'Early SN Ia', n: 'é' })
})

test('parseQuery() keeps the first of repeated names', () => {
  assert.deepEqual(read('n=1&n=2'), { n: '1' })
})

test('parseQuery() reads names without = and values with =', () => {
  assert.deepEqual(read('a&b=&c==d&&'), { a: '', b: '', c: '=d' })
  assert.deepEqual(read('a&b=1'), { a: '', b: '1' })
})

test('parseQuery() leaves a % that begins no escape', () => {
  assert.deepEqual(read('a=100%&b=%zz%41'), { a: '100%', b: '%zzA' })
})

test('parseQuery() refuses escapes that are not UTF-8', () => {
  assert.throws(() => parseQuery('a=%ff'), { name: 'SyntaxError', message: /"%ff"/ })
})

test(`parseQuery() refuses more than ${MAX_ARGUMENTS} names`, () => {
  const text = Array.from({ length: MAX_ARGUMENTS + 1 }, (_, i) => `a${i}=1`).join('&')
  assert.throws(() => parseQuery(text), RangeError)
  assert.equal(parseQuery('a=1&'.repeat(10_000)).size, 1)
})

test('parseQuery() gives no name a special meaning', () => {
  const found = parseQuery('__proto__=1&constructor=2')
  assert.equal(found.get('__proto__'), '1')
  assert.equal(found.get('constructor'), '2')
})

test('parseQuery() agrees with URLSearchParams on encoded pairs', () => {
  const pairs = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 20 })
  fc.assert(
    fc.property(pairs, record => {
      const entries = Object.entries(record)
      const text = new URLSearchParams(entries).toString()
      assert.deepEqual([...parseQuery(text)], entries)
    }),
  )
})

test('parseQuery() never crashes: any text is read or a SyntaxError or RangeError', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      try {
        parseQuery(text)
      } catch (error) {
        assert.ok(error instanceof SyntaxError || error instanceof RangeError)
      }
    }),
  )
})
