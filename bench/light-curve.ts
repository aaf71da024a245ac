/**
 * Light curves over HTTP against the same server sending the same bytes from memory: 14 x 3,
 * 14 x 130, 33 x 130 and 1575 x 130, by the processor time of the servers once they are warm. Loads
 * alternate, the median of the rounds counts.
 */
import { fileURLToPath } from 'node:url'
import { objectsByLength } from './measuring/objects.js'
import { load, median, option, report } from './measuring/report.js'
import { type BenchServer, startServer } from './measuring/server.js'
import { benchData } from './measuring/sky.js'

const ALERTS = option('alerts', 100_000)
const ROUNDS = option('rounds', 5)
const SECONDS = option('seconds', 2)
const WARM_SECONDS = option('warm', 6)

interface Question {
  readonly name: string
  readonly urls: readonly string[]
  readonly connections: number
}

const { folder } = await benchData(ALERTS)
const ids = await objectsByLength(folder)
const server = await startServer('bin/fink', ['serve', '--data', folder, '--port', '0'])
const path = (id: string, more = ''): string => `/api/v1/objects?objectId=${id}${more}`
const few = '&columns=i:jd,i:fid,i:magpsf'
const questions: Question[] = [
  question(
    '14x3',
    ids.short.map(id => path(id, few)),
    8,
  ),
  question(
    '14x130',
    ids.short.map(id => path(id)),
    8,
  ),
  question(
    '33x130',
    ids.medium.map(id => path(id)),
    8,
  ),
  question('1575x130', [path(ids.long)], 4),
]
const floor = await startServer(process.execPath, [
  fileURLToPath(new URL('measuring/constant-server.js', import.meta.url)),
  server.url,
  ...questions.map(({ urls }) => urls[0]!),
])

// A service runs for weeks: what is measured is not how the first thousands of requests are compiled.
for (const [i, { urls, connections }] of questions.entries()) {
  const options = { connections, seconds: WARM_SECONDS }
  await load(
    urls.map(url => server.url + url),
    options,
  )
  await load([`${floor.url}/constant/${i}`], options)
}

/** Requests that one second of a processor answers, per round: what one process can give at most. */
const rates = new Map<string, number[]>()
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, { name, urls, connections }] of questions.entries()) {
    const options = { connections, seconds: SECONDS }
    const ours = urls.map(url => server.url + url)
    push(rates, name, await requestsPerCpuSecond(server, ours, options))
    const constant = [`${floor.url}/constant/${i}`]
    push(rates, `${name} constant`, await requestsPerCpuSecond(floor, constant, options))
  }
}
const rate = (name: string): number => median(rates.get(name) ?? [])
const goals: Readonly<Record<string, string>> = { '14x130': '>= 0.5', '1575x130': '>= 0.4' }
for (const { name } of questions) {
  const goal = goals[name]
  report({
    bench: `light curve ${name} over HTTP, against constant bytes`,
    value: rate(name) / rate(`${name} constant`),
    unit: 'throughput ratio of one process',
    ...(goal !== undefined && { goal }),
    details: {
      perCpuSecond: Math.round(rate(name)),
      constantPerCpuSecond: Math.round(rate(`${name} constant`)),
      alerts: ALERTS,
    },
  })
}
report({
  bench: 'light curve 14x3 over HTTP, against 14x130',
  value: rate('14x130') / rate('14x3'),
  unit: 'cost ratio',
  goal: '<= 0.35',
})
await server.stop()
await floor.stop()

/**
 * Client and server share the machine, and the client may be the slower one: what counts is the
 * processor time the server takes, which is what limits a busy process.
 */
async function requestsPerCpuSecond(
  of: BenchServer,
  urls: readonly string[],
  options: { readonly connections: number; readonly seconds: number },
): Promise<number> {
  const before = of.cpuMs()
  const { requests } = await load(urls, options)
  return (requests * 1000) / (of.cpuMs() - before)
}

function question(name: string, urls: readonly string[], connections: number): Question {
  return { name, urls, connections }
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  map.set(key, [...(map.get(key) ?? []), value])
}
