import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escapeText, MAX_QUOTED_LENGTH, quoteValue, toHeaderText } from './quoted-text.js'

test('quoteValue() shortens long texts to 80 characters', () => {
  const quoted = quoteValue('x'.repeat(1000))
  assert.equal(quoted, `"${'x'.repeat(MAX_QUOTED_LENGTH)}…"`)
})

test('quoteValue() escapes line breaks, NUL and lone surrogates', () => {
  assert.equal(quoteValue('a\r\nb\u0000\ud800'), '"a\\u000d\\u000ab\\u0000\\ud800"')
})

test('quoteValue() names what is not a text', () => {
  assert.equal(quoteValue(12), '12')
  assert.equal(quoteValue(null), 'null')
  assert.equal(quoteValue([1, 2]), 'a list of 2')
  assert.equal(quoteValue({}), 'an object')
  assert.equal(quoteValue(Buffer.from('abc')), '3 bytes')
})

test('escapeText() leaves no control character in any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
      assert.doesNotMatch(escapeText(text), /[\x00-\x1f\x7f]/)
    }),
  )
})

test('toHeaderText() gives printable ASCII for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.match(toHeaderText(text), /^[ -~]*$/)
    }),
  )
})
