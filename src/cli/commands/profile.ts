/** `fink profile`: where the time of a request goes. */
import { type Command, InvalidArgumentError } from 'commander'
import type { Endpoint } from '../../api/declarations/route.js'
import type { ApiServer } from '../../api/server.js'
import { suggestionText } from '../../api/suggestion.js'
import type { Config } from '../../config.js'
import { measuredStore, type ScanTotals } from '../../store/measured.js'
import type { Store } from '../../store/store.js'
import { writeCpuProfile } from '../cpu-profile.js'
import { addStoreOptions, type StorePlace, withPresentStore } from '../data-folder.js'
import { type PartTimes, type TimedRequest, timeAnswer } from '../route-timing.js'
import { UsageError } from '../usage-error.js'
import { readVersion } from '../version.js'
import { parseCount } from './scan.js'
import { configOf, listenOn } from './serve.js'

interface ProfileOptions extends StorePlace {
  readonly config?: string
  readonly survey?: string
  readonly runs: number
  readonly out?: string
}

/** Answers before the clock counts, so that the code is compiled and the data are at hand. */
const WARM_UP_RUNS = 20
/** Time after which no further run is begun, in each of the three passes. */
const MAX_PASS_MS = 10_000

/** Adds the command to the program. */
export function addProfile(program: Command): void {
  addStoreOptions(program.command('profile'))
    .description('Run a request of a route many times and tell where the time goes')
    .option('--config <file>', 'configuration file (YAML)')
    .option('--survey <name>', 'survey of the route; the default one of the settings when absent')
    .option('--runs <n>', 'most runs', parseCount, 200)
    .option('--out <file>', 'profile to write; <route>.cpuprofile when absent')
    .argument('<route>', 'name of the route')
    .argument('[arguments...]', 'arguments of the request; those of its first example when absent')
    .addHelpText(
      'after',
      '\nExamples:\n  bin/fink profile --data data objects objectId=ZTF19aaaaahi output-format=csv',
    )
    .action(profile)
}

async function profile(
  route: string,
  given: readonly string[],
  options: ProfileOptions,
): Promise<void> {
  const args = given.map(parseArgument)
  const config = configOf(options)
  await withPresentStore(options, async opened => {
    const { store, totals } = measuredStore(opened)
    const server = await buildQuietApp(config, store)
    try {
      const endpoint = findEndpoint(server, options.survey ?? config.defaultSurvey, route)
      const request = toRequest(endpoint, args)
      process.stdout.write(`${request.method} ${request.url}\n`)
      await checkAnswer(server, request)
      const out = options.out ?? `${route.replaceAll('/', '-')}.cpuprofile`
      await report(server, { request, totals, runs: options.runs, out })
    } finally {
      await server.app.close()
    }
  })
}

async function buildQuietApp(config: Config, store: Store): Promise<ApiServer> {
  const { buildApp } = await import('../../app.js')
  return buildApp({ ...config, store, logLevel: 'silent', version: readVersion() })
}

/** @throws InvalidArgumentError when it has no "=" */
function parseArgument(text: string): readonly [string, string] {
  const mark = text.indexOf('=')
  if (mark < 1) throw new InvalidArgumentError(`expected name=value, got "${text}"`)
  return [text.slice(0, mark), text.slice(mark + 1)]
}

function findEndpoint({ endpoints }: ApiServer, survey: string, route: string): Endpoint {
  const own = endpoints.filter(endpoint => endpoint.survey === survey)
  const found = own.find(({ name }) => name === route)
  if (found !== undefined) return found
  const names = own.map(({ name }) => name)
  throw new UsageError(`No route "${route}" of survey "${survey}"${suggestionText(route, names)}`)
}

function toRequest(
  endpoint: Endpoint,
  given: readonly (readonly [string, string])[],
): TimedRequest {
  const [example] = endpoint.examples
  const values = given.length > 0 ? given : Object.entries(example?.arguments ?? {})
  const [path = ''] = endpoint.paths
  if (!endpoint.methods.includes('GET')) {
    const body = JSON.stringify(Object.fromEntries(values))
    return { endpoint, method: 'POST', url: path, body }
  }
  const query = new URLSearchParams(
    values.map(([name, value]): [string, string] => [name, String(value)]),
  )
  return { endpoint, method: 'GET', url: values.length > 0 ? `${path}?${query}` : path }
}

/** A request that fails is told as the service would, before anything is measured. */
async function checkAnswer({ app }: ApiServer, request: TimedRequest): Promise<void> {
  const { url, method, body } = request
  const headers = { 'content-type': 'application/json' }
  const answer = await app.inject(
    body === undefined ? { url, method } : { url, method, headers, payload: body },
  )
  if (answer.statusCode >= 400) throw new UsageError(`${answer.statusCode}: ${answer.body}`)
}

interface Measuring {
  readonly request: TimedRequest
  readonly totals: ScanTotals
  readonly runs: number
  readonly out: string
}

async function report(server: ApiServer, { request, totals, runs, out }: Measuring): Promise<void> {
  await repeat(WARM_UP_RUNS, async () => void (await timeAnswer(request, totals)))
  const answers = await repeat(runs, () => timeAnswer(request, totals))
  const { rows = 0, bytes = 0 } = answers[0] ?? {}
  const times = medians(answers.map(answer => answer.times))
  const wholeMs = await timeConnections(server, request, runs)
  const sum = Object.values(times).reduce((a, b) => a + b, 0)
  const parts = { ...times, 'write and the rest': Math.max(0, wholeMs - sum) }
  process.stdout.write(`${rows} rows, ${bytes} bytes, median of ${answers.length} runs\n\n`)
  for (const [name, ms] of Object.entries(parts)) printLine(name, ms, ms / (wholeMs || 1))
  printLine('whole', wholeMs, 1)
  await writeCpuProfile(out, async () => {
    await repeat(runs, async () => void (await timeAnswer(request, totals)))
  })
  process.stdout.write(`\nprofile in ${out}\n`)
}

/** Runs one after the other, at least once, until the count or the time is reached. */
async function repeat<T>(count: number, run: () => Promise<T>): Promise<T[]> {
  const startMs = performance.now()
  const results = [await run()]
  while (results.length < count && performance.now() - startMs < MAX_PASS_MS) {
    results.push(await run())
  }
  return results
}

/** Median time of the request over a connection that is kept, from sending to the last byte. */
async function timeConnections(
  { app }: ApiServer,
  { url, method, body }: TimedRequest,
  runs: number,
): Promise<number> {
  const service = await listenOn(app, { host: '127.0.0.1', port: 0 })
  const headers = { 'content-type': 'application/json' }
  const init = body === undefined ? { method } : { method, headers, body }
  const ask = async (): Promise<number> => {
    const startMs = performance.now()
    await (await fetch(service.url + url, init)).arrayBuffer()
    return performance.now() - startMs
  }
  await repeat(WARM_UP_RUNS, ask)
  return median(await repeat(runs, ask))
}

function medians(all: readonly PartTimes[]): PartTimes {
  const of = (part: keyof PartTimes): number => median(all.map(times => times[part]))
  return {
    parse: of('parse'),
    plan: of('plan'),
    store: of('store'),
    derive: of('derive'),
    encode: of('encode'),
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

const NAME_WIDTH = 20

function printLine(name: string, ms: number, share: number): void {
  const percent = `${(share * 100).toFixed(1)} %`.padStart(8)
  process.stdout.write(`${name.padEnd(NAME_WIDTH)}${ms.toFixed(3).padStart(9)} ms${percent}\n`)
}
