/**
 * Composition root: from the configuration to a server with its store open. The only place, beside
 * the command line and tests, that builds stores and lakes.
 */

import type { LogLevel } from './api/logging.js'
import type { Route } from './api/route.js'
import { type ApiServer, buildServer } from './api/server.js'
import type { Services } from './routes/define.js'
import { ROUTES } from './routes/routes.js'
import type { Store } from './store/store.js'
import type { Survey } from './surveys/survey.js'
import { SURVEYS } from './surveys/surveys.js'

/** What an app is made of. */
export interface AppOptions {
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
  const services: Services = {
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
  return buildServer({
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
}

function routesOf(survey: Survey): readonly Route<Survey, Services>[] {
  return ROUTES[survey.name] ?? []
}

function pathsOf({ name }: Survey, defaultSurvey: string): string[] {
  const own = `/${name}/api/v1`
  return name === defaultSurvey ? ['/api/v1', own] : [own]
}
