import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FrameSplitter } from './frame-splitter.js'

const LIMIT = 1_000_000

test('FrameSplitter gives the same frames however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
      (bodies, sizes) => {
        const stream = Buffer.concat(
          bodies.flatMap(body => {
            const length = Buffer.alloc(4)
            length.writeInt32BE(body.length)
            return [length, body]
          }),
        )
        const splitter = new FrameSplitter(LIMIT)
        const frames: Buffer[] = []
        for (let start = 0, piece = 0; start < stream.length; piece++) {
          const size = sizes[piece % sizes.length]!
          frames.push(...splitter.push(stream.subarray(start, start + size)))
          start += size
        }
        assert.deepEqual(
          frames.map(frame => [...frame]),
          bodies.map(body => [...body]),
        )
        assert.ok(splitter.isEmpty)
      },
    ),
  )
})

test('FrameSplitter gives frames that live on when the memory of the chunk is used again', () => {
  const chunk = Buffer.from([0, 0, 0, 2, 8, 9, 0, 0])
  const taken: number[] = []
  const splitter = new FrameSplitter(LIMIT, bytes => {
    taken.push(bytes)
    return Buffer.alloc(bytes)
  })
  const [frame] = splitter.push(chunk)
  chunk.fill(1)
  assert.deepEqual([...frame!], [8, 9])
  assert.deepEqual(taken, [2])
  assert.ok(!splitter.isEmpty)
})

test('FrameSplitter takes the memory of a very long frame bit by bit', () => {
  const MIB = 1024 * 1024
  const taken: number[] = []
  const splitter = new FrameSplitter(64 * MIB, bytes => {
    taken.push(bytes / MIB)
    return Buffer.alloc(bytes)
  })
  const length = Buffer.alloc(4)
  length.writeInt32BE(10 * MIB)
  assert.deepEqual(splitter.push(length), [])
  assert.deepEqual(taken, [4])
  const body = Buffer.alloc(10 * MIB, 7)
  const frames = [0, 2, 4, 6, 8].flatMap(at =>
    splitter.push(body.subarray(at * MIB, (at + 2) * MIB)),
  )
  assert.deepEqual(taken, [4, 8, 10])
  assert.equal(frames.length, 1)
  assert.ok(frames[0]!.equals(body))
})

test('FrameSplitter refuses negative and oversized lengths without allocating', () => {
  for (const head of [
    [0xff, 0xff, 0xff, 0xff],
    [0x7f, 0xff, 0xff, 0xff],
    [0, 0x0f, 0x42, 0x41],
  ]) {
    assert.throws(() => new FrameSplitter(LIMIT).push(Buffer.from(head)), SyntaxError)
  }
})
