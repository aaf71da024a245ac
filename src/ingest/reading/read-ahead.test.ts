import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReadAhead } from './read-ahead.js'

/** Counts what was asked for and whether it was ended. */
function counted(count: number, failsAt = -1) {
  const seen = { asked: 0, isEnded: false }
  async function* values(): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i++) {
        seen.asked++
        if (i === failsAt) throw new RangeError('broken')
        yield i
      }
    } finally {
      seen.isEnded = true
    }
  }
  return { seen, values }
}

test('ReadAhead asks for a value before the last one is used', async () => {
  const { seen, values } = counted(4)
  const read: number[] = []
  for await (const value of new ReadAhead(values)) {
    assert.equal(seen.asked, Math.min(value + 2, 4))
    read.push(value)
  }
  assert.deepEqual(read, [0, 1, 2, 3])
})

test('ReadAhead.start() asks for one value, ReadAhead.close() ends the source', async () => {
  const { seen, values } = counted(4)
  const ahead = new ReadAhead(values)
  assert.equal(seen.asked, 0)
  ahead.start()
  ahead.start()
  await ahead.close()
  assert.deepEqual(seen, { asked: 1, isEnded: true })
})

test('ReadAhead gives a failure where its value would be', async () => {
  const { values } = counted(4, 2)
  const ahead = new ReadAhead(values)
  const read: number[] = []
  await assert.rejects(async () => {
    for await (const value of ahead) read.push(value)
  }, /broken/)
  assert.deepEqual(read, [0, 1])
  await ahead.close()
})

test('ReadAhead.close() is quiet about a failure that nobody met', async () => {
  const ahead = new ReadAhead(counted(1, 0).values)
  ahead.start()
  await ahead.close()
})
