import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { cellsOf, putOf, storeContract } from '../contract.js'
import { ALL_KEYS, readRows, type Store } from '../store.js'
import { openEmbeddedStore } from './embedded.js'
import { openEnvironment, openTable } from './environment.js'

function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'fink-store-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

storeContract('embedded store', async () => {
  const { folder, remove } = temporaryFolder()
  const store = openEmbeddedStore(folder)
  return {
    tables: () => store.tables(),
    schema: table => store.schema(table),
    scan: request => store.scan(request),
    write: puts => store.write(puts),
    remove: (table, keys) => store.remove(table, keys),
    close: async () => {
      await store.close()
      remove()
    },
  } satisfies Store
})

test('openEmbeddedStore() finds rows and columns again after it was closed', async () => {
  const { folder, remove } = temporaryFolder()
  try {
    const first = openEmbeddedStore(folder)
    await first.write([putOf('t', { a: { 'i:fid': 1 } }, [{ name: 'i:fid', type: 'integer' }])])
    await first.write([putOf('t', { b: { 'd:x': 'y' } }, [{ name: 'd:x', type: 'string' }])])
    await first.close()
    const second = openEmbeddedStore(folder)
    const rows = await readRows(second, { table: 't', ranges: [ALL_KEYS] })
    assert.deepEqual(rows.map(cellsOf), [{ 'i:fid': '1' }, { 'd:x': 'y' }])
    await second.close()
  } finally {
    remove()
  }
})

test('openEmbeddedStore() refuses a store of another format', async () => {
  const { folder, remove } = temporaryFolder()
  try {
    const root = openEnvironment(folder)
    openTable(root, 'catalog').putSync('t', Buffer.from('{"columns":[],"layouts":[]}'))
    await root.close()
    assert.throws(() => openEmbeddedStore(folder), {
      name: 'StoreError',
      message: /format is 1, expected 2/,
    })
  } finally {
    remove()
  }
})
