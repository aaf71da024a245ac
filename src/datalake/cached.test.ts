import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cachedDatalake } from './cached.js'
import { type Datalake, readFileEnd, toContent } from './datalake.js'
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

test('a cached lake has the size and the last bytes of a file from one request', async () => {
  const inner = memoryLake()
  const readEnd: Datalake['readEnd'] = async (path, length) => {
    const size = await inner.size(path)
    return { size, bytes: await inner.read(path, Math.max(0, size - length), size) }
  }
  const counter = countingLake({ ...inner, readEnd })
  const lake = cachedDatalake(counter, { maxBytes: 1_000 })
  const ends = await Promise.all([readFileEnd(lake, 'a', 30), readFileEnd(lake, 'a', 30)])
  for (const { size, bytes } of ends)
    assert.deepEqual([size, bytes.length, bytes[0]], [100, 30, 70])
  assert.equal(await lake.size('a'), 100)
  assert.deepEqual([...(await lake.read('a', 80, 83))], [80, 81, 82])
  assert.equal((await readFileEnd(lake, 'a', 10)).bytes[0], 90)
  assert.deepEqual(
    counter.take().map(call => call.method),
    ['readEnd'],
  )
  assert.equal((await readFileEnd(lake, 'a', 200)).bytes.length, 100)
  assert.deepEqual(
    counter.take().map(call => call.method),
    ['read'],
  )
  await lake.write('a', toContent(Uint8Array.of(9, 8, 7)))
  assert.deepEqual(await readFileEnd(lake, 'a', 2), { size: 3, bytes: Uint8Array.of(8, 7) })
})

test('a cached lake asks a lake for size and bytes that cannot give both at once', async () => {
  const counter = countingLake(memoryLake())
  const lake = cachedDatalake(counter, { maxBytes: 1_000 })
  assert.equal((await readFileEnd(lake, 'a', 30)).bytes[0], 70)
  await readFileEnd(lake, 'a', 30)
  assert.deepEqual(
    counter.take().map(call => call.method),
    ['size', 'read'],
  )
})

test('a cached lake that keeps nothing still tells the size of a file with its end', async () => {
  const lake = cachedDatalake(memoryLake(), { maxBytes: 1 })
  assert.equal((await readFileEnd(lake, 'a', 30)).size, 100)
  assert.equal((await readFileEnd(lake, 'a', 30)).size, 100)
})
