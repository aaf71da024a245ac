/** `fink ingest`: alert files into the tables. */
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { type IngestSummary, ingest } from '../ingest/ingest.js'
import type { SurveyIngest } from '../ingest/survey-ingest.js'
import { ztfIngest } from '../surveys/ztf/alert-ingest.js'
import { withStore } from './data-folder.js'
import { openProgress } from './progress.js'
import { UsageError } from './usage-error.js'

interface IngestOptions {
  readonly data: string
  readonly survey: string
  readonly pathPrefix?: string
}

const INGESTS: readonly SurveyIngest[] = [ztfIngest]

/** Files that are taken from folders. */
const ALERT_FILE = /\.(parquet|avro)$/

/** Adds the command to the program. */
export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('Read alert files (Parquet of the broker, Avro) into all tables')
    .requiredOption('--data <folder>', 'data folder of the store; made when missing')
    .option('--survey <name>', 'survey the alerts are from', 'ztf')
    .option(
      '--path-prefix <text>',
      'what stamps are found under, in place of the folder given or the absolute path',
    )
    .argument('<files...>', 'files, or folders whose .parquet and .avro files to read')
    .addHelpText('after', examples)
    .action(async (paths: string[], options: IngestOptions) => {
      const { survey, pathPrefix } = options
      const summary = await ingestFiles(options.data, paths, { survey, pathPrefix })
      if (summary.refused.length > 0) throw new Error(`${summary.refused.length} file(s) refused`)
    })
}

const examples = `
Running it again changes nothing; interrupted, it goes on where it was.

Examples:
  bin/fink ingest --data data nights/
  bin/fink ingest --data data night.parquet packets/*.avro`

/** Ingests files and folders and prints a summary. */
export async function ingestFiles(
  dataFolder: string,
  paths: readonly string[],
  options: {
    readonly survey?: string
    readonly pathPrefix?: string | undefined
    readonly isQuiet?: boolean
  } = {},
): Promise<IngestSummary> {
  const survey = surveyIngest(options.survey ?? 'ztf')
  const files = paths.flatMap(listFiles)
  if (files.length === 0) throw new UsageError(`No alert files in ${paths.join(', ')}`)
  const total = files.reduce((bytes, file) => bytes + statSync(file).size, 0)
  const progress = openProgress('MB', Math.ceil(total / 1e6))
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const doneBytes = progressCounter(files)
  try {
    const summary = await withStore(dataFolder, store =>
      ingest({
        store,
        survey,
        files,
        signal: abort.signal,
        ...(options.pathPrefix !== undefined && {
          storedPath: path => `${options.pathPrefix}${storedName(path, paths)}`,
        }),
        onProgress: ({ path, fileAlerts, fileDone }) => {
          progress.update(Math.round(doneBytes(path, fileDone / Math.max(1, fileAlerts)) / 1e6))
        },
      }),
    )
    progress.stop()
    process.stdout.write(summaryText(summary, options.isQuiet ?? false))
    return summary
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

function surveyIngest(name: string): SurveyIngest {
  const found = INGESTS.find(candidate => candidate.name === name)
  if (found !== undefined) return found
  const known = INGESTS.map(candidate => candidate.name).join(', ')
  throw new UsageError(`Cannot ingest survey "${name}": expected one of ${known}`)
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
  if (summary.isInterrupted) lines.push('Interrupted: run the same command to go on')
  return `${lines.join('\n')}\n`
}
