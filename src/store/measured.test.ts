import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeContract } from './contract.js'
import { measuredStore } from './measured.js'
import { openMemoryStore } from './memory.js'
import { ALL_KEYS, readRows } from './store.js'

storeContract('measured store', async () => measuredStore(openMemoryStore()).store)

const COLUMNS = [{ name: 'i:a', type: 'string' as const }]

test('measuredStore() counts scans, rows and failures', async () => {
  const inner = openMemoryStore()
  const rows = Array.from({ length: 600 }, (_, i) => ({ key: String(i), values: ['x'] }))
  await inner.write([{ table: 't', columns: COLUMNS, rows }])
  const { store, totals } = measuredStore(inner)
  assert.equal((await readRows(store, { table: 't', ranges: [ALL_KEYS] })).length, 600)
  for await (const _ of store.scan({ table: 't', ranges: [ALL_KEYS] })) break
  assert.deepEqual([totals.scans, totals.rows, totals.failures], [2, 1112, 0])
  assert.ok(totals.ms > 0)
  const failing = measuredStore({
    ...inner,
    // biome-ignore lint/correctness/useYield: it fails before the first batch
    async *scan() {
      throw new Error('planted')
    },
  })
  await assert.rejects(readRows(failing.store, { table: 't', ranges: [ALL_KEYS] }), /planted/)
  assert.equal(failing.totals.failures, 1)
})

test('measuredStore() lets the signal end a scan of a store that never waits', async () => {
  const inner = openMemoryStore()
  const { store, totals } = measuredStore({
    ...inner,
    async *scan() {
      for (;;) yield []
    },
  })
  const end = new AbortController()
  setImmediate(() => end.abort(new Error('too late')))
  const { signal } = end
  await assert.rejects(readRows(store, { table: 't', ranges: [ALL_KEYS], signal }), /too late/)
  assert.equal(totals.failures, 0)
})
