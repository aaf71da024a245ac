import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { copySpan, toViewedBytes } from './viewed-bytes.js'

test('copySpan() copies any span to any position and nothing else', () => {
  const position = fc.integer({ min: 0, max: 120 })
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 120, maxLength: 300 }),
      position,
      position,
      position,
      (data, a, b, at) => {
        const [start, end] = a < b ? [a, b] : [b, a]
        // Both stand inside larger memory, as pooled buffers do.
        const source = Buffer.concat([Buffer.alloc(3), data]).subarray(3)
        const target = toViewedBytes(Buffer.alloc(300, 0xaa).subarray(5))
        const to = copySpan(target, at, toViewedBytes(source), start, end)
        const expected = Buffer.alloc(295, 0xaa)
        expected.set(data.subarray(start, end), at)
        assert.equal(to, at + end - start)
        assert.deepEqual(target.bytes, expected)
      },
    ),
  )
})
