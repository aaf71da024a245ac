/**
 * The process that starts the workers of a service, all of which listen on the same address. It
 * replaces those that end, and all of them one by one when it is told to reload. It answers no
 * requests itself.
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { isMessage, type WorkerOrder, type WorkerReport } from './messages.js'
import { WorkerRecords } from './worker-records.js'

/** Variable that tells a worker the port, which may have been free to choose. */
export const PORT_VARIABLE = 'SERVE_PORT'

/** A worker that ends sooner than this after its start is replaced after a pause. */
const SHORT_LIFE_MS = 5_000
const FIRST_PAUSE_MS = 500
const MAX_PAUSE_MS = 30_000
/** Time that workers have to end before they are killed. */
const STOP_TIMEOUT_MS = 20_000
/** Time that a new worker has to listen, or the reload is given up. */
const START_TIMEOUT_MS = 60_000
/** Time that workers have to tell what they know. */
const TELL_TIMEOUT_MS = 1_000

/** Workers that listen. */
export interface WorkerPool {
  readonly address: AddressInfo
  /** Replaces every worker by a new one that reads the configuration anew; one at a time. */
  reload(): Promise<void>
  /** Lets requests under way finish, then ends. */
  close(): Promise<void>
}

/** What is to be known about the life of workers. */
export type PoolListener = (event: PoolEvent, pid: number | undefined) => void

/** What happens to workers. */
export type PoolEvent =
  | 'worker listens'
  | 'worker cannot be reached'
  | 'worker ended, another takes its place'
  | 'worker did not listen, another one is tried'

/** How many workers there are and how long they may take to end. */
export interface PoolOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly count: number
  /** Time that a worker which is replaced gets for what it is still answering. */
  readonly maxRequestMs: number
  readonly onEvent: PoolListener
}

/**
 * Starts the workers, which run the same command line as this process.
 *
 * @throws Error when the first worker ends before it listens; it has said why
 */
export async function openWorkerPool(options: PoolOptions): Promise<WorkerPool> {
  const { host, count } = options
  const port = options.port === 0 ? await freePort(host) : options.port
  // Workers take connections from one queue of the system. Handed out by this process, those on
  // their way to a worker that dies would be left without an answer.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  const pool = new Pool({ ...options, port })
  try {
    const address = await pool.start()
    await Promise.all(Array.from({ length: count - 1 }, () => pool.start()))
    pool.watch()
    return { address, reload: () => pool.reload(), close: () => pool.close() }
  } catch (error) {
    await pool.close()
    throw error
  }
}

class Pool {
  readonly #port: number
  readonly #maxRequestMs: number
  readonly #onEvent: PoolListener
  /** Workers that listen, with the times when they began to. */
  readonly #members = new Map<Worker, number>()
  /** All that have not ended, also those that start or drain. */
  readonly #alive = new Set<Worker>()
  /** All that have listened and have not said their last word. */
  readonly #counting = new Set<Worker>()
  readonly #records = new WorkerRecords<Worker>()
  readonly #questions = new Map<number, () => void>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #isWatching = false
  #isClosing = false
  #shortLives = 0
  #lastQuestion = 0
  #reloading: Promise<void> | undefined

  constructor({ port, maxRequestMs, onEvent }: PoolOptions) {
    this.#port = port
    this.#maxRequestMs = maxRequestMs
    this.#onEvent = onEvent
  }

  /** Resolves when the new worker listens. */
  async start(): Promise<AddressInfo> {
    const worker = cluster.fork({ [PORT_VARIABLE]: String(this.#port) })
    this.#alive.add(worker)
    worker.on('message', (message: unknown) => {
      if (isMessage<WorkerReport>(message)) this.#hear(worker, message)
    })
    worker.on('error', () => this.#onEvent('worker cannot be reached', worker.process.pid))
    worker.once('exit', () => this.#ended(worker))
    // What it said comes before this, but may come after its end.
    worker.once('disconnect', () => {
      this.#counting.delete(worker)
      this.#records.end(worker)
    })
    const address = await untilListening(worker)
    this.#counting.add(worker)
    this.#members.set(worker, performance.now())
    this.#onEvent('worker listens', worker.process.pid)
    return address
  }

  /** From now on workers that end are replaced. */
  watch(): void {
    this.#isWatching = true
  }

  reload(): Promise<void> {
    this.#reloading ??= this.#replaceAll().finally(() => {
      this.#reloading = undefined
    })
    return this.#reloading
  }

  async close(): Promise<void> {
    this.#isClosing = true
    for (const timer of this.#timers) clearTimeout(timer)
    const ends = [...this.#alive].map(worker => once(worker, 'exit'))
    for (const { process: child } of this.#alive) child.kill('SIGTERM')
    const timer = setTimeout(() => {
      for (const { process: child } of this.#alive) child.kill('SIGKILL')
    }, STOP_TIMEOUT_MS)
    await Promise.all(ends)
    clearTimeout(timer)
  }

  async #replaceAll(): Promise<void> {
    for (const worker of [...this.#members.keys()]) {
      if (this.#isClosing) return
      await this.start()
      this.#retire(worker)
    }
  }

  /** The worker ends when its connections have; it is no member any more. */
  #retire(worker: Worker): void {
    if (!this.#members.delete(worker)) return
    this.#send(worker, { kind: 'drain' })
    this.#later(this.#maxRequestMs + STOP_TIMEOUT_MS, () => {
      if (this.#alive.has(worker)) worker.process.kill('SIGKILL')
    })
  }

  #ended(worker: Worker): void {
    const startMs = this.#members.get(worker)
    this.#alive.delete(worker)
    this.#members.delete(worker)
    if (startMs === undefined || this.#isClosing || !this.#isWatching) return
    this.#records.countFailure()
    this.#onEvent('worker ended, another takes its place', worker.process.pid)
    this.#replaceLater(performance.now() - startMs < SHORT_LIFE_MS)
  }

  #replaceLater(wasShort: boolean): void {
    this.#shortLives = wasShort ? this.#shortLives + 1 : 0
    this.#later(pauseMs(this.#shortLives), () => {
      this.start().catch(() => {
        this.#onEvent('worker did not listen, another one is tried', undefined)
        this.#replaceLater(true)
      })
    })
  }

  #later(afterMs: number, call: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#isClosing) call()
    }, afterMs)
    this.#timers.add(timer.unref())
  }

  #hear(worker: Worker, message: WorkerReport): void {
    this.#records.note(worker, message.snapshot)
    if (message.kind === 'ask') void this.#askOthers(worker, message.id)
    else if (message.id !== undefined) this.#questions.get(message.id)?.()
  }

  async #askOthers(asker: Worker, id: number): Promise<void> {
    const others = [...this.#counting].filter(worker => worker !== asker)
    await Promise.all(others.map(worker => this.#question(worker)))
    this.#send(asker, { kind: 'peers', id, snapshots: this.#records.allBut(asker) })
  }

  /** Resolves when the worker has told what it knows, has ended or takes too long. */
  #question(worker: Worker): Promise<void> {
    const id = ++this.#lastQuestion
    return new Promise(resolve => {
      const end = (): void => {
        clearTimeout(timer)
        worker.off('disconnect', end)
        this.#questions.delete(id)
        resolve()
      }
      const timer = setTimeout(end, TELL_TIMEOUT_MS)
      worker.once('disconnect', end)
      this.#questions.set(id, end)
      this.#send(worker, { kind: 'tell', id })
    })
  }

  /** A worker that is ending may have closed the channel; nothing is said to it any more. */
  #send(worker: Worker, message: WorkerOrder): void {
    if (worker.isConnected()) worker.send(message)
  }
}

/** Grows with the number of workers in a row that ended soon after their start. */
function pauseMs(shortLives: number): number {
  return shortLives === 0 ? 0 : Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (shortLives - 1))
}

/**
 * A port that no process listens on. Each worker would otherwise be given another one when all of
 * them had ended.
 */
async function freePort(host: string): Promise<number> {
  const server = createServer().listen({ host, port: 0 })
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('no port was given')
  return address.port
}

async function untilListening(worker: Worker): Promise<AddressInfo> {
  const end = new AbortController()
  const signal = AbortSignal.any([end.signal, AbortSignal.timeout(START_TIMEOUT_MS)])
  const failed = once(worker, 'exit', { signal }).then(() => {
    throw new Error('A worker ended before it listened')
  })
  try {
    const [address] = await Promise.race([once(worker, 'listening', { signal }), failed])
    return address
  } catch (error) {
    worker.process.kill('SIGKILL')
    throw error
  } finally {
    failed.catch(() => undefined)
    end.abort()
  }
}
