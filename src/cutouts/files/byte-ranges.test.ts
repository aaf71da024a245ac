import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DatalakeError } from '../../errors.js'
import { MAX_GAP_BYTES, MAX_READ_BYTES, readRange, readRanges } from './byte-ranges.js'

const FILE = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff)

/** A lake of one file, and the lengths of the reads of it. */
function recordingLake(file = FILE) {
  const lengths: number[] = []
  const lake = {
    size: async () => file.length,
    read: async (_path: string, start: number, end: number) => {
      lengths.push(end - start)
      return file.subarray(start, end)
    },
  }
  return { lake, lengths }
}

test('readRanges() reads neighbours in one request and keeps the order', async () => {
  const { lake, lengths } = recordingLake()
  const far = 100 + MAX_GAP_BYTES + 1
  const ranges = [
    { offset: far, length: 9 },
    { offset: 20, length: 80 },
    { offset: 0, length: 10 },
    { offset: 30, length: 5 },
    { offset: 100, length: 0 },
  ]
  const read = await readRanges(lake, 'x', ranges)
  ranges.forEach(({ offset, length }, i) => {
    assert.deepEqual(read[i], FILE.subarray(offset, offset + length))
  })
  assert.deepEqual(lengths, [100, 9])
  assert.deepEqual(await readRanges(lake, 'x', []), [])
})

test('readRanges() reads no more than a limit in one request', async () => {
  const half = MAX_READ_BYTES / 2
  const { lake, lengths } = recordingLake(new Uint8Array(3 * half))
  const ranges = [0, 1, 2].map(i => ({ offset: i * half, length: half }))
  assert.deepEqual(
    (await readRanges(lake, 'x', ranges)).map(bytes => bytes.length),
    [half, half, half],
  )
  assert.deepEqual(lengths, [2 * half, half])
})

test('readRange() refuses fewer or more bytes than asked for', async () => {
  for (const given of [0, 7, 9]) {
    const lake = { size: async () => 100, read: async () => new Uint8Array(given) }
    await assert.rejects(readRange(lake, 'a/b', { offset: 4, length: 8 }), (error: unknown) => {
      assert.ok(error instanceof DatalakeError, String(error))
      const text = `Cannot read 8 bytes of "a/b" from byte 4 on: the lake gave ${given}`
      assert.equal(error.message, text)
      return true
    })
  }
})
