import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '../../store/memory.js'
import { ALL_KEYS } from '../../store/store.js'
import { grantRows, readLimited } from './limited-rows.js'

test('grantRows() gives what is asked, up to ten times the row limit and not below none', () => {
  assert.equal(grantRows(50, 100), 50)
  assert.equal(grantRows(20_000, 10_000), 20_000)
  assert.equal(grantRows(1_000_000, 10_000), 100_000)
  assert.equal(grantRows(Number.POSITIVE_INFINITY, 10_000), 100_000)
  assert.equal(grantRows(-3, 10_000), 0)
})

test('readLimited() says whether the limit left something out', async () => {
  const store = openMemoryStore()
  const columns = [{ name: 'd:a', type: 'integer' as const }]
  const rows = ['1', '2', '3'].map(key => ({ key, values: [1] }))
  await store.write([{ table: 't', columns, rows }])
  for (const [limit, count, isTruncated] of [
    [0, 0, true],
    [2, 2, true],
    [3, 3, false],
    [4, 3, false],
  ] as const) {
    const found = await readLimited(store, { table: 't', ranges: [ALL_KEYS], limit })
    assert.deepEqual([found.rows.length, found.isTruncated], [count, isTruncated])
  }
})
