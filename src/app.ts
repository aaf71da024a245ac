/**
 * Composition root: from the configuration to a server with its store open. The only place, beside
 * the command line and tests, that builds stores and lakes.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LogLevel } from './api/logging.js'
import type { Route } from './api/route.js'
import { type ApiServer, buildServer } from './api/server.js'
import type { Config } from './config.js'
import { openDatalake } from './datalake/open.js'
import { parquetCompressors } from './ingest/compression/codecs.js'
import type { OuterSources, TableLake } from './queries/sources.js'
import type { Services } from './routes/define.js'
import { ROUTES } from './routes/routes.js'
import type { Store } from './store/store.js'
import type { Survey } from './surveys/survey.js'
import { SURVEYS } from './surveys/surveys.js'
import { openRemotes } from './upstream/remotes.js'

/** Settings of what is outside the store; a remote service without an address is not asked. */
type OuterSettings = Pick<
  Config,
  | 'dataDir'
  | 'ssoTables'
  | 'sesameUrl'
  | 'quaeroUrl'
  | 'ssodnetUrl'
  | 'miriadeUrl'
  | 'gracedbUrl'
  | 'remoteTimeoutMs'
>

/** What an app is made of. */
export interface AppOptions extends Partial<OuterSettings> {
  readonly store: Store
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
}

/** Rows that a search by position may read: 500 bytes each, so some 250 MB at the very most. */
const CONE_ROW_LIMIT = 500_000

/** Builds the server of all surveys on the given store. The caller closes both. */
export function buildApp(options: AppOptions): ApiServer {
  const tables = tableLakeOf(options)
  const services: Services = {
    ...openOuterSources(options, tables),
    store: options.store,
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
    ready: async () => {
      await options.store.tables()
    },
  })
  server.app.addHook('onClose', () => tables.close())
  return server
}

function openOuterSources(options: AppOptions, tables: LaterLake): OuterSources {
  const { remoteTimeoutMs: timeoutMs } = options
  const addresses = {
    sesame: options.sesameUrl,
    quaero: options.quaeroUrl,
    ssodnet: options.ssodnetUrl,
    miriade: options.miriadeUrl,
    gracedb: options.gracedbUrl,
  }
  return {
    remotes: openRemotes(addresses, timeoutMs === undefined ? {} : { limits: { timeoutMs } }),
    openTableLake: tables.open,
  }
}

/** A lake that is opened when it is first needed. */
interface LaterLake {
  /** Undefined when there is none. */
  open(): Promise<TableLake | undefined>
  close(): Promise<void>
}

function tableLakeOf({ ssoTables, dataDir }: AppOptions): LaterLake {
  let opened: Promise<TableLake> | undefined
  const open = async (address: string): Promise<TableLake> => ({
    lake: await openDatalake(address, { env: process.env }),
    decompressors: parquetCompressors,
  })
  return {
    async open() {
      const folder = dataDir === undefined ? undefined : join(dataDir, 'sso')
      const address = ssoTables ?? (folder !== undefined && existsSync(folder) ? folder : undefined)
      if (address === undefined) return undefined
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

function routesOf(survey: Survey): readonly Route<Survey, Services>[] {
  return ROUTES[survey.name] ?? []
}

function pathsOf({ name }: Survey, defaultSurvey: string): string[] {
  const own = `/${name}/api/v1`
  return name === defaultSurvey ? ['/api/v1', own] : [own]
}
