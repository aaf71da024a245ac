/**
 * Throughput of two workers against one. On a machine whose cores client and server share, the
 * clock tells nothing: what is measured is what the requests cost in processor time, which rises
 * when workers get into each other's way, and how evenly the workers are busy. Both together are
 * the throughput that two free cores would give; what the clock said stands in the details.
 */
import { objectsByLength } from './measuring/objects.js'
import { childrenOf, cpuMsOf } from './measuring/processes.js'
import { demandingQuestions } from './measuring/questions.js'
import { load, median, option, report } from './measuring/report.js'
import { type BenchServer, startServer } from './measuring/server.js'
import { benchData } from './measuring/sky.js'

const ROUNDS = option('rounds', 5)
const SECONDS = option('seconds', 2)
const CONNECTIONS = 16
const WARM_MS = 5_000
const MAX_WARM_ROUNDS = 20

const { folder } = await benchData(option('alerts', 20_000))
const { medium } = await objectsByLength(folder)
const servers = await Promise.all(
  ['1', '2'].map(workers =>
    startServer('bin/fink', ['serve', '--data', folder, '--port', '0', '--workers', workers]),
  ),
)
const paths = await demandingQuestions(servers[0]!.url, medium)

interface Round {
  readonly perCpuSecond: number
  readonly perSecond: number
  /** How many workers as busy as the busiest one did the work. */
  readonly busyWorkers: number
  /** Cores that client and workers had together. */
  readonly cores: number
}

async function runRound(server: BenchServer): Promise<Round> {
  const workers = childrenOf(server.pid)
  const before = workers.map(cpuMsOf)
  const urls = paths.map(path => server.url + path)
  const startMs = performance.now()
  const { requests, requestsPerSecond, cpuMs } = await load(urls, {
    connections: CONNECTIONS,
    seconds: SECONDS,
  })
  const elapsedMs = performance.now() - startMs
  const spent = workers.map((pid, i) => cpuMsOf(pid) - before[i]!)
  const sum = spent.reduce((a, b) => a + b, 0)
  return {
    perCpuSecond: (requests * 1000) / sum,
    perSecond: requestsPerSecond,
    busyWorkers: sum / Math.max(...spent),
    cores: (sum + cpuMs) / elapsedMs,
  }
}

/** Until each worker has worked for long enough to be compiled. */
async function warmUp(server: BenchServer): Promise<void> {
  const workers = childrenOf(server.pid)
  for (let i = 0; i < MAX_WARM_ROUNDS; i++) {
    if (workers.every(pid => cpuMsOf(pid) >= WARM_MS)) return
    await runRound(server)
  }
}

const rounds: (readonly [Round, Round])[] = []
for (const server of servers) await warmUp(server)
for (let i = 0; i < ROUNDS; i++) {
  rounds.push([await runRound(servers[0]!), await runRound(servers[1]!)])
}
for (const server of servers) await server.stop()

const medianOf = (pick: (round: readonly [Round, Round]) => number): number =>
  median(rounds.map(pick))
report({
  bench: 'throughput of 2 workers against 1, on as many free cores',
  value: medianOf(([one, two]) => (two.perCpuSecond / one.perCpuSecond) * two.busyWorkers),
  unit: 'ratio by processor time',
  goal: '>= 1.6',
  details: {
    costRatio: medianOf(([one, two]) => one.perCpuSecond / two.perCpuSecond),
    busyWorkers: medianOf(([, two]) => two.busyWorkers),
    byTheClock: medianOf(([one, two]) => two.perSecond / one.perSecond),
    coresWithOne: medianOf(([one]) => one.cores),
    coresWithTwo: medianOf(([, two]) => two.cores),
    perCpuSecond: Math.round(medianOf(([one]) => one.perCpuSecond)),
  },
})
