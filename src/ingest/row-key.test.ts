import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doubleKey, joinKey } from './row-key.js'

test('doubleKey() writes doubles as Java does', () => {
  assert.equal(doubleKey(2459000.5), '2459000.5')
  assert.equal(doubleKey(2459000), '2459000.0')
  assert.equal(doubleKey(12345678.9), '1.23456789E7')
  assert.equal(doubleKey(1e-4), '1.0E-4')
  assert.equal(doubleKey(Number.NaN), 'NaN')
  assert.equal(doubleKey(0), '0.0')
})

test('joinKey() leaves out null parts with their separator', () => {
  assert.equal(joinKey(['12', null, 'ZTF24aaaaaaa']), '12_ZTF24aaaaaaa')
  assert.equal(joinKey(['', 'a']), '_a')
})
