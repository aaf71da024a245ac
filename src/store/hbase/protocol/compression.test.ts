import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import { type CompressionName, toCompression } from './compression.js'

const NAMES: readonly CompressionName[] = ['gzip', 'snappy']
const LIMIT = 1_000_000

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A block as the Hadoop codec writes it: one plain length, any number of chunks. */
function snappyBlock(chunks: readonly Buffer[]): Buffer {
  const plainLength = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const packed = chunks.map(chunk => compressSync(chunk))
  return Buffer.concat([
    int32(plainLength),
    ...packed.flatMap(chunk => [int32(chunk.length), chunk]),
  ])
}

for (const name of NAMES) {
  test(`${name}: decompress() undoes compress()`, async () => {
    const { compress, decompress } = toCompression(name)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async bytes => {
        const plain = Buffer.from(bytes)
        assert.deepEqual(await decompress(await compress(plain), LIMIT), plain)
      }),
    )
    const large = Buffer.alloc(300_000, 'abcdefg ')
    assert.deepEqual(await decompress(await compress(large), LIMIT), large)
  })

  test(`${name}: decompress() stops at the limit`, async () => {
    const { compress, decompress } = toCompression(name)
    const packed = await compress(Buffer.alloc(100_000))
    await assert.rejects(decompress(packed, 99_999), (error: unknown) => {
      assert.ok(error instanceof RangeError || error instanceof SyntaxError, String(error))
      return true
    })
    assert.equal((await decompress(packed, 100_000)).length, 100_000)
  })

  test(`${name}: decompress() answers random bytes with SyntaxError or RangeError`, async () => {
    const { decompress } = toCompression(name)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async bytes => {
        try {
          await decompress(Buffer.from(bytes), LIMIT)
        } catch (error) {
          assert.ok(error instanceof SyntaxError || error instanceof RangeError, String(error))
        }
      }),
      { numRuns: 500 },
    )
  })
}

test('gzip: decompress() reads a stream of another writer', async () => {
  const plain = Buffer.from('cells')
  assert.deepEqual(await toCompression('gzip').decompress(gzipSync(plain), LIMIT), plain)
})

test('snappy: decompress() reads several blocks of several chunks', async () => {
  const [a, b, c] = [Buffer.alloc(500, 1), Buffer.alloc(70, 2), Buffer.from('c')]
  const packed = Buffer.concat([snappyBlock([a, b]), snappyBlock([c]), int32(0)])
  assert.deepEqual(
    await toCompression('snappy').decompress(packed, LIMIT),
    Buffer.concat([a, b, c]),
  )
})

test('snappy: decompress() refuses a chunk that would unpack to more than its block', async () => {
  const chunk = compressSync(Buffer.alloc(1_000))
  const packed = Buffer.concat([int32(10), int32(chunk.length), chunk])
  await assert.rejects(toCompression('snappy').decompress(packed, LIMIT), SyntaxError)
})

test('toCompression() names the class of Hadoop or another', () => {
  assert.equal(toCompression('gzip').className, 'org.apache.hadoop.io.compress.GzipCodec')
  assert.equal(toCompression('snappy', 'x.Y').className, 'x.Y')
})
