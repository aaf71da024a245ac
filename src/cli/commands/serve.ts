/** `fink serve`: the HTTP service on a data folder. */
import cluster from 'node:cluster'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { PeerSnapshot, Peers } from '../../api/status/peers.js'
import { type Config, readConfig } from '../../config.js'
import { openTracing } from '../../tracing/open.js'
import { addStoreOptions, openStoreAt, storeAddress } from '../data-folder.js'
import { readVersion } from '../version.js'
import { serveMember, servePool } from '../workers/serve-workers.js'

/** A service that listens. */
export interface RunningService {
  /** Address without a slash at the end. */
  readonly url: string
  /** Lets requests under way finish, then frees everything. */
  close(): Promise<void>
}

/** Longest time that requests under way get when the service is stopped. */
const STOP_TIMEOUT_MS = 10_000

/** Adds the command to the program. */
export function addServe(program: Command): void {
  addStoreOptions(program.command('serve'), 'data folder')
    .description('Serve the tables of a data folder or another store over HTTP')
    .option('--port <n>', 'TCP port, 0 for a free one')
    .option('--host <address>', 'address to listen on')
    .option('--lake <address>', 'data lake with the stamps (default: <data>/lake)')
    .option('--workers <n>', 'processes that can be reloaded, or auto for one per core')
    .option('--config <file>', 'configuration file (YAML)')
    .addHelpText(
      'after',
      '\nExamples:\n  bin/fink serve --data data\n  bin/fink serve --data data --port 0 --config fink.yml' +
        '\n  bin/fink serve --store "hbase://zk1,zk2:2181/hbase?user=fink" --lake webhdfs://host:9870/',
    )
    .action(async (options: ServeOptions) => {
      const config = configOf(options)
      if (cluster.isWorker) return serveMember(config)
      if (config.workers > 0) return servePool(config)
      const service = await startService(config)
      // Listened for before the address is told: whoever reads it may stop the service at once.
      const stopped = untilStopped()
      refuseReload(service)
      process.stdout.write(`listening on ${service.url}\n`)
      await stopped
      await service.close()
    })
}

/** Asking for a reload does no harm; the end of a terminal still ends what was started in it. */
function refuseReload({ log }: ApiService): void {
  if (process.stdout.isTTY) return
  process.on('SIGHUP', () => {
    log.warn('nothing was reloaded: that needs workers, see the setting "workers"')
  })
}

interface ServeOptions {
  readonly data?: string | undefined
  readonly store?: string | undefined
  readonly port?: string
  readonly host?: string
  readonly lake?: string | undefined
  readonly workers?: string | undefined
  readonly config?: string
}

/** Configuration of a command with the usual options. */
export function configOf(options: ServeOptions): Config {
  const { data, store, port, host, lake, workers, config } = options
  // A data folder named here stands for its store too, whatever the settings say of stores.
  const overrides = { dataDir: data, store: store ?? data, port, host, lake, workers }
  return readConfig({ path: config, env: process.env, overrides })
}

/** The service with what the other processes of it need. */
export interface ApiService extends RunningService {
  readonly server: Server
  readonly log: FastifyBaseLogger
  /** What this process knows about its answers. */
  snapshot(): Promise<PeerSnapshot>
}

/** Opens the store and listens. */
export async function startService(
  config: Config,
  options: { readonly peers?: Peers } = {},
): Promise<ApiService> {
  // Loaded here and not above: the other commands need no web server and start sooner without.
  const { buildApp } = await import('../../app.js')
  if (config.lake !== undefined) await checkLake(config.lake)
  const store = await openStoreAt(storeAddress({ data: config.dataDir, store: config.store }))
  const version = readVersion()
  const tracing = await openTracing(config, {
    version,
    onLoss: (err, spans) => app.log.warn({ err, spans }, 'traces cannot be sent'),
  })
  const { app, snapshot } = buildApp({ ...config, ...options, store, tracing, version })
  try {
    const service = await listenOn(app, config)
    return {
      url: service.url,
      server: app.server,
      log: app.log,
      snapshot,
      close: async () => {
        await service.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** A lake that is named must be there, as far as that can be told without asking servers. */
async function checkLake(address: string): Promise<void> {
  const { openDatalake } = await import('../../datalake/open.js')
  const lake = await openDatalake(address, { env: process.env })
  await lake.close()
}

/**
 * Connections that wait to be accepted. The system lets those beyond knock again after 1, 3 and 7
 * seconds, where a refusal would take a few milliseconds; it may have a lower limit of its own.
 */
const MAX_BACKLOG = 4096

/** Lets a server listen; when it cannot, the server is closed. */
export async function listenOn(
  app: FastifyInstance,
  { host, port }: Pick<Config, 'host' | 'port'>,
): Promise<RunningService> {
  try {
    await app.listen({ host, port, backlog: MAX_BACKLOG })
  } catch (error) {
    await app.close()
    throw error
  }
  return {
    url: toUrl(app.server.address() as AddressInfo),
    close: () => closeWithin(app, STOP_TIMEOUT_MS),
  }
}

/** The address of a server, as clients write it. */
export function toUrl({ address, port }: Pick<AddressInfo, 'address' | 'port'>): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}

/** Requests still under way when the time is over lose their connection, which ends their work. */
async function closeWithin(app: FastifyInstance, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), timeoutMs)
  await app.close()
  clearTimeout(timer)
}

/** Resolves at the first SIGTERM or SIGINT. */
export function untilStopped(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
