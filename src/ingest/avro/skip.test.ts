import assert from 'node:assert/strict'
import { test } from 'node:test'
import avro from 'avsc'
import fc from 'fast-check'
import { createAvroSkip } from './skip.js'

/** The library's own type of schemas is for those that change. */
function typeOf(schema: unknown) {
  return avro.Type.forSchema(schema as Parameters<typeof avro.Type.forSchema>[0])
}

const SCHEMA = {
  type: 'record',
  name: 'all',
  fields: [
    { name: 'nothing', type: 'null' },
    { name: 'flag', type: 'boolean' },
    { name: 'int', type: 'int' },
    { name: 'long', type: 'long' },
    { name: 'float', type: 'float' },
    { name: 'double', type: 'double' },
    { name: 'text', type: ['null', 'string'] },
    { name: 'bytes', type: 'bytes' },
    { name: 'fixed', type: { type: 'fixed', name: 'four', size: 4 } },
    { name: 'letter', type: { type: 'enum', name: 'letters', symbols: ['A', 'B'] } },
    { name: 'list', type: { type: 'array', items: ['null', 'double'] } },
    { name: 'map', type: { type: 'map', values: 'float' } },
    { name: 'next', type: ['null', 'all'] },
  ],
}

const type = typeOf(SCHEMA)

const plain = {
  nothing: fc.constant(null),
  flag: fc.boolean(),
  int: fc.integer(),
  // The library refuses to write the very largest.
  long: fc.maxSafeInteger().map(value => Math.trunc(value / 2)),
  float: fc.constant(1.5),
  double: fc.double(),
  text: fc.option(fc.string()),
  bytes: fc.uint8Array().map(bytes => Buffer.from(bytes)),
  fixed: fc.constant(Buffer.alloc(4)),
  letter: fc.constantFrom('A', 'B'),
  list: fc.array(fc.option(fc.double())),
  map: fc.dictionary(fc.string(), fc.constant(2.5)),
}
const inner = fc.record({ ...plain, next: fc.constant(null) })
const value = fc.record({ ...plain, next: fc.option(inner) })

test('createAvroSkip() finds the end of what the library writes', () => {
  const skip = createAvroSkip(type)
  fc.assert(
    fc.property(value, fc.nat(5), (written, before) => {
      const bytes = type.toBuffer(written)
      const padded = Buffer.concat([Buffer.alloc(before), bytes, Buffer.of(1, 2, 3)])
      assert.equal(skip(padded, before), before + bytes.length)
    }),
  )
})

test('createAvroSkip() refuses values that are cut off', () => {
  const skip = createAvroSkip(type)
  fc.assert(
    fc.property(value, fc.nat(), (written, cut) => {
      const bytes = type.toBuffer(written)
      assert.throws(() => skip(bytes.subarray(0, cut % bytes.length), 0), RangeError)
    }),
  )
})

/** Zigzag and variable-length, as many bytes as it takes. */
function long(number: bigint): Buffer {
  let rest = number < 0n ? -number * 2n - 1n : number * 2n
  const bytes: number[] = []
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}

test('createAvroSkip() refuses counts and lengths beyond what there is', () => {
  const skipOf = (schema: unknown) => createAvroSkip(typeOf(schema))
  for (const items of ['int', 'null', { type: 'record', name: 'none', fields: [] }]) {
    const skip = skipOf({ type: 'array', items })
    for (const count of [2n ** 40n, -(2n ** 40n), 2n ** 62n]) {
      assert.throws(() => skip(Buffer.concat([long(count), long(1n)]), 0), /claims \d+ items/)
    }
  }
  for (const length of [4n, -1n, 2n ** 60n]) {
    assert.throws(
      () => skipOf('bytes')(Buffer.concat([long(length), Buffer.alloc(3)]), 0),
      RangeError,
    )
  }
  assert.throws(() => skipOf(['null', 'int'])(long(2n), 0), /no branch 2/)
  assert.throws(() => skipOf(['null', 'int'])(long(-1n), 0), /no branch -1/)
  assert.throws(() => skipOf('long')(Buffer.alloc(20, 0xff), 0), /no end/)
})

test('createAvroSkip() walks over blocks that tell their size', () => {
  const skip = createAvroSkip(typeOf({ type: 'array', items: 'int' }))
  const bytes = Buffer.concat([long(-2n), long(2n), long(5n), long(6n), long(0n)])
  assert.equal(skip(bytes, 0), bytes.length)
})
