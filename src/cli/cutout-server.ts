/** Composition of the cutout service: one route on the files of a lake, without any table. */
import { type ApiServer, buildServer } from '../api/server.js'
import type { Config } from '../config.js'
import { StampFiles } from '../cutouts/files/stamp-files.js'
import { cachedDatalake } from '../datalake/cached.js'
import type { Datalake } from '../datalake/datalake.js'
import { parquetCompressors } from '../datalake/parquet/compression.js'
import { toLakePath } from '../datalake/stored-path.js'
import { FILE_SURVEYS } from '../routes/file-cutouts/routes.js'
import { tracedLake } from '../tracing/traced-lake.js'
import type { Tracing } from '../tracing/tracing.js'
import { UsageError } from './usage-error.js'

/** What the service is made of. */
export interface CutoutServerOptions
  extends Pick<
    Config,
    'strictParameters' | 'requestTimeoutMs' | 'bodyLimitBytes' | 'logLevel' | 'lakeCacheBytes'
  > {
  /** Closed with the server. */
  readonly lake: Datalake
  readonly survey: string
  /** Folder that the lake begins at, as clients name files. */
  readonly root: string
  /** Folder that relative paths are below. */
  readonly home: string
  readonly version: string
  /** Closed with the server. Requests are not recorded when absent. */
  readonly tracing?: Tracing | undefined
}

/** Memory for what is known of files: 64 MiB. */
const MAX_FACT_BYTES = 2 ** 26

/** Builds the service of one survey; `app.close` closes the lake too. */
export function buildCutoutServer(options: CutoutServerOptions): ApiServer {
  const { root, home, version, tracing } = options
  const survey = FILE_SURVEYS.find(({ name }) => name === options.survey)
  if (survey === undefined) {
    const known = FILE_SURVEYS.map(({ name }) => name).join(', ')
    throw new UsageError(`Cannot serve survey "${options.survey}": expected one of ${known}`)
  }
  const lake = cachedDatalake(tracedLake(options.lake, tracing), {
    maxBytes: options.lakeCacheBytes,
  })
  const source = { lake, decompressors: parquetCompressors }
  const files = new StampFiles(source, survey.layout, { maxBytes: MAX_FACT_BYTES })
  const services = { files, pathOf: (named: string) => toPath(named, { root, home }) }
  const server = buildServer({
    ...options,
    endpoints: [
      survey.route.mount(survey.name, services, { survey: survey.name, prefixes: ['/api/v1'] }),
    ],
    texts: {
      title: 'Fink cutout service',
      description: 'Image stamps of alerts from Parquet files in the data lake',
      version,
    },
    hasProcessMetrics: true,
    ...(tracing !== undefined && { traceExchange: tracing.traceExchange }),
  })
  server.app.addHook('onClose', () => lake.close())
  server.app.addHook('onClose', () => tracing?.close())
  return server
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/

/** Clients name files by their path alone: the lake is where the service says. */
function toPath(
  named: string,
  { root, home }: { readonly root: string; readonly home: string },
): string {
  if (SCHEME.test(named)) {
    throw new RangeError(`expected a path without scheme and host, got "${named}"`)
  }
  return toLakePath(named.startsWith('/') ? named : `${home}/${named}`, root)
}
