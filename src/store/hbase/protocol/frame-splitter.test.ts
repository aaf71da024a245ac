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

test('FrameSplitter does not copy a frame that came in one piece', () => {
  const chunk = Buffer.from([0, 0, 0, 2, 8, 9, 0, 0])
  const [frame] = new FrameSplitter(LIMIT).push(chunk)
  assert.equal(frame!.buffer, chunk.buffer)
  assert.deepEqual([...frame!], [8, 9])
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
