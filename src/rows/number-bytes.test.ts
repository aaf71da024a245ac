import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  MAX_NUMBER_BYTES,
  writeDouble,
  writeFloat,
  writeInteger,
  writeLong,
} from './number-bytes.js'
import { formatDouble, formatFloat } from './number-text.js'

function written(write: (target: Buffer, at: number) => number): string {
  const target = Buffer.alloc(MAX_NUMBER_BYTES + 2)
  const end = write(target, 2)
  assert.ok(end - 2 <= MAX_NUMBER_BYTES)
  return target.toString('latin1', 2, end)
}

function checkFloat(value: number): void {
  assert.equal(
    written((target, at) => writeFloat(target, at, value)),
    formatFloat(value),
  )
}

function checkDouble(value: number): void {
  assert.equal(
    written((target, at) => writeDouble(target, at, value)),
    formatDouble(value),
  )
}

function checkLong(value: bigint): void {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  const [high, low] = [bytes.readInt32BE(0), bytes.readUInt32BE(4)]
  assert.equal(
    written((target, at) => writeLong(target, at, high, low)),
    String(value),
  )
}

const CORNERS = [0, -0, 1, -1, 0.1, 9.999999, 10, 99999.5, 1e-4, 9.9999e-5, 9999999, 1e7, 16777216]
const WIDE = [1e15, 999999999999999, 1e16, 0.1 + 0.2, 2459540.9121644, 1e-300, 5e-324, 123456789.5]
const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

test('writeFloat() writes what formatFloat() says', () => {
  for (const value of [...CORNERS, ...SPECIAL]) checkFloat(Math.fround(value))
  const bits = new Float32Array(1)
  const words = new Uint32Array(bits.buffer)
  // Every 20011th bit pattern: a prime step meets all exponents and many mantissas.
  for (let word = 0; word < 2 ** 32; word += 20_011) {
    words[0] = word
    checkFloat(bits[0]!)
  }
  fc.assert(fc.property(fc.float({ min: -1e7, max: 1e7, noNaN: true }), checkFloat))
  const decimal = fc.tuple(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.nat(8))
  fc.assert(
    fc.property(decimal, ([n, k]) => checkFloat(Math.fround(n / 10 ** k))),
    { numRuns: 5_000 },
  )
})

test('writeDouble() writes what formatDouble() says', () => {
  for (const value of [...CORNERS, ...WIDE, ...SPECIAL]) {
    checkDouble(value)
    checkDouble(-value)
  }
  fc.assert(fc.property(fc.double(), checkDouble), { numRuns: 5_000 })
  fc.assert(fc.property(fc.double({ min: 1e-5, max: 1e16, noNaN: true }), checkDouble), {
    numRuns: 5_000,
  })
  const decimal = fc.tuple(fc.maxSafeInteger(), fc.nat(18))
  fc.assert(
    fc.property(decimal, ([n, k]) => checkDouble(n / 10 ** k)),
    { numRuns: 20_000 },
  )
})

test('writeInteger() and writeLong() write decimal digits', () => {
  for (const value of [0, 7, 10, 99_999, 999_999_999, 1_000_000_000, 2 ** 31 - 1, -(2 ** 31)]) {
    assert.equal(
      written((target, at) => writeInteger(target, at, value)),
      String(value),
    )
  }
  for (const value of [
    0n,
    -1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 53n,
    -(2n ** 32n),
    10n ** 18n,
  ]) {
    checkLong(value)
  }
  fc.assert(fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), checkLong), { numRuns: 5_000 })
  fc.assert(fc.property(fc.bigInt(-(2n ** 34n), 2n ** 34n), checkLong), { numRuns: 2_000 })
})

test('writeFloat() writes numbers that binary32 cannot hold as formatFloat() does', () => {
  fc.assert(fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), checkFloat))
  for (const value of [...CORNERS, ...WIDE]) checkFloat(value)
})
