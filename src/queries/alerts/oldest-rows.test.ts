import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDouble } from '../../rows/number-text.js'
import { openMemoryStore } from '../../store/memory.js'
import { readOldest } from './oldest-rows.js'

/** Times of which one is often the beginning of another. */
const time = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom(1, 10, 100))
  .map(([n, unit]) => Number((2_460_920 + n / unit).toFixed(2)))
const times = fc.uniqueArray(time, { maxLength: 60 })

test('readOldest() finds what a look at every row finds', async () => {
  const limits = fc.integer({ min: 0, max: 12 })
  await fc.assert(
    fc.asyncProperty(times, time, time, limits, async (all, a, b, limit) => {
      const store = openMemoryStore()
      const columns = [{ name: 'd:id', type: 'string' as const }]
      const rows = all.flatMap(at =>
        ['x', 'y'].map(id => ({ key: `${formatDouble(at)}_${id}`, values: [id] })),
      )
      await store.write([{ table: 't', columns, rows }])
      const span = { from: Math.min(a, b), to: Math.max(a, b) }
      const where = { column: 'd:id', equals: 'x' }
      const found = await readOldest(store, { table: 't', prefix: '', span, where, limit })
      const expected = all
        .filter(at => at >= span.from && at <= span.to)
        .sort((one, other) => one - other)
      assert.equal(found.isTruncated, expected.length > limit)
      assert.deepEqual(
        found.rows.map(({ key }) => key),
        expected.slice(0, limit).map(at => `${formatDouble(at)}_x`),
      )
    }),
    { numRuns: 300 },
  )
})

test('readOldest() stops at the limit among many rows', async () => {
  const store = openMemoryStore()
  const columns = [{ name: 'd:id', type: 'string' as const }]
  const rows = Array.from({ length: 3000 }, (_, i) => {
    return { key: `${formatDouble(2_460_920 + i / 1000)}_x`, values: ['x'] }
  })
  await store.write([{ table: 't', columns, rows }])
  const span = { from: 2_460_000, to: 2_470_000 }
  const found = await readOldest(store, { table: 't', prefix: '', span, limit: 700 })
  assert.equal(found.isTruncated, true)
  assert.deepEqual(
    found.rows.map(({ key }) => key),
    rows.slice(0, 700).map(({ key }) => key),
  )
})
