import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QuickReads } from './quick-reads.js'

test('QuickReads allows short reads until they are slow, and again after ten seconds', () => {
  let nowMs = 0
  const reads = new QuickReads(() => nowMs)
  const readIn = (ms: number): string =>
    reads.run(() => {
      nowMs += ms
      return 'bytes'
    })
  assert.deepEqual([reads.allows(65_536), reads.allows(65_537)], [true, false])
  assert.equal(readIn(0.5), 'bytes')
  // One that had to wait for the processor.
  readIn(6)
  assert.ok(reads.allows(1))
  readIn(6)
  assert.ok(!reads.allows(1))
  nowMs += 9_999
  assert.ok(!reads.allows(1))
  nowMs += 1
  assert.ok(reads.allows(1))
})
