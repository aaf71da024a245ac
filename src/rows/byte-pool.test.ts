import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BLOCK_BYTES, BytePool, RowMemory } from './byte-pool.js'

test('BytePool gives a block out again once it is back, and only once', () => {
  const pool = new BytePool()
  const first = pool.take(10)
  pool.give(first.subarray(3, 5))
  pool.give(first)
  const second = pool.take(10)
  assert.equal(second.buffer, first.buffer)
  assert.notEqual(pool.take(10).buffer, first.buffer)
})

test('BytePool makes larger blocks of their own and keeps none of them', () => {
  const pool = new BytePool()
  const large = pool.take(BLOCK_BYTES + 1)
  assert.equal(large.length, BLOCK_BYTES + 1)
  pool.give(large)
  assert.notEqual(pool.take(1).buffer, large.buffer)
})

test('RowMemory keeps copies apart until they are released', () => {
  const pool = new BytePool()
  const memory = new RowMemory(pool)
  const source = Buffer.from('abcdef')
  const one = memory.copy(source, 3)
  const two = memory.copy(source, 6)
  source.fill(0)
  assert.equal(one.toString(), 'abc')
  assert.equal(two.toString(), 'abcdef')
  memory.release()
  assert.equal(pool.take(1).buffer, one.buffer)
})
