/** `fink start`: from nothing to a service with data, for newcomers. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { textReader } from '../../rows/cell-reader.js'
import { ALL_KEYS } from '../../store/store.js'
import { SURVEYS } from '../../surveys/surveys.js'
import { lakeFolder, storeFolder, withStore } from '../data-folder.js'
import { openProgress } from '../progress.js'
import { ingestFiles } from './ingest.js'
import { configOf, startService, untilStopped } from './serve.js'

interface StartOptions {
  readonly data: string
  readonly port?: string
  readonly host?: string
  readonly config?: string
}

/** The demo sky: some 2,000 alerts of two weeks. */
const DEMO = { objects: 400, nights: 15, seed: 1 }

/** Adds the command to the program. */
export function addStart(program: Command): void {
  program
    .command('start')
    .description('Serve a made-up demo sky, or the given alert files')
    .option('--data <folder>', 'folder for the data', 'data')
    .option('--port <n>', 'TCP port, 0 for a free one')
    .option('--host <address>', 'address to listen on')
    .option('--config <file>', 'configuration file (YAML)')
    .argument('[files...]', 'alert files or folders to serve instead of the demo')
    .addHelpText(
      'after',
      '\nExamples:\n  bin/start\n  bin/start --port 8080\n  bin/start night.parquet packets/*.avro',
    )
    .action(start)
}

async function start(files: string[], options: StartOptions): Promise<void> {
  const folder = files.length === 0 ? join(options.data, 'demo') : folderOf(options.data, files)
  const example = files.length === 0 ? await prepareDemo(folder) : await prepareFiles(folder, files)
  const lake = files.length === 0 ? nightsFolder(folder) : lakeFolder(folder)
  const service = await startService(configOf({ ...options, data: folder, lake }))
  const stopped = untilStopped()
  process.stdout.write(greeting(service.url, example))
  await stopped
  await service.close()
}

/** A folder of its own for each set of files, so that starting again finds them ingested. */
function folderOf(data: string, files: readonly string[]): string {
  const names = files.map(file => resolve(file)).sort()
  const digest = createHash('sha256').update(names.join('\n')).digest('hex')
  return join(data, `files-${digest.slice(0, 12)}`)
}

/** The files of the demo, which is also the lake that its stamps are read from. */
function nightsFolder(folder: string): string {
  return join(folder, 'nights')
}

async function prepareDemo(folder: string): Promise<string> {
  const done = join(folder, 'complete')
  const nights = nightsFolder(folder)
  if (!existsSync(done)) {
    process.stderr.write('Making a demo sky (first run only)\n')
    mkdirSync(folder, { recursive: true })
    const { writeNights } = await import('../../simulate/night-file.js')
    const progress = await openProgress('nights', DEMO.nights)
    let night = 0
    for (const _ of writeNights(nights, DEMO)) progress.update(++night)
    progress.stop()
    await ingestFiles(folder, [nights], { lake: nights, isQuiet: true })
    writeFileSync(done, '')
  }
  return exampleId(folder)
}

async function prepareFiles(folder: string, files: readonly string[]): Promise<string> {
  await ingestFiles(folder, files, { lake: lakeFolder(folder), isQuiet: true })
  return exampleId(folder)
}

/** Rows looked at to find an object worth showing. */
const EXAMPLE_ROWS = 3000

/** Id of an object with a long light curve. */
async function exampleId(folder: string): Promise<string> {
  const [survey] = SURVEYS
  if (survey === undefined || !existsSync(storeFolder(folder))) return ''
  const { table, idExample } = survey.lightCurve
  const objectOf = textReader(survey.columns.object)
  const counts = new Map<string, number>()
  await withStore(folder, async store => {
    const columns = [survey.columns.object]
    for await (const batch of store.scan({
      table,
      ranges: [ALL_KEYS],
      columns,
      limit: EXAMPLE_ROWS,
    })) {
      for (const row of batch) {
        const id = objectOf(row) ?? idExample
        counts.set(id, (counts.get(id) ?? 0) + 1)
      }
    }
  })
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return best?.[0] ?? idExample
}

function greeting(url: string, id: string): string {
  return `
Serving on        ${url}
Documentation at  ${url}/

Try:
  curl "${url}/api/v1/objects?objectId=${id}&columns=i:jd,i:magpsf,i:fid"
  curl "${url}/api/v1/objects?objectId=${id}&output-format=csv"
  curl -o stamp.png "${url}/api/v1/cutouts?objectId=${id}&kind=Science"
  curl "${url}/api/v1/schema"

Stop with Ctrl-C.
`
}
