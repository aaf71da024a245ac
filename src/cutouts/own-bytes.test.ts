import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toOwnBytes } from './own-bytes.js'

test('toOwnBytes() copies bytes out of much larger memory, and no others', () => {
  const memory = Uint8Array.from({ length: 1_000 }, (_, i) => i & 0xff)
  const part = memory.subarray(100, 849)
  const own = toOwnBytes(part)
  assert.equal(own.buffer.byteLength, 749)
  assert.deepEqual(own, part)
  for (const most of [memory.subarray(100, 850), memory, Buffer.from(memory.buffer, 1, 999)]) {
    const same = toOwnBytes(most)
    assert.equal(same.buffer, memory.buffer)
    assert.deepEqual(same, Uint8Array.from(most))
  }
  assert.equal(toOwnBytes(memory.subarray(3, 3)).buffer.byteLength, 0)
})
