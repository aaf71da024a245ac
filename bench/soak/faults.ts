/**
 * What happens to the service during the soak, one thing at a time, and which errors each of them
 * explains. Everything is done from outside: signals, a full disk, remote services that fail.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { childrenOf } from '../measuring/processes.js'
import type { StoreHealth } from './slow-store-server.js'
import type { Health, Unreliable } from './unreliable.js'

/** A time in which something is wrong. */
export interface Fault {
  readonly name: string
  /** Codes of errors that may come of it; `reset` is a connection that ends without an answer. */
  readonly explains: readonly string[]
  /** How long after its end they may still come. */
  readonly lingersMs: number
  /** Does it for so long. */
  run(ms: number): Promise<void>
}

/** What faults are done to. */
export interface Victims {
  /** Of `fink serve`, and of the service on a store that can be told how it does. */
  readonly servicePid: number
  readonly serviceUrl: string
  readonly dataFolder: string
  /** Alert files that are in no table yet. */
  readonly newFiles: readonly string[]
  readonly remotes: Unreliable
  tellStore(health: StoreHealth): Promise<void>
  /** Called with the worker that was killed. */
  onKill(): void
  /** Called with what is wrong with a fault itself. */
  onProblem(problem: string): void
}

/** Time after which a remote service that failed is asked again, and some. */
const REMOTE_LINGER_MS = 45_000
const LINGER_MS = 12_000
/** A file of 8 blocks cannot hold any table. */
const FULL_DISK = 'ulimit -f 8; exec "$0" "$@"'
const HALF_REQUESTS = 50

/** All faults, in the order in which they happen. */
export function soakFaults(victims: Victims): Fault[] {
  const remote = (health: Health): Fault => ({
    name: `remote services ${health}`,
    explains: ['resolver_failed', 'partial'],
    lingersMs: REMOTE_LINGER_MS,
    async run(ms) {
      victims.remotes.health = health
      await sleep(ms)
      victims.remotes.health = 'well'
    },
  })
  const store = (health: StoreHealth, explains: readonly string[]): Fault => ({
    name: `store ${health}`,
    explains,
    lingersMs: LINGER_MS,
    async run(ms) {
      await victims.tellStore(health)
      await sleep(ms)
      await victims.tellStore('well')
    },
  })
  const fault = (name: string, explains: readonly string[], run: Fault['run']): Fault => ({
    name,
    explains,
    lingersMs: LINGER_MS,
    run,
  })
  return [
    fault('worker killed', ['reset'], ms => killWorkers(victims, ms)),
    remote('slow'),
    fault('disk full during ingest', [], ms => ingestOnFullDisk(victims, ms)),
    store('slow', ['overloaded']),
    remote('silent'),
    fault('workers stalled', ['overloaded', 'deadline_exceeded'], ms => stall(victims, ms)),
    store('failing', ['store_failed']),
    remote('down'),
    fault('half requests', [], ms => sendHalfRequests(victims, ms)),
    store('stuck', ['deadline_exceeded', 'overloaded']),
    remote('nonsense'),
  ]
}

/** The youngest worker, so that one lives from the beginning to the end. */
async function killWorkers({ servicePid, onKill }: Victims, ms: number): Promise<void> {
  for (let kills = 0; kills < 2; kills++) {
    const youngest = childrenOf(servicePid).at(-1)
    if (youngest !== undefined) {
      onKill()
      process.kill(youngest, 'SIGKILL')
    }
    await sleep(ms / 2)
  }
}

/** As a disk does that answers slowly: all processes stand still again and again. */
async function stall({ servicePid }: Victims, ms: number): Promise<void> {
  const endMs = performance.now() + ms
  for (let round = 0; performance.now() < endMs; round++) {
    const workers = childrenOf(servicePid)
    for (const pid of workers) process.kill(pid, 'SIGSTOP')
    await sleep(round === 0 ? 1500 : 200)
    for (const pid of workers) process.kill(pid, 'SIGCONT')
    await sleep(200)
  }
}

/** A failed ingest must say so and leave no trace. */
async function ingestOnFullDisk(victims: Victims, ms: number): Promise<void> {
  const endMs = performance.now() + ms
  const { dataFolder, newFiles, onProblem } = victims
  const args = ['bin/fink', 'ingest', '--data', dataFolder, ...newFiles]
  do {
    const child = spawn('sh', ['-c', FULL_DISK, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const [code, signal] = await once(child, 'close')
    if (code === 0) onProblem('an ingest succeeded on a full disk')
    if (code === null) onProblem(`an ingest on a full disk was ended by ${signal}`)
    if (!/^fink ingest: |Cannot|write/m.test(said)) onProblem(`an ingest said "${said}"`)
  } while (performance.now() < endMs)
}

/** Clients that leave in the middle: of their request, and of the answer. */
async function sendHalfRequests({ serviceUrl }: Victims, ms: number): Promise<void> {
  const { hostname, port } = new URL(serviceUrl)
  const sockets: Socket[] = []
  for (let i = 0; i < HALF_REQUESTS; i++) {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    const line = 'GET /api/v1/schema HTTP/1.1\r\nHost: soak\r\n'
    socket.write(i % 2 === 0 ? line : `${line}\r\n`)
    if (i % 2 === 1) socket.once('data', () => socket.destroy())
    sockets.push(socket)
  }
  await sleep(ms)
  for (const socket of sockets) socket.destroy()
}
