import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggestionText, suggestName } from './suggestion.js'

const names = ['objectId', 'withupperlim', 'output-format', 'columns', 'n']

test('suggestName() finds a name with other case, a slip, a swap or _ for -', () => {
  assert.equal(suggestName('objectid', names), 'objectId')
  assert.equal(suggestName('ojbectId', names), 'objectId')
  assert.equal(suggestName('column', names), 'columns')
  assert.equal(suggestName('output_formt', names), 'output-format')
})

test('suggestName() finds nothing for a name unlike all others', () => {
  assert.equal(suggestName('radius', names), undefined)
  assert.equal(suggestName('', names), undefined)
})

test('suggestName() does not look at names longer than 64 characters', () => {
  const long = 'a'.repeat(65)
  assert.equal(suggestName(long, [long]), undefined)
})

test('suggestName() prefers the nearest of several', () => {
  assert.equal(suggestName('startdat', ['stopdate', 'startdate']), 'startdate')
})

test('suggestionText() completes a message', () => {
  assert.equal(suggestionText('colums', names), '; did you mean "columns"')
  assert.equal(suggestionText('zzz', names), '')
})
