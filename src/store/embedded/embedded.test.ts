import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Derivation } from '../../rows/merge.js'
import { cellsOf, putOf, storeContract } from '../contract.js'
import { ALL_KEYS, exactRange, type KeyRange, prefixRange, readRows, type Store } from '../store.js'
import { openEmbeddedStore } from './embedded.js'
import { openEnvironment, openTable } from './environment.js'

function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'fink-store-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Rows whose keys begin alike up to a stroke lie in chunks together. */
const grouping: Derivation = {
  columns: [],
  derive: () => [],
  group: {
    columns: [],
    prefixOf: key => (key.includes('_') ? key.slice(0, key.indexOf('_') + 1) : key),
    compute: () => [],
  },
}

for (const [name, derivation] of [
  ['embedded store', undefined],
  ['embedded store of groups', grouping],
] as const) {
  storeContract(name, async () => {
    const { folder, remove } = temporaryFolder()
    const store = openEmbeddedStore(folder, { derivationOf: () => derivation })
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
}

test('a group of many chunks is read whole, in part and by single keys', async () => {
  const { folder, remove } = temporaryFolder()
  try {
    const store = openEmbeddedStore(folder, { derivationOf: () => grouping })
    const keys = Array.from({ length: 200 }, (_, i) => `ZTF18aaaaaaa_${1000 + i}`)
    const cells = (key: string) => ({ 'i:jd': Number(key.slice(-4)), 'd:text': 'x'.repeat(3000) })
    await store.write([putOf('t', Object.fromEntries(keys.map(key => [key, cells(key)])))])
    const keysIn = async (range: KeyRange, reversed: boolean) =>
      (await readRows(store, { table: 't', ranges: [range], reversed })).map(({ key }) => key)
    for (const prefix of ['ZTF18aaaaaaa_', 'ZTF18', 'ZTF18aaaaaaa_11', 'ZTF18aaaaaaa_1150']) {
      const expected = keys.filter(key => key.startsWith(prefix))
      assert.deepEqual(await keysIn(prefixRange(prefix), false), expected, prefix)
      assert.deepEqual(await keysIn(prefixRange(prefix), true), expected.toReversed(), prefix)
    }
    assert.deepEqual(await keysIn(exactRange(keys[150]!), true), [keys[150]])
    assert.deepEqual(await keysIn(exactRange('ZTF18aaaaaaa_'), true), [])
    await store.close()
  } finally {
    remove()
  }
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
      message: /format is 1, expected 4/,
    })
  } finally {
    remove()
  }
})
