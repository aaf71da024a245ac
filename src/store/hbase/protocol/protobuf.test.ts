import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ProtoReader } from './protobuf-reader.js'
import { ProtoWriter, varintBytes, writeVarint } from './protobuf-writer.js'

const uint53 = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.constantFrom(0, 127, 128, 16383, 16384, 2 ** 53 - 1),
)

/** Reads every field of a message and of what may be messages inside it. */
function readAll(reader: ProtoReader, depth = 0): void {
  while (reader.next())
    if (reader.field % 2 === 0 && depth < 20) readAll(reader.message(), depth + 1)
}

test('varints of all sizes survive writeVarint() and ProtoReader.varint()', () => {
  fc.assert(
    fc.property(uint53, value => {
      const bytes = Buffer.alloc(10)
      const end = writeVarint(bytes, 0, value)
      assert.equal(end, varintBytes(value))
      const reader = new ProtoReader(bytes, 0, end)
      assert.equal(reader.varint(), value)
      assert.equal(reader.position, end)
    }),
  )
})

test('ProtoWriter and ProtoReader agree on every kind of field', () => {
  fc.assert(
    fc.property(
      uint53,
      fc.bigInt(0n, 2n ** 64n - 1n),
      fc.uint8Array(),
      fc.boolean(),
      (a, b, c, d) => {
        const bytes = new ProtoWriter()
          .uint(1, a)
          .uint64(2, b)
          .bytes(3, c)
          .bool(4, d)
          .message(5, inner => inner.bytes(1, c).message(2, deep => deep.uint(16, a)))
          .text(6, 'é')
          .uint(7, undefined)
          .finish()
        const reader = new ProtoReader(bytes)
        assert.ok(reader.next())
        assert.equal(reader.uint(), a)
        assert.ok(reader.next())
        assert.equal(reader.uint64(), b)
        assert.ok(reader.next())
        assert.deepEqual([...reader.bytes()], [...c])
        assert.ok(reader.next())
        assert.equal(reader.bool(), d)
        assert.ok(reader.next())
        const inner = reader.message()
        assert.ok(inner.next())
        assert.deepEqual([...inner.bytes()], [...c])
        assert.ok(inner.next())
        const deep = inner.message()
        assert.ok(deep.next())
        assert.equal(deep.field, 16)
        assert.equal(deep.uint(), a)
        assert.ok(reader.next())
        assert.equal(reader.text(), 'é')
        assert.equal(reader.next(), false)
      },
    ),
  )
})

test('ProtoWriter.message() makes room for the length of large messages', () => {
  for (const size of [0, 100, 127, 128, 300, 16_383, 16_384, 3_000_000]) {
    const bytes = new ProtoWriter()
      .message(1, inner => inner.bytes(2, Buffer.alloc(size, 7)))
      .uint(3, 9)
      .finish()
    const reader = new ProtoReader(bytes)
    assert.ok(reader.next())
    const inner = reader.message()
    assert.ok(inner.next())
    assert.equal(inner.bytes().length, size)
    assert.ok(reader.next())
    assert.equal(reader.uint(), 9)
  }
})

test('ProtoWriter.uint() refuses what a varint cannot hold exactly', () => {
  for (const value of [-1, 0.5, 2 ** 53, Number.NaN]) {
    assert.throws(() => new ProtoWriter().uint(1, value), RangeError)
  }
})

test('ProtoReader.next() skips what is not read, of every wire type', () => {
  const bytes = Buffer.from([
    0x08, 0x96, 0x01, 0x12, 0x02, 1, 2, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x25, 1, 2, 3, 4, 0x28, 5,
  ])
  const reader = new ProtoReader(bytes)
  const fields: number[] = []
  while (reader.next()) fields.push(reader.field)
  assert.deepEqual(fields, [1, 2, 3, 4, 5])
})

test('ProtoReader.uints() takes single and packed elements', () => {
  const values: number[] = []
  const reader = new ProtoReader(Buffer.from([0x08, 5, 0x0a, 3, 1, 0x96, 0x01, 0x08, 6]))
  while (reader.next()) reader.uints(values)
  assert.deepEqual(values, [5, 1, 150, 6])
})

test('ProtoReader.int32() reads negative numbers', () => {
  const minusOne = Buffer.from([0x08, ...new Array(9).fill(0xff), 1])
  const reader = new ProtoReader(minusOne)
  assert.ok(reader.next())
  assert.equal(reader.int32(), -1)
})

test('ProtoReader refuses cut, overlong and impossible input by SyntaxError', () => {
  const cases = {
    'cut varint': [0x08, 0x80],
    'overlong varint': [0x08, ...new Array(11).fill(0x80)],
    'length behind the end': [0x12, 5, 1],
    'field 0': [0x00, 1],
    group: [0x0b],
    'cut fixed64': [0x09, 1, 2],
  }
  for (const [name, bytes] of Object.entries(cases)) {
    assert.throws(() => readAll(new ProtoReader(Buffer.from(bytes))), SyntaxError, name)
  }
})

test('ProtoReader refuses a field of another wire type by SyntaxError', () => {
  const reader = new ProtoReader(Buffer.from([0x08, 1]))
  assert.ok(reader.next())
  assert.throws(() => reader.bytes(), SyntaxError)
})

test('ProtoReader never crashes on random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      try {
        readAll(new ProtoReader(bytes))
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})
