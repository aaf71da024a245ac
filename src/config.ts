/**
 * The configuration: one table of settings, read from a YAML file and the environment into a
 * frozen object. To add a setting, add a row to `SETTINGS`: its type in `Config`, its check, its
 * place in `describeConfig` and in the documentation follow. Only what something reads belongs
 * here.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { type Param, unexpectedValue } from './api/declarations/param.js'
import { choice, custom, flag, integer, text } from './api/declarations/params.js'
import { LIMIT_PARAMS } from './api/limits/limit-params.js'
import { LOG_LEVELS } from './api/logging.js'
import { quoteValue } from './api/quoted-text.js'
import { suggestionText, suggestName } from './api/suggestion.js'
import { TRACE_PARAMS } from './tracing/trace-params.js'

/** A row of the table. The key in the file is the name of the row. */
export interface Setting<T> {
  /** Name of the environment variable, which wins over the file. */
  readonly variable: string
  /** Name under which other programs know the same; read when the variable is not there. */
  readonly commonVariable: string | undefined
  /** Type, limits, unit, default and meaning, in the vocabulary of route parameters. */
  readonly value: Param<T>
  /** Never shown by `describeConfig`. */
  readonly isSecret: boolean
}

function setting<T>(
  variable: string,
  value: Param<T>,
  { isSecret = false, commonVariable }: { isSecret?: boolean; commonVariable?: string } = {},
): Setting<T> {
  return { variable, commonVariable, value, isSecret }
}

const MIB = 1024 * 1024

/** Address of a remote service. */
function remoteAddress(service: string, address: string): Param<string> {
  return text({
    description: `Address of ${service}; empty to do without it`,
    default: address,
    maxLength: 1024,
    pattern: /^(https?:\/\/[^\s?#]+)?$/,
    expected: 'an address like https://example.org/path, or nothing',
  })
}

const MAX_WORKERS = 64

function parseWorkers(text: string): number {
  if (text === 'auto') return Math.min(availableParallelism(), MAX_WORKERS)
  const count = Number(text)
  const isGood = /^\d+$/.test(text) && count <= MAX_WORKERS
  if (!isGood) throw unexpectedValue(`0 to ${MAX_WORKERS}, or auto`, text)
  return count
}

/** All settings. */
export const SETTINGS = {
  host: setting(
    'FINK_HOST',
    text({
      description: 'Address to listen on; 0.0.0.0 for all',
      default: '127.0.0.1',
      minLength: 1,
      maxLength: 255,
    }),
  ),
  port: setting(
    'FINK_PORT',
    integer({
      description: 'TCP port to listen on; 0 picks a free one',
      default: 24000,
      min: 0,
      max: 65535,
    }),
  ),
  dataDir: setting(
    'FINK_DATA_DIR',
    text({
      description: 'Folder of the embedded store; made when missing',
      default: 'data',
      minLength: 1,
      maxLength: 1024,
    }),
  ),
  store: setting(
    'FINK_STORE',
    text({
      description:
        'Store of the tables: hbase://zookeeper,zookeeper:port/node?user=name, ' +
        'hbase-rpc://master:port or the data folder of an embedded store',
      defaultText: 'embedded store of dataDir',
      minLength: 1,
      maxLength: 1024,
    }),
  ),
  rowLimit: setting(
    'FINK_ROW_LIMIT',
    integer({
      description: 'Most rows that an answer has per object, position or class',
      default: 10_000,
      min: 1,
      max: 10_000_000,
      unit: 'rows',
    }),
  ),
  defaultSurvey: setting(
    'FINK_DEFAULT_SURVEY',
    text({
      description: 'Survey whose routes also stand under /api/v1/',
      default: 'ztf',
      minLength: 1,
      maxLength: 32,
    }),
  ),
  strictParameters: setting(
    'FINK_STRICT_PARAMETERS',
    flag({
      description:
        'Refuse unknown arguments on every route instead of ignoring them with a warning',
      default: false,
    }),
  ),
  requestTimeoutMs: setting(
    'FINK_REQUEST_TIMEOUT_MS',
    integer({
      description: 'Time limit of a request, and of each standstill of a streamed answer',
      default: 180_000,
      min: 100,
      max: 3_600_000,
      unit: 'ms',
    }),
  ),
  bodyLimitBytes: setting(
    'FINK_BODY_LIMIT_BYTES',
    integer({
      description: 'Largest request body, except on routes that take uploaded files',
      default: MIB,
      min: 1024,
      max: 1024 * MIB,
      unit: 'bytes',
    }),
  ),
  logLevel: setting(
    'FINK_LOG_LEVEL',
    choice(LOG_LEVELS, { description: 'Least important log lines to write', default: 'info' }),
  ),
  workers: setting(
    'FINK_WORKERS',
    custom(
      {
        description:
          'Processes that answer requests, looked after by one more; `auto` is one per core, 0 ' +
          'only the process that was started, which cannot be reloaded',
        expected: `0 to ${MAX_WORKERS}, or auto`,
        default: 0,
        maxLength: 4,
      },
      parseWorkers,
    ),
  ),
  trustProxy: setting('FINK_TRUST_PROXY', LIMIT_PARAMS.trustProxy),
  limitWindowSec: setting('FINK_LIMIT_WINDOW_SEC', LIMIT_PARAMS.limitWindowSec),
  anonymousRequests: setting('FINK_ANONYMOUS_REQUESTS', LIMIT_PARAMS.anonymousRequests),
  anonymousRows: setting('FINK_ANONYMOUS_ROWS', LIMIT_PARAMS.anonymousRows),
  tokenRequests: setting('FINK_TOKEN_REQUESTS', LIMIT_PARAMS.tokenRequests),
  tokenRows: setting('FINK_TOKEN_ROWS', LIMIT_PARAMS.tokenRows),
  maxInFlight: setting('FINK_MAX_IN_FLIGHT', LIMIT_PARAMS.maxInFlight),
  lake: setting(
    'FINK_LAKE',
    text({
      description:
        'Data lake with the stamps of the alerts: a folder, ' +
        'webhdfs://host:port/folder?user=name or s3://bucket/prefix?endpoint=url',
      defaultText: 'folder lake of dataDir',
      minLength: 1,
      maxLength: 1024,
    }),
  ),
  lakeRoot: setting(
    'FINK_LAKE_ROOT',
    text({
      description: 'Folder, as the tables name files, that the data lake begins at',
      defaultText: 'that of a webhdfs:// address, else /',
      pattern: /^\//,
      expected: 'an absolute path',
      maxLength: 1024,
    }),
  ),
  lakeCacheBytes: setting(
    'FINK_LAKE_CACHE_BYTES',
    integer({
      description: 'Memory for parts of files of the data lake that were read lately',
      default: 64 * MIB,
      min: MIB,
      max: 65_536 * MIB,
      unit: 'bytes',
    }),
  ),
  ssoTables: setting(
    'FINK_SSO_TABLES',
    text({
      description:
        'Folder or data lake with the published tables of Solar System objects; empty for the ' +
        'folder sso of dataDir',
      default: '',
      maxLength: 1024,
    }),
  ),
  sesameUrl: setting(
    'FINK_SESAME_URL',
    remoteAddress('the name resolver Sesame', 'https://cds.unistra.fr/cgi-bin/nph-sesame'),
  ),
  quaeroUrl: setting(
    'FINK_QUAERO_URL',
    remoteAddress('quaero of SsODNet', 'https://api.ssodnet.imcce.fr/quaero/1/sso'),
  ),
  ssodnetUrl: setting(
    'FINK_SSODNET_URL',
    remoteAddress(
      'the resolver of SsODNet',
      'https://ssp.imcce.fr/webservices/ssodnet/api/resolver.php',
    ),
  ),
  miriadeUrl: setting(
    'FINK_MIRIADE_URL',
    remoteAddress('ephemcc of Miriade', 'https://ssp.imcce.fr/webservices/miriade/api/ephemcc.php'),
  ),
  gracedbUrl: setting(
    'FINK_GRACEDB_URL',
    remoteAddress('the superevents of GraceDB', 'https://gracedb.ligo.org/api/superevents'),
  ),
  cutoutsUrl: setting(
    'FINK_CUTOUTS_URL',
    remoteAddress('a cutout service to read stamps through, in place of the data lake', ''),
  ),
  remoteTimeoutMs: setting(
    'FINK_REMOTE_TIMEOUT_MS',
    integer({
      description: 'Time limit of a call of a remote service',
      default: 30_000,
      min: 100,
      max: 600_000,
      unit: 'ms',
    }),
  ),
  otelEndpoint: setting('FINK_OTEL_ENDPOINT', TRACE_PARAMS.otelEndpoint, {
    commonVariable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  }),
  otelSampleRatio: setting('FINK_OTEL_SAMPLE_RATIO', TRACE_PARAMS.otelSampleRatio),
} satisfies Readonly<Record<string, Setting<unknown>>>

/** The settings in force. Frozen. */
export type Config = {
  readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never
}

/** Everything that is wrong with a configuration, said at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(['Cannot use the configuration:', ...problems].join('\n  '))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Where settings come from; later ones win: file, environment, overrides. */
export interface ConfigSources {
  /** Path of a YAML file; the variable `FINK_CONFIG` when absent. */
  readonly path?: string | undefined
  /** Usually `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Values by setting name, from command line options; undefined is "not given". */
  readonly overrides?: Readonly<Record<string, unknown>>
}

/**
 * Reads and checks the configuration.
 *
 * @throws ConfigError with all problems
 */
export function readConfig({ path, env = {}, overrides = {} }: ConfigSources = {}): Config {
  const problems: string[] = []
  const file = readSettingsFile(path ?? env.FINK_CONFIG, problems)
  checkNames(file, overrides, problems)
  checkVariables(env, problems)
  const values: Record<string, unknown> = {}
  for (const [name, { variable, commonVariable = variable, value }] of entries()) {
    const sources = [
      { given: overrides[name], origin: `option "${name}"` },
      { given: env[variable], origin: `variable ${variable}` },
      { given: env[commonVariable], origin: `variable ${commonVariable}` },
      { given: file.get(name), origin: `setting "${name}"` },
    ]
    const source = sources.find(({ given }) => given !== undefined && given !== null)
    values[name] = source === undefined ? value.fallback : readSetting(value, source, problems)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(values as Config)
}

function entries(): [string, Setting<unknown>][] {
  return Object.entries(SETTINGS)
}

/** Loaded only when needed: without a file a server is ready sooner. */
function yaml(): typeof import('yaml') {
  return createRequire(import.meta.url)('yaml')
}

function readSettingsFile(path: string | undefined, problems: string[]): Map<string, unknown> {
  if (path === undefined) return new Map()
  try {
    const content: unknown = yaml().parse(readFileSync(path, 'utf8'))
    if (content === null || content === undefined) return new Map()
    if (typeof content === 'object' && !Array.isArray(content)) {
      return new Map(Object.entries(content))
    }
    problems.push(`file "${path}": expected lines like "port: 24000"`)
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    problems.push(`file "${path}": ${reason}`)
  }
  return new Map()
}

function checkNames(
  file: ReadonlyMap<string, unknown>,
  overrides: Readonly<Record<string, unknown>>,
  problems: string[],
): void {
  const known = Object.keys(SETTINGS)
  for (const name of [...file.keys(), ...Object.keys(overrides)]) {
    if (known.includes(name)) continue
    problems.push(`unknown setting ${quoteValue(name)}${suggestionText(name, known)}`)
  }
}

/** Other programs may use the prefix; only names that look misspelt are worth a complaint. */
function checkVariables(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): void {
  const known = ['FINK_CONFIG', ...entries().map(([, { variable }]) => variable)]
  for (const name of Object.keys(env)) {
    if (!name.startsWith('FINK_') || known.includes(name)) continue
    const suffix = name.slice('FINK_'.length)
    const meant = suggestName(
      suffix,
      known.map(variable => variable.slice('FINK_'.length)),
    )
    if (meant !== undefined) {
      problems.push(`unknown variable ${quoteValue(name)}; did you mean "FINK_${meant}"`)
    }
  }
}

function readSetting(
  value: Param<unknown>,
  { given, origin }: { readonly given: unknown; readonly origin: string },
  problems: string[],
): unknown {
  try {
    return value.parse(given)
  } catch (error) {
    problems.push(`${origin}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/**
 * The effective values as a configuration file with comments: unit, meaning, environment
 * variable. Secrets, and credentials inside addresses, are masked.
 */
export function describeConfig(config: Config): string {
  const values: Readonly<Record<string, unknown>> = config
  const blocks = entries().map(([name, { variable, value, isSecret }]) => {
    const unit = value.unit === undefined ? '' : ` (${value.unit})`
    const comment = `# ${value.description}${unit}; ${variable}\n`
    const shown = values[name]
    if (shown === undefined) return `${comment}# ${name}:\n`
    return comment + yaml().stringify({ [name]: isSecret ? '***' : maskCredentials(shown) })
  })
  return blocks.join('\n')
}

function maskCredentials(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\/\/[^/@\s]+@/g, '//***@') : value
}
