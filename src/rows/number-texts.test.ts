import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDouble, formatFloat } from './number-text.js'
import { NumberTexts } from './number-texts.js'

test('NumberTexts gives the text of any number, seen before or not', () => {
  const texts = new NumberTexts()
  const values = fc.array(fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN)), {
    minLength: 1,
    maxLength: 50,
  })
  fc.assert(
    fc.property(values, some => {
      for (const value of [...some, ...some]) {
        assert.equal(texts.double(value), formatDouble(value))
        assert.equal(texts.float(value), formatFloat(value))
      }
    }),
  )
})
