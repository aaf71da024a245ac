/**
 * Composition root: from the configuration to a server with its store open. The only place, beside
 * the command line and tests, that builds stores and lakes.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Route } from './api/declarations/route.js'
import type { AdmissionOptions } from './api/limits/admission.js'
import type { LIMIT_PARAMS } from './api/limits/limit-params.js'
import type { LogLevel } from './api/logging.js'
import { type ApiServer, buildServer } from './api/server.js'
import type { Peers } from './api/status/peers.js'
import { lakeFolder } from './cli/data-folder.js'
import type { Config } from './config.js'
import { createStampRenderer } from './cutouts/pictures/render.js'
import { cachedDatalake } from './datalake/cached.js'
import type { Datalake } from './datalake/datalake.js'
import { openDatalake } from './datalake/open.js'
import { parquetCompressors } from './datalake/parquet/compression.js'
import { DatalakeError } from './errors.js'
import { type ClientBook, openClientBook } from './queries/clients/client-book.js'
import type { OuterSources, TableLake } from './queries/sources.js'
import {
  createStampServices,
  lakeStock,
  pathFinder,
  type StampStock,
  serviceStock,
} from './queries/stamps/stamp-archive.js'
import type { Services } from './routes/define.js'
import { ROUTES } from './routes/routes.js'
import { measuredStore } from './store/measured.js'
import type { Store } from './store/store.js'
import type { Survey } from './surveys/survey.js'
import { SURVEYS } from './surveys/surveys.js'
import { traceCalls } from './tracing/traced-calls.js'
import { tracedLake } from './tracing/traced-lake.js'
import { tracedStore } from './tracing/traced-store.js'
import type { Tracing } from './tracing/tracing.js'
import type { CutoutService } from './upstream/cutout-service.js'
import { openRemotes } from './upstream/remotes.js'

/** Settings of what is outside the store; a remote service without an address is not asked. */
type OuterSettings = Pick<
  Config,
  | 'dataDir'
  | 'lake'
  | 'lakeRoot'
  | 'lakeCacheBytes'
  | 'ssoTables'
  | 'sesameUrl'
  | 'quaeroUrl'
  | 'ssodnetUrl'
  | 'miriadeUrl'
  | 'gracedbUrl'
  | 'cutoutsUrl'
  | 'remoteTimeoutMs'
>

/** Settings of the limits; hardly any are in force when they are absent. */
type LimitSettings = Pick<Config, keyof typeof LIMIT_PARAMS>

/** What an app is made of. */
export interface AppOptions extends Partial<OuterSettings>, Partial<LimitSettings> {
  readonly store: Store
  /** The lake with the stamps, opened in place of the address that the settings name. */
  readonly datalake?: Datalake
  /** Name of the survey that also answers under `/api/v1`. */
  readonly defaultSurvey: string
  readonly rowLimit: number
  readonly strictParameters: boolean
  readonly requestTimeoutMs: number
  readonly bodyLimitBytes: number
  readonly logLevel: LogLevel
  readonly version: string
  /** The clock; that of the machine when absent. */
  readonly now?: () => Date
  /** Asks the other processes of the service; there are none when absent. */
  readonly peers?: Peers
  /** Closed with the server. Requests are not recorded when absent. */
  readonly tracing?: Tracing | undefined
}

/** Rows that a search by position may read: 500 bytes each, so some 250 MB at the very most. */
const CONE_ROW_LIMIT = 500_000

/** Bytes of the cache of the data lake when the settings do not say: 64 MiB. */
const LAKE_CACHE_BYTES = 2 ** 26

/** Builds the server of all surveys on the given store. The caller closes both. */
export function buildApp(options: AppOptions): ApiServer {
  const { tracing } = options
  const tables = tableLakeOf(options)
  const outer = openOuterSources(options, tables)
  const stamps = createStampServices(
    () => openStamps(options, outer.remotes.cutouts),
    createStampRenderer(),
  )
  const clients = openClientBook(options.store, {
    onFailure: err => server.app.log.warn({ err }, 'the limits of clients cannot be read'),
  })
  const { store, totals } = measuredStore(tracedStore(options.store, tracing))
  const services: Services = {
    ...outer,
    store,
    stamps,
    rowLimit: options.rowLimit,
    coneRowLimit: CONE_ROW_LIMIT,
    now: options.now ?? (() => new Date()),
  }
  const endpoints = SURVEYS.flatMap(survey => {
    const prefixes = pathsOf(survey, options.defaultSurvey)
    return routesOf(survey).map(route =>
      route.mount(survey, services, { survey: survey.name, prefixes }),
    )
  })
  const server = buildServer({
    endpoints,
    texts: {
      title: 'Fink object API',
      description: 'Light curves, positions, classes and more of the alerts of sky surveys',
      version: options.version,
    },
    strictParameters: options.strictParameters,
    requestTimeoutMs: options.requestTimeoutMs,
    bodyLimitBytes: options.bodyLimitBytes,
    logLevel: options.logLevel,
    hasProcessMetrics: true,
    admission: admissionOf(options, clients),
    figures: { store: () => totals, upstreams: () => services.remotes.health() },
    ...(options.peers !== undefined && { peers: options.peers }),
    ...(tracing !== undefined && { traceExchange: tracing.traceExchange }),
    ready: async () => {
      await options.store.tables()
    },
  })
  server.app.addHook('onReady', () => clients.refresh())
  server.app.addHook('onClose', () => tables.close())
  server.app.addHook('onClose', () => stamps.close())
  server.app.addHook('onClose', () => tracing?.close())
  return server
}

function admissionOf(options: AppOptions, clients: ClientBook): AdmissionOptions {
  const none = Number.POSITIVE_INFINITY
  const { anonymousRequests = none, anonymousRows = none } = options
  const { tokenRequests = none, tokenRows = none } = options
  const { limitWindowSec = 60, trustProxy = 0, maxInFlight = 10_000 } = options
  return {
    windowSec: limitWindowSec,
    anonymous: { requests: anonymousRequests, rows: anonymousRows },
    token: { requests: tokenRequests, rows: tokenRows },
    trustedProxies: trustProxy,
    maxInFlight,
    clients,
  }
}

function openOuterSources(options: AppOptions, tables: LaterLake): OuterSources {
  const { remoteTimeoutMs: timeoutMs, tracing } = options
  const addresses = {
    sesame: options.sesameUrl,
    quaero: options.quaeroUrl,
    ssodnet: options.ssodnetUrl,
    miriade: options.miriadeUrl,
    gracedb: options.gracedbUrl,
    cutouts: options.cutoutsUrl,
  }
  return {
    remotes: openRemotes(addresses, {
      ...(timeoutMs !== undefined && { limits: { timeoutMs } }),
      ...(tracing !== undefined && { watchCall: traceCalls(tracing) }),
    }),
    openTableLake: tables.open,
  }
}

/** A lake that is opened when it is first needed. */
interface LaterLake {
  /** Undefined when there is none. */
  open(): Promise<TableLake | undefined>
  close(): Promise<void>
}

function tableLakeOf({ ssoTables, dataDir, tracing }: AppOptions): LaterLake {
  let opened: Promise<TableLake> | undefined
  const open = async (address: string): Promise<TableLake> => ({
    lake: tracedLake(await openDatalake(address, { env: process.env }), tracing),
    decompressors: parquetCompressors,
  })
  return {
    async open() {
      const folder = dataDir === undefined ? '' : join(dataDir, 'sso')
      const address = ssoTables || folder
      if (address === '' || (address === folder && !existsSync(folder))) return undefined
      opened ??= open(address)
      try {
        return await opened
      } catch (error) {
        opened = undefined
        throw error
      }
    },
    close: async () => (await opened)?.lake.close(),
  }
}

/**
 * Opens where stamps are: a cutout service when there is one, else a lake, that given, that of the
 * settings, or the one of the data folder.
 */
async function openStamps(options: AppOptions, service: CutoutService): Promise<StampStock> {
  const { dataDir, lakeRoot, lakeCacheBytes: maxBytes = LAKE_CACHE_BYTES } = options
  if (service.isSetUp) return serviceStock(service, maxBytes)
  const own = dataDir === undefined ? undefined : lakeFolder(dataDir)
  const address = options.lake ?? (own !== undefined && existsSync(own) ? own : undefined)
  if (address === undefined && options.datalake === undefined) {
    const text = 'Cannot read stamps: there is no data lake; see the setting "lake"'
    throw new DatalakeError('data lake', text, { failure: 'unavailable' })
  }
  const opened = options.datalake ?? (await openDatalake(address ?? '', { env: process.env }))
  const lake = tracedLake(opened, options.tracing)
  return lakeStock({
    // Most of it for whole stamps, which are asked for again; the rest for footers and pages.
    lake: cachedDatalake(lake, { maxBytes: Math.ceil(maxBytes / 4) }),
    maxStampBytes: Math.ceil((maxBytes / 4) * 3),
    decompressors: parquetCompressors,
    pathOf: pathFinder(address ?? '.', lakeRoot),
  })
}

function routesOf(survey: Survey): readonly Route<Survey, Services>[] {
  return ROUTES[survey.name] ?? []
}

function pathsOf({ name }: Survey, defaultSurvey: string): string[] {
  const own = `/${name}/api/v1`
  return name === defaultSurvey ? ['/api/v1', own] : [own]
}
