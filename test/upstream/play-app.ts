/** The service with remote services that are played. */
import type { ApiServer } from '../../src/api/server.js'
import { buildApp } from '../../src/app.js'
import { openMemoryStore } from '../../src/store/memory.js'
import type { Store } from '../../src/store/store.js'
import { derivationOf } from '../../src/surveys/surveys.js'
import type { PlayServer } from './play-server.js'

/** A service to send requests to. */
export interface PlayApp {
  readonly server: ApiServer
  readonly store: Store
  close(): Promise<void>
}

/** Later than everything in the reference data. */
export const PLAY_NOW = new Date('2026-07-01T00:00:00Z')

/**
 * Opens a service on a store, which it closes; one in memory, empty, when none is given.
 * `ssoTables` is the folder of the published tables, `lake` the folder
 * with the stamps and what the names of its files begin with in the tables.
 */
export function openPlayApp({
  play,
  ssoTables,
  lake,
  store = openMemoryStore({ derivationOf }),
}: {
  readonly play: PlayServer
  readonly ssoTables?: string
  readonly lake?: { readonly address: string; readonly root: string }
  readonly store?: Store
}): PlayApp {
  const { sesame, quaero, ssodnet, miriade, gracedb } = play.addresses
  const server = buildApp({
    store,
    defaultSurvey: 'ztf',
    rowLimit: 10_000,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 1024 * 1024,
    logLevel: 'silent',
    version: 'test',
    now: () => PLAY_NOW,
    sesameUrl: sesame,
    quaeroUrl: quaero,
    ssodnetUrl: ssodnet,
    miriadeUrl: miriade,
    gracedbUrl: gracedb,
    ...(lake !== undefined && { lake: lake.address, lakeRoot: lake.root }),
    ...(ssoTables !== undefined && { ssoTables }),
  })
  const close = async (): Promise<void> => {
    await server.app.close()
    await store.close()
  }
  return { server, store, close }
}
