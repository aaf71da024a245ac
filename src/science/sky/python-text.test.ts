import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quoteText, toFloatText } from './python-text.js'

test('toFloatText() writes integers with a decimal point', () => {
  const values = [0, -0, 95, 25.5, -1e15, 9999999999999998, 0.0001]
  const texts = [
    '0.0',
    '-0.0',
    '95.0',
    '25.5',
    '-1000000000000000.0',
    '9999999999999998.0',
    '0.0001',
  ]
  assert.deepEqual(values.map(toFloatText), texts)
})

test('toFloatText() writes large and small numbers with two digits of exponent', () => {
  const values = [1e16, 1.2345678901234568e17, -1e300, 1.5e-7, 1e-5]
  const texts = ['1e+16', '1.2345678901234568e+17', '-1e+300', '1.5e-07', '1e-05']
  assert.deepEqual(values.map(toFloatText), texts)
})

test('toFloatText() writes what is no number', () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  assert.deepEqual(values.map(toFloatText), ['nan', 'inf', '-inf'])
})

test('quoteText() chooses quotes and escapes', () => {
  assert.equal(quoteText('abc'), "'abc'")
  assert.equal(quoteText("a'b"), '"a\'b"')
  assert.equal(quoteText('a"b'), "'a\"b'")
  assert.equal(quoteText('a\'"b'), "'a\\'\"b'")
  assert.equal(quoteText('a\\b\n\t\x00\xa0\u200b'), "'a\\\\b\\n\\t\\x00\\xa0\\u200b'")
  assert.equal(quoteText('5° é €'), "'5° é €'")
})
