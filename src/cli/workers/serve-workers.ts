/** `fink serve` with several processes: the one that starts the workers, and the workers. */
import cluster from 'node:cluster'
import { openLog } from '../../api/logging.js'
import type { Config } from '../../config.js'
import { startService, toUrl, untilStopped } from '../commands/serve.js'
import { drainConnections, joinPool, leaveLegacy } from './member.js'
import { openWorkerPool, PORT_VARIABLE, type PoolListener } from './pool.js'

/** Starts the workers and looks after them until this process is told to stop. */
export async function servePool(config: Config): Promise<void> {
  const log = openLog(config.logLevel)
  const stopped = untilStopped()
  const { host, port, workers: count, requestTimeoutMs: maxRequestMs } = config
  const onEvent: PoolListener = (event, worker) => {
    log[event === 'worker listens' ? 'info' : 'warn']({ worker }, event)
  }
  const opening = openWorkerPool({ host, port, count, maxRequestMs, onEvent })
  process.on('SIGHUP', () => {
    opening
      .then(pool => pool.reload())
      .then(
        () => log.info('all workers were replaced'),
        err => log.error({ err }, 'the reload was given up'),
      )
  })
  const pool = await opening
  process.stdout.write(`listening on ${toUrl(pool.address)}\n`)
  await stopped
  await pool.close()
}

/** Serves as one of the workers until it is replaced or told to stop. */
export async function serveMember(config: Config): Promise<void> {
  const port = Number(process.env[PORT_VARIABLE] ?? config.port)
  const stopped = untilStopped()
  const { peers, drained } = joinPool(async () => (await starting).snapshot())
  const starting = startService({ ...config, port }, { peers })
  try {
    const service = await starting
    const isDrained = await Promise.race([drained.then(() => true), stopped.then(() => false)])
    if (isDrained) await drainConnections(service.server, config.requestTimeoutMs)
    await service.close()
    if (isDrained) await leaveLegacy(await service.snapshot())
  } finally {
    cluster.worker?.disconnect()
  }
}
