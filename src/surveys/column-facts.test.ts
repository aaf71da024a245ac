import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFacts, schemaDocument, toFactsMap } from './column-facts.js'

test('parseFacts() reads names, unions, absent fields and descriptions', () => {
  const facts = parseFacts(
    'i',
    `
magpsf | float? | mag | phot.mag | Magnitude
name   | string |     |          | A name: with punctuation, (brackets)
`,
  )
  assert.deepEqual(facts, [
    {
      name: 'i:magpsf',
      type: ['null', 'float'],
      unit: 'mag',
      ucd: 'phot.mag',
      description: 'Magnitude',
    },
    { name: 'i:name', type: 'string', description: 'A name: with punctuation, (brackets)' },
  ])
  assert.equal(parseFacts('', 'a|int| | |x')[0]?.name, 'a')
})

test('parseFacts() refuses lines without five fields, name, type or description', () => {
  for (const line of ['a|int||x', 'a|int|||x|y', '|int|||x', 'a| |||x', 'a|int||| ']) {
    assert.throws(() => parseFacts('i', line), SyntaxError)
  }
})

test('toFactsMap() refuses a column that is described twice', () => {
  const facts = parseFacts('i', 'a|int|||x\na|int|||y')
  assert.throws(() => toFactsMap(facts), /"i:a" is described twice/)
})

test('schemaDocument() drops families and orders names by code point', () => {
  const columns = parseFacts('v', 'rate|double?|||r\ng-r|double|||g\nLapse|double|||l')
  const document = schemaDocument([{ title: 'Values (v:)', columns }])
  assert.deepEqual(document, {
    'Values (v:)': {
      Lapse: { type: 'double', doc: 'l' },
      'g-r': { type: 'double', doc: 'g' },
      rate: { type: ['null', 'double'], doc: 'r' },
    },
  })
  assert.deepEqual(Object.keys(document['Values (v:)'] ?? {}), ['Lapse', 'g-r', 'rate'])
})
