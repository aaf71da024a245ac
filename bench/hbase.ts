/**
 * The store on a real HBase beside the Java client's bare scans of the same rows: long and short
 * light curves, many pixels, and many light curves at once over HTTP. Starts HBase by itself; needs
 * Java and Maven.
 */
import { spawnSync } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { buildApp } from '../src/app.js'
import type { ColumnSpec } from '../src/rows/layout.js'
import { openHBaseStore } from '../src/store/hbase/store.js'
import { prefixRange, type RowPut, readRows, type Store } from '../src/store/store.js'
import { tableSpec } from '../src/surveys/survey.js'
import { ztf } from '../src/surveys/ztf/ztf.js'
import {
  type HBaseService,
  hbaseLibraries,
  missingForHBase,
  startHBase,
} from '../test/services/hbase.js'
import { median, report } from './report.js'

const WARM_UP = 15
const REPEATS = 15
const COLUMNS = 130
const LONG_ROWS = 1575
const SHORT_ROWS = 14
const LONG_ID = 'ZTF18aaaaaaa'
const SHORT_ID = 'ZTF19aaaaaaa'
const PIXELS = 958
const CONCURRENT = 64
const JAVA_SOURCE = 'bench/hbase-java/RangeBench.java'

interface BenchCase {
  readonly name: string
  readonly table: string
  readonly prefixes: readonly string[]
}

const CASES: readonly BenchCase[] = [
  { name: 'long', table: 'ztf', prefixes: [`${LONG_ID}_`] },
  { name: 'short', table: 'ztf', prefixes: [`${SHORT_ID}_`] },
  {
    name: 'cone',
    table: 'ztf.pixel128',
    prefixes: Array.from({ length: PIXELS }, (_, i) => `${10_000 + i}_`),
  },
]

/** Values as alerts have them: floats of six or seven digits, doubles of up to fifteen. */
function makeValue({ name, type }: ColumnSpec, random: () => number) {
  switch (type) {
    case 'float':
      return Math.fround(Number((random() * 30).toPrecision(7)))
    case 'double':
      return Number((random() * 360).toPrecision(11))
    case 'integer':
      return Math.floor(random() * 1000)
    case 'long':
      return BigInt(Math.floor(random() * 1e9)) * 1_000_000_007n
    case 'boolean':
      return random() < 0.5
    default:
      return `text of ${name}`
  }
}

/** Numbers that are the same in every run (Park and Miller 1988). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

function makeRows(columns: readonly ColumnSpec[], keys: readonly string[]): RowPut[] {
  const random = seeded(1)
  return keys.map(key => {
    const [id = '', jd = ''] = key.split('_')
    const known: Readonly<Record<string, string | number>> = {
      'i:objectId': id,
      'i:jd': Number(jd),
    }
    return { key, values: columns.map(column => known[column.name] ?? makeValue(column, random)) }
  })
}

function curveKeys(id: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${id}_${(2_459_000 + i * 0.7654321).toFixed(7)}`)
}

async function fill(store: Store): Promise<void> {
  const columns = tableSpec(ztf, 'ztf').columns
  const first = columns.filter(({ name }) => name === 'i:objectId' || name === 'i:jd')
  const rest = columns.filter(column => !first.includes(column))
  const wide = [...first, ...rest].slice(0, COLUMNS)
  const keys = [...curveKeys(LONG_ID, LONG_ROWS), ...curveKeys(SHORT_ID, SHORT_ROWS)]
  await store.write([{ table: 'ztf', columns: wide, rows: makeRows(wide, keys) }])
  const narrow = tableSpec(ztf, 'ztf.pixel128').columns
  const pixels = CASES[2]!.prefixes.flatMap((prefix, i) =>
    Array.from(
      { length: i % 4 },
      (_, n) => `${prefix}2459000.5_ZTF20${String(n).padStart(7, 'a')}`,
    ),
  )
  await store.write([{ table: 'ztf.pixel128', columns: narrow, rows: makeRows(narrow, pixels) }])
}

interface Times {
  readonly medianMs: number
  readonly leastMs: number
}

function timesOf(all: readonly number[]): Times {
  const times = all.slice(WARM_UP)
  return { medianMs: median(times), leastMs: Math.min(...times) }
}

async function timeOf(work: () => Promise<unknown>): Promise<Times> {
  const times: number[] = []
  for (let repeat = 0; repeat < WARM_UP + REPEATS; repeat++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  return timesOf(times)
}

function readCase(store: Store, { table, prefixes }: BenchCase): Promise<unknown> {
  return readRows(store, { table, ranges: prefixes.map(prefixRange) })
}

/** Times of each case with the Java client. */
function runJava(service: HBaseService): ReadonlyMap<string, Times> {
  const port = service.zookeeper.split(':')[1]!
  const input = CASES.flatMap(({ name, table, prefixes }) =>
    prefixes.map(prefix => `${name} ${table} ${prefix}\n`),
  ).join('')
  const args = ['-cp', `${hbaseLibraries()}/*`, JAVA_SOURCE, port, String(WARM_UP + REPEATS)]
  const run = spawnSync('java', args, { encoding: 'utf8', input })
  if (run.status !== 0) throw new Error(`Java failed: ${run.stderr}`)
  const times = new Map<string, number[]>(CASES.map(({ name }) => [name, []]))
  for (const line of run.stdout.trim().split('\n')) {
    const [name = '', ms] = line.split(' ')
    times.get(name)?.push(Number(ms))
  }
  return new Map([...times].map(([name, all]) => [name, timesOf(all)]))
}

interface Requests {
  readonly short: Times
  readonly manyMs: number
  readonly peakMib: number
}

/** Light curves over HTTP, the clients in this process too. */
async function runRequests(store: Store): Promise<Requests> {
  const { app } = buildApp({
    store,
    defaultSurvey: 'ztf',
    rowLimit: 10_000,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 1024 * 1024,
    logLevel: 'silent',
    version: 'bench',
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const ask = async (id: string): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/objects?objectId=${id}`)
    const { byteLength } = await answer.arrayBuffer()
    if (answer.status !== 200 || byteLength < 1000) throw new Error(`Status ${answer.status}`)
  }
  try {
    const short = await timeOf(() => ask(SHORT_ID))
    let peak = 0
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, 10)
    const start = performance.now()
    await Promise.all(Array.from({ length: CONCURRENT }, () => ask(LONG_ID)))
    clearInterval(watch)
    return { short, manyMs: performance.now() - start, peakMib: peak / 2 ** 20 }
  } finally {
    await app.close()
  }
}

const missing = missingForHBase()
if (missing.length > 0) {
  process.stdout.write(`${JSON.stringify({ bench: 'hbase', missing })}\n`)
} else {
  const service = await startHBase()
  const store = openHBaseStore(`hbase://${service.zookeeper}/hbase`)
  try {
    await fill(store)
    const [long, , cone] = CASES
    const ours = {
      long: await timeOf(() => readCase(store, long!)),
      cone: await timeOf(() => readCase(store, cone!)),
    }
    const { short, manyMs, peakMib } = await runRequests(store)
    const java = runJava(service)
    const compare = (bench: string, native: Times, name: string, goal: string): void => {
      const peer = java.get(name)!
      report({
        bench,
        value: native.medianMs / peer.medianMs,
        unit: 'of the time of the Java client',
        goal,
        details: { native, java: peer },
      })
    }
    compare(`HBase: scan of ${LONG_ROWS} x ${COLUMNS} to rows`, ours.long, 'long', '<= 1.3')
    compare(`HBase: light curve ${SHORT_ROWS} x ${COLUMNS} over HTTP`, short, 'short', '<= 2')
    compare(`HBase: ${PIXELS} ranges of pixels`, ours.cone, 'cone', '<= 0.5')
    report({
      bench: `HBase: memory of ${CONCURRENT} concurrent light curves of ${LONG_ROWS} rows`,
      value: peakMib,
      unit: 'MiB, clients included',
      goal: '<= 400',
      details: { ms: manyMs },
    })
  } finally {
    await store.close()
    await service.close()
  }
}
