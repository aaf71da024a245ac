import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameMemory } from './frame-memory.js'

const KIB = 1024

test('FrameMemory gives a block again that was given back', () => {
  const memory = new FrameMemory()
  const first = memory.take(100 * KIB)
  assert.equal(first.length, 100 * KIB)
  memory.give(first.subarray(10, 20))
  assert.equal(memory.freeBytes, 128 * KIB)
  const second = memory.take(70 * KIB)
  assert.equal(second.buffer, first.buffer)
  assert.equal(second.length, 70 * KIB)
  assert.notEqual(memory.take(70 * KIB).buffer, first.buffer)
})

test('FrameMemory ignores what is not from it, or was given back already', () => {
  const memory = new FrameMemory()
  memory.give(Buffer.alloc(64 * KIB))
  memory.give(memory.take(100))
  memory.give(memory.take(8 * KIB * KIB))
  assert.equal(memory.freeBytes, 0)
  const block = memory.take(64 * KIB)
  memory.give(block)
  memory.give(block)
  assert.equal(memory.freeBytes, 64 * KIB)
})

test('FrameMemory keeps a bounded number of bytes', () => {
  const memory = new FrameMemory()
  const blocks = Array.from({ length: 40 }, () => memory.take(1024 * KIB))
  for (const block of blocks) memory.give(block)
  assert.equal(memory.freeBytes, 16 * 1024 * KIB)
})
