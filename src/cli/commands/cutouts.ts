/** `fink cutouts`: the cutout service, for portals that ask for stamps by file and alert. */
import type { Command } from 'commander'
import { openTracing } from '../../tracing/open.js'
import { UsageError } from '../usage-error.js'
import { readVersion } from '../version.js'
import { configOf, listenOn, type RunningService, untilStopped } from './serve.js'

interface CutoutsOptions {
  readonly lake?: string
  readonly survey: string
  readonly root?: string
  readonly home?: string
  readonly port: string
  readonly host?: string
  readonly config?: string
}

/** Beside the object API on the same machine. */
const DEFAULT_PORT = '24001'

/** Adds the command to the program. */
export function addCutouts(program: Command): void {
  program
    .command('cutouts')
    .description('Serve image stamps of alerts in files that clients name, without any table')
    .option('--lake <address>', 'data lake with the files')
    .option('--survey <name>', 'survey the alerts are from: ztf or lsst', 'ztf')
    .option('--root <path>', 'absolute path, as clients name files, that the lake begins at')
    .option('--home <path>', 'absolute path that relative paths are below')
    .option('--port <n>', 'TCP port, 0 for a free one', DEFAULT_PORT)
    .option('--host <address>', 'address to listen on')
    .option('--config <file>', 'configuration file (YAML)')
    .addHelpText('after', examples)
    .action(async (options: CutoutsOptions) => {
      const service = await startCutouts(options)
      const stopped = untilStopped()
      process.stdout.write(`listening on ${service.url}\n`)
      await stopped
      await service.close()
    })
}

const examples = `
By default root is the folder of a webhdfs:// address, or /, and home is /user/<user> of that
address, or the root.

Examples:
  bin/fink cutouts --lake "webhdfs://namenode:9870/?user=fink"
  bin/fink cutouts --lake /mirror/of/hdfs --home /user/fink --survey lsst`

async function startCutouts(options: CutoutsOptions): Promise<RunningService> {
  const config = configOf(options)
  if (config.lake === undefined) throw new UsageError('Name the data lake with --lake')
  // Loaded here and not above: the other commands start sooner without.
  const [{ buildCutoutServer }, { openDatalake, parseLakeAddress }] = await Promise.all([
    import('../cutout-server.js'),
    import('../../datalake/open.js'),
  ])
  const address = parseLakeAddress(config.lake)
  const user = address.kind === 'webhdfs' ? address.user : undefined
  const root = options.root ?? config.lakeRoot ?? (address.kind === 'webhdfs' ? address.root : '/')
  const home = options.home ?? (user === undefined ? root : `/user/${user}`)
  for (const path of [root, home]) {
    if (!path.startsWith('/')) throw new UsageError(`Expected an absolute path, got "${path}"`)
  }
  const lake = await openDatalake(config.lake, { env: process.env })
  const version = readVersion()
  const { survey } = options
  const tracing = await openTracing(config, {
    version,
    onLoss: (err, spans) => app.log.warn({ err, spans }, 'traces cannot be sent'),
  })
  const { app } = buildCutoutServer({ ...config, lake, survey, root, home, version, tracing })
  return listenOn(app, config)
}
