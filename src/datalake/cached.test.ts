import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cachedDatalake } from './cached.js'
import { type Datalake, toContent } from './datalake.js'
import { countingLake } from './testing/counting-lake.js'

/** A lake of one file, which a write replaces. */
function memoryLake(): Datalake {
  let bytes = Uint8Array.from({ length: 100 }, (_, i) => i)
  return {
    size: async () => bytes.length,
    read: async (_path, start, end) => bytes.slice(start, end),
    write: async (_path, content) => {
      const parts: Uint8Array[] = []
      for await (const part of content.read()) parts.push(part)
      bytes = Uint8Array.from(Buffer.concat(parts))
    },
    close: async () => undefined,
  }
}

test('a cached lake asks for each size and range once', async () => {
  const counter = countingLake(memoryLake())
  const lake = cachedDatalake(counter, { maxBytes: 1_000 })
  await Promise.all([lake.size('a'), lake.size('a'), lake.read('a', 0, 8), lake.read('a', 0, 8)])
  await lake.size('a')
  await lake.read('a', 0, 8)
  assert.deepEqual(
    counter.take().map(call => call.method),
    ['size', 'read'],
  )
})

test('a cached lake answers a range inside one that it has', async () => {
  const counter = countingLake(memoryLake())
  const lake = cachedDatalake(counter, { maxBytes: 1_000 })
  await lake.read('a', 20, 60)
  counter.take()
  assert.deepEqual([...(await lake.read('a', 30, 33))], [30, 31, 32])
  assert.deepEqual(counter.take(), [])
  await lake.read('a', 50, 61)
  await lake.read('b', 30, 33)
  assert.equal(counter.take().length, 2)
})

test('a cached lake keeps to its limit', async () => {
  const counter = countingLake(memoryLake())
  const lake = cachedDatalake(counter, { maxBytes: 50 })
  await lake.read('a', 0, 30)
  await lake.read('a', 30, 60)
  counter.take()
  assert.deepEqual([...(await lake.read('a', 58, 60))], [58, 59])
  assert.equal(counter.take().length, 0)
  await lake.read('a', 0, 2)
  assert.equal(counter.take().length, 1)
  await lake.read('a', 0, 90)
  await lake.read('a', 0, 90)
  assert.equal(counter.take().length, 2)
})

test('a cached lake forgets a file that is written', async () => {
  const lake = cachedDatalake(memoryLake(), { maxBytes: 1_000 })
  assert.equal(await lake.size('a'), 100)
  await lake.read('a', 0, 3)
  await lake.write('a', toContent(Uint8Array.of(9, 8, 7)))
  assert.equal(await lake.size('a'), 3)
  assert.deepEqual([...(await lake.read('a', 0, 3))], [9, 8, 7])
})
