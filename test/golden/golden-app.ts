/** The service on a store filled with the reference dumps, for replaying recorded requests. */
import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { ApiServer } from '../../src/api/server.js'
import { buildApp } from '../../src/app.js'
import { openHBaseStore } from '../../src/store/hbase/store.js'
import { openMemoryStore } from '../../src/store/memory.js'
import type { Store } from '../../src/store/store.js'
import { derivationOf } from '../../src/surveys/surveys.js'
import { loadDump } from '../../src/transfer/load.js'

/**
 * The store of these tests: empty and in memory, or that of the address in FINK_REFERENCE_STORE,
 * which may be filled already.
 */
export function openReferenceStore(): Store {
  const address = process.env.FINK_REFERENCE_STORE
  return address === undefined ? openMemoryStore({ derivationOf }) : openHBaseStore(address)
}

/** Fills a store with the dumps of a folder whose names pass; one that has tables stays as it is. */
export async function loadReference(
  store: Store,
  folder: string,
  isWanted: (table: string) => boolean,
): Promise<void> {
  if ((await store.tables()).length > 0) return
  const files = readdirSync(folder).filter(name => name.endsWith('.ndjson.gz'))
  for (const file of files.filter(name => isWanted(name.replace('.ndjson.gz', '')))) {
    const input = createReadStream(join(folder, file)).pipe(createGunzip())
    await loadDump(store, createInterface({ input }))
  }
}

/** An app on the ZTF reference tables and files. */
export async function openGoldenApp(
  folder: string,
  store: Store = openReferenceStore(),
): Promise<{ server: ApiServer; close: () => Promise<void> }> {
  await loadReference(store, folder, table => !table.startsWith('rubin.'))
  const server = buildApp({
    store,
    lake: join(folder, '../../data'),
    lakeRoot: '/shared/data',
    defaultSurvey: 'ztf',
    rowLimit: 10_000,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 1024 * 1024,
    logLevel: 'silent',
    version: 'test',
  })
  const close = async (): Promise<void> => {
    await server.app.close()
    await store.close()
  }
  return { server, close }
}
