import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parquetCompressors } from './compression.js'

const decodeZstd = (input: Uint8Array, length: number): Uint8Array =>
  parquetCompressors.ZSTD!(input, length)

const TEXT = Array.from(
  { length: 120 },
  (_, i) => `alert ${(i * i) % 97} of object ZTF${i % 7}\n`,
).join('')

/** Frames made by zstd 1.5.4, without and with check sum. */
const FRAMES = {
  textLevel19:
    'KLUv/QBoTQcAEo8iFZArHStAhQp5rCaWlDvJlFIKvmsDEC/uKO0Uv5Kl2OzIf4dfecdc3/At+6OaxaRw5adIj8J1Xvaqdh1D5IVEHrJon26nn8zS3qoypaVlSpWh1mks+T9tpHsR6SEqnNMxLuKV/eqQHaWd4leyFJsd+eW/M/TXojfAERAMSMNwSBQWBLEgB2kwDgpCe6gREO3u3wFwKynVARJQcAj2ECAEx+9/DuCOPmNICqUKZc+k5UuipW5aTxRVmZhtPc6sAC7oC7Y+i/oErkoHgkUT8HQVkr/xVJ3aKMMMz1GdK5oNZ6PJjQAVYKs=',
  textLevel1:
    'KLUv/QRIZQoABtIpFqAn6dDaBGuxXhEu2Eu5k0wp8aCGp0YsAB8AIADtFL/KOWbYbDmaL+W/M/TXorcicWA4FAgCECBQJAgMBgOIogBRSJE4MBwKAWxNaGfH/nvitqnsLxrSnhJxcBe6zNjtaO8lnXMjww12i55LZD7jwRJxpNT3qbee+I8s7GnjVom1kb4zXKNDAQT5uJx8XE4+LmuWj8tvKH95bGppTji+8mwnQ7h3Xg6A2KhRuL7/HZCjJEkHEYxWwt1TTh6UqqpKV91/f/f/+/wzQ1pBpeOUvXiIB87xkTletGLEeikmvcQMq3XUQbnfF/t6npZzGN0CLRXATo7qFFGFrJhF+TI+jhLDjRWWtkETVQiLVx5qZ2vMptUwR0WxCMutujKatEOpG0w9RQppm0Lt5gFVk3YouZyrHDnH6ZVr5VjRQdu04LSlsc56ulQFVQGwyZtv',
  repeatedByte: 'KLUv/QRYTQAAEEFBAQCz8wEWIDMxOg==',
}

const bytes = (name: keyof typeof FRAMES): Buffer => Buffer.from(FRAMES[name], 'base64')

for (const name of ['textLevel19', 'textLevel1'] as const) {
  test(`parquetCompressors.ZSTD reads Huffman literals and sequences: ${name}`, () => {
    assert.equal(Buffer.from(decodeZstd(bytes(name), TEXT.length)).toString(), TEXT)
  })
}

test('parquetCompressors.ZSTD reads matches that overlap themselves', () => {
  assert.deepEqual(decodeZstd(bytes('repeatedByte'), 3000), new Uint8Array(3000).fill(65))
})

test('parquetCompressors.ZSTD reads raw and repeated blocks', () => {
  // Single segment of 7 bytes: a raw block "abc", a last block of four "d".
  const frame = Buffer.from(`28b52ffd2007${'180000'}616263${'230000'}64`, 'hex')
  assert.equal(Buffer.from(decodeZstd(frame, 7)).toString(), 'abcdddd')
})

test('parquetCompressors.ZSTD refuses another length than announced', () => {
  assert.throws(() => decodeZstd(bytes('repeatedByte'), 2999), SyntaxError)
  assert.throws(() => decodeZstd(bytes('repeatedByte'), 3001), SyntaxError)
})

test('parquetCompressors.ZSTD gives SyntaxError for cut input', () => {
  const input = bytes('textLevel1')
  for (let end = 1; end < input.length - 4; end++) {
    assert.throws(() => decodeZstd(input.subarray(0, end), TEXT.length), SyntaxError)
  }
})

test('parquetCompressors.ZSTD gives SyntaxError or bytes, never another error, for damaged input', () => {
  const whole = bytes('textLevel19')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      changes => {
        const input = Buffer.from(whole)
        for (const [at, change] of changes) input[at] = input[at]! ^ change
        try {
          assert.equal(decodeZstd(input, TEXT.length).length, TEXT.length)
        } catch (error) {
          assert.ok(error instanceof SyntaxError, String(error))
        }
      },
    ),
    { numRuns: 2000 },
  )
})
