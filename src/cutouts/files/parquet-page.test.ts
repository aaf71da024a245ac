import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ByteWriter } from 'hyparquet-writer'
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js'
import { decodeDictionary, decodePage, decodePageFacts, type PageFormat } from './parquet-page.js'

const PLAIN = 0
const RLE = 3
const RLE_DICTIONARY = 8
const DELTA_BINARY_PACKED = 5
const STAMPS: PageFormat = { type: 'BYTE_ARRAY', codec: 'UNCOMPRESSED', maxDefinition: 1 }
const TOOLS = { decompressors: {} }

/** Fields of a page header by number, beside the sizes. */
type PageHeader = Parameters<typeof serializeTCompactProtocol>[1]

function toBytes(parts: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flat())
}

/** A first-version data page, whose header hyparquet-writer does not write. */
function dataPage(body: Uint8Array, rows: number, encoding = PLAIN): Uint8Array {
  return page(body, {
    field_1: 0,
    field_5: { field_1: rows, field_2: encoding, field_3: RLE, field_4: RLE },
  })
}

function page(body: Uint8Array, header: PageHeader): Uint8Array {
  const writer = new ByteWriter()
  const { field_1, ...details } = header
  const sizes = { field_2: body.length, field_3: body.length }
  serializeTCompactProtocol(writer, { field_1, ...sizes, ...details })
  return Buffer.concat([writer.getBytes(), body])
}

/** Levels 1, 0, 1 bit-packed in one byte, after their length; then two values. */
const LEVELS = [2, 0, 0, 0, 0b11, 0b101]
const VALUES = [
  [3, 0, 0, 0, 10, 11, 12],
  [1, 0, 0, 0, 20],
]

test('decodePage() reads values and nulls of a first-version page in any order', () => {
  const values = decodePage(dataPage(toBytes([LEVELS, ...VALUES]), 3), STAMPS, TOOLS)
  assert.equal(values.rows, 3)
  for (const [row, expected] of [
    [2, [20]],
    [0, [10, 11, 12]],
    [2, [20]],
  ] as const) {
    assert.deepEqual([...(values.at(row) as Uint8Array)], expected)
  }
  assert.equal(values.at(1), null)
  assert.throws(() => values.at(3), RangeError)
  assert.throws(() => values.at(-1), RangeError)
})

test('decodePage() reads a page by its dictionary and needs it', () => {
  const entries = page(toBytes(VALUES), { field_1: 2, field_7: { field_1: 2, field_2: PLAIN } })
  const dictionary = decodeDictionary(entries, STAMPS, TOOLS)
  // Width 1, then one bit-packed group: entries 1, 0.
  const bytes = dataPage(toBytes([LEVELS, [1, 0b11, 0b01]]), 3, RLE_DICTIONARY)
  assert.equal(decodePageFacts(bytes).needsDictionary, true)
  assert.equal(decodePageFacts(entries).kind, 'dictionary')
  const values = decodePage(bytes, STAMPS, { ...TOOLS, dictionary })
  assert.deepEqual(
    [0, 1, 2].map(row => values.at(row)),
    [Buffer.of(20), null, Buffer.of(10, 11, 12)],
  )
  assert.throws(() => decodePage(bytes, STAMPS, TOOLS), /dictionary/)
  assert.throws(() => decodePage(entries, STAMPS, TOOLS), /data page/)
})

test('decodePageFacts() tells the length of header and body together', () => {
  const bytes = dataPage(toBytes([LEVELS, ...VALUES]), 3)
  const facts = { kind: 'data', length: bytes.length, rows: 3, needsDictionary: false }
  assert.deepEqual(decodePageFacts(bytes), facts)
  assert.deepEqual(decodePageFacts(Buffer.concat([Buffer.alloc(5), bytes]), 5), facts)
})

test('decodePage() reads integers of both sizes, plain and as deltas', () => {
  const long = { ...STAMPS, type: 'INT64', maxDefinition: 0 } as const
  const short = { ...long, type: 'INT32' } as const
  const ids = BigInt64Array.of(3_088_474_570_415_010_021n, -1n)
  const plain = decodePage(dataPage(new Uint8Array(ids.buffer), 2), long, TOOLS)
  assert.deepEqual([plain.at(0), plain.at(1)], [...ids])
  const numbers = decodePage(dataPage(new Uint8Array(Int32Array.of(7, -8).buffer), 2), short, TOOLS)
  assert.deepEqual([numbers.at(0), numbers.at(1)], [7n, -8n])
  // Blocks of 128 in 4 parts, 2 values, first 5, least delta 3, widths 0.
  const deltas = toBytes([[0x80, 0x01, 4, 2, 10, 6, 0, 0, 0, 0]])
  for (const format of [long, short]) {
    const values = decodePage(dataPage(deltas, 2, DELTA_BINARY_PACKED), format, TOOLS)
    assert.deepEqual([values.at(0), values.at(1)], [5n, 8n])
  }
  const doubles = { ...long, type: 'DOUBLE' } as const
  assert.throws(() => decodePage(dataPage(deltas, 1), doubles, TOOLS), /type DOUBLE/)
})

test('broken pages are errors, never a crash', () => {
  const good = dataPage(toBytes([LEVELS, ...VALUES]), 3)
  assert.throws(() => decodePage(good.subarray(0, good.length - 1), STAMPS, TOOLS), RangeError)
  const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 })
  fc.assert(
    fc.property(changes, fc.constantFrom(PLAIN, RLE_DICTIONARY, 6, 7), (edits, encoding) => {
      const bytes = dataPage(toBytes([LEVELS, ...VALUES]), 3, encoding)
      for (const [at, value] of edits) bytes[at] = value
      try {
        const values = decodePage(bytes, STAMPS, { ...TOOLS, dictionary: () => 1n })
        values.at(0)
      } catch (error) {
        assert.ok(error instanceof Error)
      }
    }),
    { numRuns: 1_000 },
  )
})
