import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ByteSink, MAX_SINK_BYTES } from './byte-sink.js'

test('ByteSink writes bytes, texts and copies one after the other', () => {
  const sink = new ByteSink(1)
  sink.byte(0x5b)
  sink.ascii('plain')
  sink.ascii('')
  sink.text('λ★𝛼')
  sink.copy(Buffer.from('0123456789'), 2, 5)
  sink.copy(Buffer.from(']'))
  assert.equal(sink.take().toString(), '[plainλ★𝛼234]')
})

test('ByteSink.take() gives pieces that later writes leave alone', () => {
  const sink = new ByteSink(4)
  sink.ascii('first piece')
  const first = sink.take()
  sink.ascii('second')
  const second = sink.take()
  assert.equal(first.toString(), 'first piece')
  assert.equal(second.toString(), 'second')
  assert.equal(sink.take().length, 0)
})

test('ByteSink.reserve() makes room for direct writes', () => {
  const sink = new ByteSink(1)
  sink.ascii('ab')
  const bytes = sink.reserve(100)
  assert.ok(bytes.length >= 102)
  assert.equal(bytes, sink.bytes)
  bytes[sink.length++] = 0x63
  assert.equal(sink.take().toString(), 'abc')
})

test('ByteSink refuses to hold more than MAX_SINK_BYTES', () => {
  assert.throws(() => new ByteSink().reserve(MAX_SINK_BYTES + 1), RangeError)
})

test('ByteSink carries any mix of long and short texts', () => {
  const part = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.constant('x'.repeat(5000)),
  )
  fc.assert(
    fc.property(fc.array(part), parts => {
      const sink = new ByteSink(1)
      parts.forEach((text, i) => {
        if (i % 2 === 0) sink.text(text)
        else sink.copy(Buffer.from(text))
      })
      assert.equal(sink.take().toString(), parts.join(''))
    }),
  )
})
