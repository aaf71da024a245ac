import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WriteMemory } from './write-memory.js'

test('WriteMemory gives parts that do not overlap until they are given back', () => {
  const memory = new WriteMemory()
  const sizes = [10, 300_000, 300_000, 600_000, 20]
  const parts = sizes.map((size, i) => memory.allocate(size).fill(i))
  for (const [i, part] of parts.entries()) {
    assert.equal(part.length, sizes[i])
    assert.ok(part.every(byte => byte === i))
  }
  memory.release()
  const again = memory.allocate(10)
  assert.equal(again.buffer, parts[4]!.buffer)
})
