import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import {
  decodeSnappyWindow,
  findSnappyElements,
  findSnappyWindow,
  type SnappyWindow,
} from './snappy-window.js'

/** A stream of a few values that repeat each other, as those of a column do. */
const contents = fc
  .array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 400 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 200 }))
        .map(([part, times]) => Buffer.concat(Array.from({ length: times }, () => part))),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .chain(parts =>
    fc
      .array(fc.nat(parts.length - 1), { minLength: 1, maxLength: 30 })
      .map(picks => Buffer.concat(picks.map(pick => parts[pick]!))),
  )

function compress(content: Uint8Array): Buffer {
  return compressSync(Buffer.from(content))
}

function windowOf(stream: Uint8Array, start: number, end: number): SnappyWindow {
  return findSnappyWindow(stream, findSnappyElements(stream), { start, end })
}

function decode(stream: Uint8Array, window: SnappyWindow, length: number): Uint8Array {
  const { offset, literal, skip } = window
  const bytes = stream.slice(offset, offset + window.length)
  return decodeSnappyWindow(bytes, { literal, skip, length })
}

test('decodeSnappyWindow() gives any part of the output from its window alone', () => {
  fc.assert(
    fc.property(contents, fc.nat(), fc.nat(), (content, from, size) => {
      const stream = compress(content)
      const start = from % content.length
      const end = start + 1 + (size % (content.length - start))
      const window = windowOf(stream, start, end)
      const output = decode(stream, window, end - start)
      assert.deepEqual(Buffer.from(output), content.subarray(start, end))
    }),
  )
})

test('findSnappyWindow() needs nothing but the value where it stands in the stream as it is', () => {
  const noise = Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * i * 31 + (i >> 3)) % 251))
  const value = noise.subarray(500, 900)
  const literal = Buffer.concat([Buffer.from([251]), value])
  const stream = Buffer.concat([
    Buffer.from([0x92, 0x03]),
    Buffer.from([(60 << 2) | 0, 200]),
    literal.subarray(0, 201),
    Buffer.from([(60 << 2) | 0, 199]),
    literal.subarray(201),
    Buffer.from([(0 << 2) | 0, 7]),
  ])
  assert.deepEqual(windowOf(stream, 11, 111), { offset: 15, length: 100, literal: 100, skip: 0 })
  const across = windowOf(stream, 1, 401)
  assert.deepEqual(across, { offset: 5, length: 402, literal: 200, skip: 0 })
  assert.deepEqual(Buffer.from(decode(stream, across, 400)), value)
})

test('findSnappyWindow() takes in what copies refer to, and only that', () => {
  // 1 2 3 4 | copy of "3 4" | 9, read from the copy on.
  const copy = [((2 - 1) << 2) | 2, 2, 0]
  const stream = Uint8Array.of(7, (3 << 2) | 0, 1, 2, 3, 4, ...copy, 0, 9)
  const window = windowOf(stream, 4, 7)
  assert.deepEqual(window, { offset: 4, length: 7, literal: 2, skip: 2 })
  assert.deepEqual([...decode(stream, window, 3)], [3, 4, 9])
})

test('streams and windows that are broken give a RangeError, never a crash', () => {
  const bad = [[], [5], [200], [2, 0, 1], [1, 2, 0, 0], [4, 0, 1, 2, 9, 0], [1, 0, 1, 0, 1]]
  for (const bytes of bad) {
    assert.throws(() => findSnappyElements(Uint8Array.from(bytes)), RangeError, String(bytes))
  }
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(40),
      fc.nat(40),
      fc.nat(80),
      (bytes, literal, skip, length) => {
        try {
          assert.equal(decodeSnappyWindow(bytes, { literal, skip, length }).length, length)
          findSnappyElements(bytes)
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error))
        }
      },
    ),
  )
})
