import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeStampHint, parseStampHint, type StampHint } from './stamp-hint.js'

const numbers = fc.integer({ min: 0, max: 2 ** 48 })
const ranges = { offset: numbers, length: numbers }
const pages = fc.record(
  {
    ...ranges,
    firstRow: numbers,
    codec: fc.constantFrom('UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'),
    maxDefinition: fc.integer({ min: 0, max: 9 }),
    dictionary: fc.record(ranges),
  },
  { requiredKeys: ['offset', 'length', 'firstRow', 'codec', 'maxDefinition'] },
)
const hints = fc.record({
  file: fc.string(),
  row: numbers,
  pages: fc.record({ Science: pages, Template: pages, Difference: pages }, { requiredKeys: [] }),
}) as fc.Arbitrary<StampHint>

test('parseStampHint() gives back what encodeStampHint() was given', () => {
  fc.assert(
    fc.property(hints, hint => {
      const parsed = parseStampHint(encodeStampHint(hint), hint.file)
      assert.deepEqual(JSON.parse(JSON.stringify(parsed)), JSON.parse(JSON.stringify(hint)))
    }),
  )
})

test('a stamp hint is a short text', () => {
  const page = { offset: 98_000_000, length: 1_300_000, firstRow: 2_400, codec: 'SNAPPY' } as const
  const pages = { Science: { ...page, maxDefinition: 2 }, Template: { ...page, maxDefinition: 2 } }
  const text = encodeStampHint({ file: 'night/x.parquet', row: 2_479, pages })
  assert.equal(text, 'eBSaX1.1wv.s2-1mcha8-rv34-1uo.s2-1mcha8-rv34-1uo.')
})

test('a stamp hint is void for another file', () => {
  const text = encodeStampHint({ file: 'a', row: 1, pages: {} })
  assert.deepEqual(parseStampHint(text, 'a'), { file: 'a', row: 1, pages: {} })
  assert.equal(parseStampHint(text, 'b'), undefined)
})

test('parseStampHint() refuses other texts with a SyntaxError', () => {
  const [mark] = encodeStampHint({ file: 'a', row: 1, pages: {} }).split('.')
  const pages = ['1.x..', '1.s2-1-1..', '1.s2-1-1-1-1..', '1.q2-1-1-1..', '-1...', '1....', '1..']
  const texts = ['', 'x', ...pages.map(rest => `${mark}.${rest}`)]
  for (const text of texts) assert.throws(() => parseStampHint(text, 'a'), SyntaxError, text)
  fc.assert(
    fc.property(fc.string(), text => {
      try {
        parseStampHint(text, 'a')
      } catch (error) {
        assert.ok(error instanceof SyntaxError)
      }
    }),
  )
})
