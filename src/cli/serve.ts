/** `fink serve`: the HTTP service on a data folder. */
import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import { buildApp } from '../app.js'
import { type Config, readConfig } from '../config.js'
import { openStore } from '../store/open.js'
import { derivationOf } from '../surveys/surveys.js'
import { storeFolder } from './data-folder.js'
import { readVersion } from './version.js'

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
  program
    .command('serve')
    .description('Serve the tables of a data folder over HTTP')
    .option('--data <folder>', 'data folder')
    .option('--port <n>', 'TCP port, 0 for a free one')
    .option('--host <address>', 'address to listen on')
    .option('--config <file>', 'configuration file (YAML)')
    .addHelpText(
      'after',
      '\nExamples:\n  bin/fink serve --data data\n  bin/fink serve --data data --port 0 --config fink.yml',
    )
    .action(async (options: ServeOptions) => {
      const service = await startService(configOf(options))
      process.stdout.write(`listening on ${service.url}\n`)
      await untilStopped()
      await service.close()
    })
}

interface ServeOptions {
  readonly data?: string
  readonly port?: string
  readonly host?: string
  readonly config?: string
}

/** Configuration of a command with the usual options. */
export function configOf({ data, port, host, config }: ServeOptions): Config {
  const overrides = { dataDir: data, port, host }
  return readConfig({ path: config, env: process.env, overrides })
}

/** Opens the store and listens. */
export async function startService(config: Config): Promise<RunningService> {
  const store = await openStore(storeFolder(config.dataDir), { derivationOf })
  const { app } = buildApp({ ...config, store, version: readVersion() })
  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    await store.close()
    throw error
  }
  const { address, port, family } = app.server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: async () => {
      await closeWithin(app.close(), STOP_TIMEOUT_MS)
      await store.close()
    },
  }
}

async function closeWithin(closed: PromiseLike<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([closed, late])
  clearTimeout(timer)
}

/** Resolves at the first SIGTERM or SIGINT. */
export function untilStopped(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
