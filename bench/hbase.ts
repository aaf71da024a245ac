/**
 * The store and the server on a real HBase beside the Java client's bare scans of the same rows:
 * long and short light curves, many pixels, and many light curves at once. Scans of both sides take
 * turns, so that they meet the same load. Starts HBase by itself; needs Java and Maven.
 */
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { loadavg } from 'node:os'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { openHBaseStore } from '../src/store/hbase/store.js'
import { prefixRange, readRows, type Store } from '../src/store/store.js'
import { missingForHBase, startHBase } from '../test/services/hbase.js'
import { type JavaPeer, openJavaPeer, type ScanCase } from './hbase/peer.js'
import { fillBenchRows } from './hbase/rows.js'
import { median, option, report } from './measuring/report.js'
import { type BenchServer, startServer } from './measuring/server.js'

const COLUMNS = 130
const LONG_ROWS = 1575
const SHORT_ROWS = 14
const LONG_ID = 'ZTF18aaaaaaa'
const SHORT_ID = 'ZTF19aaaaaaa'
const PIXELS = 958
const CONCURRENT = 64
/** Times that all light curves at once are asked for: memory that leaks or lingers would show. */
const ROUNDS = 3
const REPEATS = option('repeats', 40)
/** Repetitions of short questions are so many times more. */
const SHORT_FACTOR = 10

const CASES: readonly ScanCase[] = [
  { name: 'long', table: 'ztf', prefixes: [`${LONG_ID}_`] },
  { name: 'short', table: 'ztf', prefixes: [`${SHORT_ID}_`] },
  {
    name: 'cone',
    table: 'ztf.pixel128',
    prefixes: Array.from({ length: PIXELS }, (_, i) => `${10_000 + i}_`),
  },
]

interface Duel {
  readonly bench: string
  readonly goal: string
  /** Name of the case that the Java client runs. */
  readonly peerCase: string
  readonly repeats: number
  readonly ours: () => Promise<unknown>
}

/** Quartiles and the least of times. */
function summary(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): number =>
    Number(sorted[Math.floor(sorted.length * share)]!.toFixed(3))
  return { leastMs: at(0), quartileMs: at(0.25), medianMs: at(0.5) }
}

/** Both sides in turn; the first half of the repetitions warms up. */
async function duel(peer: JavaPeer, { bench, goal, peerCase, repeats, ours }: Duel): Promise<void> {
  const native: number[] = []
  const java: number[] = []
  for (let repeat = 0; repeat < 2 * repeats; repeat++) {
    const start = performance.now()
    await ours()
    const ms = performance.now() - start
    const peerRun = await peer.run(peerCase)
    if (repeat < repeats) continue
    native.push(ms)
    java.push(peerRun.ms)
  }
  report({
    bench,
    value: median(native) / median(java),
    unit: 'of the time of the Java client',
    goal,
    details: { native: summary(native), java: summary(java), load: loadavg()[0] },
  })
}

function readCase(store: Store, { table, prefixes }: ScanCase): Promise<unknown> {
  return readRows(store, { table, ranges: prefixes.map(prefixRange) })
}

/** Asks for a light curve and reads it to its end; its bytes are not kept. */
function ask({ url }: BenchServer, agent: Agent, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(`${url}/api/v1/objects?objectId=${id}`, { agent }, answer => {
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      answer.on('error', reject).on('end', () => {
        if (answer.statusCode === 200 && bytes > 1000) resolve()
        else reject(new Error(`Status ${answer.statusCode}, ${bytes} bytes`))
      })
    }).on('error', reject)
  })
}

/** Most memory that a process has had so far. */
function peakMib({ pid }: BenchServer): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
}

async function concurrentCurves(server: BenchServer, agent: Agent): Promise<void> {
  const times: number[] = []
  const peaks: number[] = []
  const idleMib = Math.round(server.residentMb())
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    await Promise.all(Array.from({ length: CONCURRENT }, () => ask(server, agent, LONG_ID)))
    times.push(Math.round(performance.now() - start))
    peaks.push(Math.round(peakMib(server)))
  }
  report({
    bench: `HBase: memory of ${CONCURRENT} concurrent light curves of ${LONG_ROWS} rows`,
    value: peaks.at(-1)!,
    unit: 'MiB at most, the whole server',
    goal: '<= 400',
    details: { idleMib, peakMib: peaks, ms: times, load: loadavg()[0] },
  })
}

async function run(zookeeper: string): Promise<void> {
  const address = `hbase://${zookeeper}/hbase`
  const store = openHBaseStore(address)
  const peer = openJavaPeer(Number(zookeeper.split(':')[1]), CASES)
  const agent = new Agent({ keepAlive: true })
  const [long, , cone] = CASES
  const curves = new Map([
    [LONG_ID, LONG_ROWS],
    [SHORT_ID, SHORT_ROWS],
  ])
  let server: BenchServer | undefined
  try {
    await fillBenchRows(store, { curves, columns: COLUMNS, pixels: cone!.prefixes })
    const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url))
    const asked = await startServer(process.execPath, [
      ...[main, 'serve', '--store', address, '--port', '0'],
    ])
    server = asked
    await duel(peer, {
      bench: `HBase: scan of ${LONG_ROWS} x ${COLUMNS} to rows`,
      goal: '<= 1.3',
      peerCase: 'long',
      repeats: REPEATS,
      ours: () => readCase(store, long!),
    })
    await duel(peer, {
      bench: `HBase: light curve ${SHORT_ROWS} x ${COLUMNS} over HTTP`,
      goal: '<= 2',
      peerCase: 'short',
      repeats: SHORT_FACTOR * REPEATS,
      ours: () => ask(asked, agent, SHORT_ID),
    })
    await duel(peer, {
      bench: `HBase: ${PIXELS} ranges of pixels`,
      goal: '<= 0.5',
      peerCase: 'cone',
      repeats: Math.ceil(REPEATS / 4),
      ours: () => readCase(store, cone!),
    })
    await concurrentCurves(asked, agent)
  } finally {
    agent.destroy()
    await server?.stop()
    await peer.close()
    await store.close()
  }
}

const missing = missingForHBase()
if (missing.length > 0) {
  process.stdout.write(`${JSON.stringify({ bench: 'hbase', missing })}\n`)
} else {
  const service = await startHBase()
  try {
    await run(service.zookeeper)
  } finally {
    await service.close()
  }
}
