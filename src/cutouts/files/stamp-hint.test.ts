import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeStampHint, parseStampHint, type StampHint } from './stamp-hint.js'

const numbers = fc.integer({ min: 0, max: 2 ** 48 })
const ranges = { offset: numbers, length: numbers }
const small = fc.integer({ min: 0, max: 2 ** 30 - 1 })
const windows = fc.record({
  offset: small,
  length: small,
  literal: small,
  skip: small,
  size: small,
  mark: small,
})
const places = fc.record(
  {
    ...ranges,
    firstRow: numbers,
    codec: fc.constantFrom('UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'),
    maxDefinition: fc.integer({ min: 0, max: 9 }),
    dictionary: fc.record(ranges),
    window: windows,
  },
  { requiredKeys: ['offset', 'length', 'firstRow', 'codec', 'maxDefinition'] },
)
/** Windows lie in their pages. */
const pages = places.map(place => {
  const { window } = place
  return window ? { ...place, window: { ...window, offset: place.offset + window.offset } } : place
})
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

test('a stamp hint with windows is a short text, shortest for stamps that stand as they are', () => {
  const page = { offset: 98_000_000, length: 1_300_000, firstRow: 2_400, codec: 'SNAPPY' } as const
  const window = { offset: 98_600_000, length: 15_000, literal: 15_000, skip: 0, size: 15_000 }
  const pages = {
    Science: { ...page, maxDefinition: 2, window: { ...window, mark: 2 ** 30 - 1 } },
    Template: { ...page, maxDefinition: 2, window: { ...window, skip: 70, mark: 9 } },
  }
  const text = encodeStampHint({ file: 'night/x.parquet', row: 2_479, pages })
  const [science, template] = ['~cuyo-bko-hra0hr', '~cuyo-bko-9-bko-bko-1y']
  const place = 's2-1mcha8-rv34-1uo'
  assert.equal(text, `eBSaX1.1wv.${place}${science}.${place}${template}.`)
})

test('parseStampHint() reads hints without windows, as they were noted down before', () => {
  const hint = parseStampHint('eBSaX1.1wv.s2-1mcha8-rv34-1uo..', 'night/x.parquet')
  const page = { offset: 98_000_000, length: 1_300_000, firstRow: 2_400, codec: 'SNAPPY' }
  const pages = { Science: { ...page, maxDefinition: 2 } }
  assert.deepEqual(hint, { file: 'night/x.parquet', row: 2_479, pages })
})

test('a stamp hint is void for another file', () => {
  const text = encodeStampHint({ file: 'a', row: 1, pages: {} })
  assert.deepEqual(parseStampHint(text, 'a'), { file: 'a', row: 1, pages: {} })
  assert.equal(parseStampHint(text, 'b'), undefined)
})

test('parseStampHint() refuses other texts with a SyntaxError', () => {
  const [mark] = encodeStampHint({ file: 'a', row: 1, pages: {} }).split('.')
  const pages = [
    '1.s2-1-1-1~..',
    '1.s2-1-1-1~1-1..',
    '1.s2-1-1-1~1-1-1-1..',
    '1.x..',
    '1.s2-1-1..',
    '1.s2-1-1-1-1..',
    '1.q2-1-1-1..',
    '-1...',
    '1....',
    '1..',
  ]
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
