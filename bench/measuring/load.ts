/**
 * Load for the benchmarks, in a process of its own so that client and server each have a core: asks
 * the given addresses in turn over a few connections for a fixed time, then tells what it saw as
 * one JSON line.
 *
 * The load stands on standard input: {"urls":[...],"connections":8,"seconds":3}
 */
import { Agent, get } from 'node:http'
import { text } from 'node:stream/consumers'

interface Load {
  readonly urls: readonly string[]
  readonly connections: number
  readonly seconds: number
}

/** What a load saw. */
export interface LoadResult {
  readonly requests: number
  readonly requestsPerSecond: number
  readonly bytes: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly failures: number
  /** Processor time of the client itself. */
  readonly cpuMs: number
}

/** Most requests of one load, whatever the time. */
const MAX_REQUESTS = 2_000_000

async function run({ urls, connections, seconds }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const times: number[] = []
  let bytes = 0
  let failures = 0
  let next = 0
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + seconds * 1000
  const worker = async (): Promise<void> => {
    while (performance.now() < end && times.length < MAX_REQUESTS) {
      const url = urls[next++ % urls.length]!
      const begin = performance.now()
      const { status, size } = await ask(url, agent)
      times.push(performance.now() - begin)
      bytes += size
      if (status !== 200) failures++
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const elapsed = (performance.now() - start) / 1000
  agent.destroy()
  const { user, system } = process.cpuUsage(cpu)
  times.sort((a, b) => a - b)
  return {
    requests: times.length,
    requestsPerSecond: times.length / elapsed,
    bytes,
    medianMs: times[times.length >> 1] ?? Number.NaN,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    failures,
    cpuMs: (user + system) / 1000,
  }
}

function ask(url: string, agent: Agent): Promise<{ status: number; size: number }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, response => {
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, size }))
      response.on('error', reject)
    }).on('error', reject)
  })
}

const given = JSON.parse(await text(process.stdin)) as Load
process.stdout.write(`${JSON.stringify(await run(given))}\n`)
