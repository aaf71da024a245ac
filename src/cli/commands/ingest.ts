/** `fink ingest`: alert files into the tables, or published Solar System tables into their folder. */
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { readConfig, SETTINGS } from '../../config.js'
import type { IngestSummary } from '../../ingest/ingest.js'
import type { SurveyIngest } from '../../ingest/survey-ingest.js'
import type { StampFileLayout } from '../../surveys/stamps.js'
import { ZTF_STAMP_LAYOUT } from '../../surveys/ztf/stamps.js'
import { addStoreOptions, lakeFolder, type StorePlace, withStore } from '../data-folder.js'
import type { LakeIntake } from '../lake-intake.js'
import { openProgress } from '../progress.js'
import { PUBLISHED_TABLES, type PublishedTable } from '../published-table.js'
import { UsageError } from '../usage-error.js'

interface IngestOptions extends StorePlace {
  readonly survey: string
  readonly lake?: string
  readonly pathPrefix?: string
  readonly table?: PublishedTable
  readonly flavor?: string
  readonly tableVersion?: string
}

/** A survey whose alerts can be ingested. */
interface AlertSource {
  readonly layout: StampFileLayout
  openIngest(hintOf: LakeIntake['hintOf']): Promise<SurveyIngest>
}

const SOURCES: ReadonlyMap<string, AlertSource> = new Map([
  [
    'ztf',
    {
      layout: ZTF_STAMP_LAYOUT,
      openIngest: async hintOf => {
        const { ztfIngestWith } = await import('../../surveys/ztf/alert-ingest.js')
        return ztfIngestWith(hintOf)
      },
    },
  ],
])

/** Files that are taken from folders. */
const ALERT_FILE = /\.(parquet|avro)$/

/** Adds the command to the program. */
export function addIngest(program: Command): void {
  addStoreOptions(program.command('ingest'), 'data folder of the store; made when missing')
    .description('Read alert files (Parquet of the broker, Avro) into all tables')
    .option('--survey <name>', 'survey the alerts are from', 'ztf')
    .option(
      '--lake <address>',
      'data lake that files with stamps are put into unless they are in it (default: <data>/lake)',
    )
    .option(
      '--path-prefix <text>',
      'the files are in a lake already, under this path in place of the folder given',
    )
    .addOption(
      new Option(
        '--table <name>',
        'the files are published tables of Solar System objects, for the route of that name',
      ).choices(PUBLISHED_TABLES),
    )
    .option('--flavor <model>', 'with --table ssoft: the model (default: told from the columns)')
    .option(
      '--table-version <YYYY.MM>',
      'with --table: the version (default: told from the table, or the name of the file)',
    )
    .argument('<files...>', 'files, or folders whose .parquet and .avro files to read')
    .addHelpText('after', examples)
    .action(async (paths: string[], options: IngestOptions) => {
      if (await ingestsTables(paths, options)) return
      const summary = await ingestFiles(options, paths, options)
      if (summary.refused.length > 0) throw new Error(`${summary.refused.length} file(s) refused`)
    })
}

const examples = `
Running it again changes nothing; interrupted, it goes on where it was.

Examples:
  bin/fink ingest --data data nights/
  bin/fink ingest --data data night.parquet packets/*.avro
  bin/fink ingest --data data --lake nights nights/
  bin/fink ingest --store hbase://zk1,zk2:2181/hbase --lake webhdfs://host:9870/ nights/
  bin/fink ingest --data data --table ssoft ssoft_SHG1G2_2024.09.parquet
  bin/fink ingest --data data --table ssobulk --table-version 2024.09 curves.parquet`

/** Loads published tables when that is asked for. */
async function ingestsTables(paths: readonly string[], options: IngestOptions): Promise<boolean> {
  const { table, flavor, tableVersion: version, data, store, survey } = options
  if (table === undefined) {
    const lost = flavor === undefined ? version && '--table-version' : '--flavor'
    if (lost === undefined) return false
    throw new UsageError(`${lost} is for published tables: name one with --table`)
  }
  if (store !== undefined) {
    throw new UsageError('Published tables are files of a data folder: name it with --data')
  }
  if (flavor !== undefined && table !== 'ssoft') {
    throw new UsageError(`--flavor is for --table ssoft, got --table ${table}`)
  }
  const { ingestTables } = await import('../published-tables.js')
  const folder = data ?? readConfig({ env: process.env }).dataDir
  await ingestTables(paths.flatMap(listFiles), {
    folder,
    table,
    survey,
    claims: { flavor, version },
  })
  return true
}

/**
 * Ingests files and folders and prints a summary.
 *
 * @throws Error when a signal ended the work before the last file
 */
export async function ingestFiles(
  place: string | StorePlace,
  paths: readonly string[],
  options: {
    readonly survey?: string
    readonly lake?: string | undefined
    readonly pathPrefix?: string | undefined
    readonly isQuiet?: boolean
  } = {},
): Promise<IngestSummary> {
  const source = alertSource(options.survey ?? 'ztf')
  const files = paths.flatMap(listFiles)
  if (files.length === 0) throw new UsageError(`No alert files in ${paths.join(', ')}`)
  const total = files.reduce((bytes, file) => bytes + statSync(file).size, 0)
  // Loaded here and not above: the other commands start sooner without.
  const { ingest } = await import('../../ingest/ingest.js')
  const progress = await openProgress('MB', toMegabytes(total))
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const doneBytes = progressCounter(files)
  const dataFolder = typeof place === 'string' ? place : place.data
  const intake = await openIntake(dataFolder, paths, { ...options, source })
  try {
    const survey = await source.openIngest(intake.hintOf)
    const summary = await withStore(place, store =>
      ingest({
        store,
        survey,
        files,
        open: intake.open,
        storedPath: intake.storedPath,
        signal: abort.signal,
        onProgress: ({ path, fileAlerts, fileDone }) => {
          progress.update(toMegabytes(doneBytes(path, fileDone / Math.max(1, fileAlerts))))
        },
      }),
    )
    progress.stop()
    process.stdout.write(summaryText(summary, options.isQuiet ?? false))
    if (summary.isInterrupted) throw new Error('Interrupted: run the same command to go on')
    return summary
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await intake.close()
  }
}

function alertSource(name: string): AlertSource {
  const found = SOURCES.get(name)
  if (found !== undefined) return found
  const known = [...SOURCES.keys()].join(', ')
  throw new UsageError(`Cannot ingest survey "${name}": expected one of ${known}`)
}

async function openIntake(
  dataFolder: string | undefined,
  given: readonly string[],
  options: {
    readonly source: AlertSource
    readonly lake?: string | undefined
    readonly pathPrefix?: string | undefined
  },
): Promise<LakeIntake> {
  const { source, lake, pathPrefix } = options
  if (lake !== undefined && pathPrefix !== undefined) {
    throw new UsageError(
      'Give --lake to put files into a lake, or --path-prefix when they are in one',
    )
  }
  // Loaded here and not above: the other commands need no lake and start sooner without.
  const { namingIntake, openLakeIntake } = await import('../lake-intake.js')
  if (pathPrefix !== undefined) {
    return namingIntake(path => `${pathPrefix}${storedName(path, given)}`, source.layout)
  }
  const named = lake ?? process.env[SETTINGS.lake.variable]
  const address = named ?? lakeFolder(dataFolder ?? readConfig({ env: process.env }).dataDir)
  return openLakeIntake(address, source.layout)
}

/** The file itself, or the alert files below a folder in the order of their names. */
function listFiles(path: string): string[] {
  const info = statSync(path, { throwIfNoEntry: false })
  if (info === undefined) throw new UsageError(`No such file or folder: "${path}"`)
  if (!info.isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(name => ALERT_FILE.test(name))
    .sort()
    .map(name => join(path, name))
}

/** Path behind the argument it was found through. */
function storedName(file: string, given: readonly string[]): string {
  const full = resolve(file)
  const folder = given.map(path => resolve(path)).find(path => full.startsWith(`${path}/`))
  return folder === undefined ? full : full.slice(folder.length)
}

/** Megabytes with one decimal, rounded up. */
function toMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1e5) / 10
}

/** Bytes of all files up to a share of the given one. */
function progressCounter(files: readonly string[]): (path: string, share: number) => number {
  const before = new Map<string, number>()
  const sizes = new Map<string, number>()
  let sum = 0
  for (const file of files) {
    const { size } = statSync(file)
    before.set(file, sum)
    sizes.set(file, size)
    sum += size
  }
  return (path, share) => (before.get(path) ?? 0) + share * (sizes.get(path) ?? 0)
}

function summaryText(summary: IngestSummary, isQuiet: boolean): string {
  const { alerts, rejected, seconds, alertsPerSecond } = summary
  const lines = [
    `${alerts} alerts in ${seconds.toFixed(1)} s (${Math.round(alertsPerSecond)} alerts/s), ` +
      `${rejected} put aside`,
  ]
  if (!isQuiet) {
    for (const [table, { added, changed }] of summary.rows) {
      if (added + changed > 0) lines.push(`  ${table}: ${added} rows added, ${changed} changed`)
    }
  }
  const { alreadyIn, refused, rejections } = summary
  if (alreadyIn.length > 0) lines.push(`  ${alreadyIn.length} file(s) were in already`)
  for (const { path, reason } of refused) lines.push(`refused "${path}": ${reason}`)
  for (const rejection of rejections) lines.push(`put aside: ${JSON.stringify(rejection)}`)
  return `${lines.join('\n')}\n`
}
