/**
 * Cone searches: 5 arcsec over HTTP against a constant small answer, on the whole sky and on a crowded
 * field of it. On the field also 1 degree to JSON in process, against one full scan of the same rows
 * to JSON; the time to its first byte over HTTP; a thousand positions in one call against as many.
 */
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { jsonFormat } from '../src/formats/json.js'
import type { TableColumn } from '../src/formats/table.js'
import { searchCone } from '../src/queries/position/cone.js'
import { planCone } from '../src/queries/position/cone-plan.js'
import { BytePool } from '../src/rows/byte-pool.js'
import { numberReader } from '../src/rows/cell-reader.js'
import type { PackedRow } from '../src/rows/packed-row.js'
import type { SkyPosition } from '../src/science/sky/angle.js'
import { separationFrom } from '../src/science/sky/separation.js'
import { openEmbeddedStore } from '../src/store/embedded/embedded.js'
import { ALL_KEYS, readRows, type ScanRequest, type Store } from '../src/store/store.js'
import { derivationOf } from '../src/surveys/surveys.js'
import { ztf } from '../src/surveys/ztf/ztf.js'
import { load, median, option, report } from './measuring/report.js'
import { type BenchServer, startServer } from './measuring/server.js'
import { benchData } from './measuring/sky.js'

const FIELD = { raDeg: 150, decDeg: 30, widthDeg: 3 }
const POSITIONS = 1000
/** Runs of a search in process that are not counted: code that is compiled while it runs. */
const WARM_RUNS = 100
const RUNS = 50
const ALERTS = option('alerts', 100_000)

/** Where what is written in process goes, as in a server. */
const pool = new BytePool()

const { folder: sky } = await benchData(ALERTS)
await withStore(sky, async store => {
  const positions = await somePositions(store)
  await withServer(sky, server => benchSmall(server, positions, { isGoal: true }))
})
const { folder: field } = await benchData(ALERTS, FIELD)
await withStore(field, async store => {
  const positions = await somePositions(store)
  await benchDegree(store)
  await withServer(field, async server => {
    await benchSmall(server, positions, { isGoal: false })
    await benchBatch(server.url, positions)
    await benchFirstByte(server.url)
  })
})

async function withStore(folder: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = openEmbeddedStore(join(folder, 'store'), { derivationOf })
  await work(store)
  await store.close()
}

async function withServer(
  folder: string,
  work: (server: BenchServer) => Promise<void>,
): Promise<void> {
  const server = await startServer('bin/fink', ['serve', '--data', folder, '--port', '0'])
  await work(server)
  await server.stop()
}

interface Position {
  readonly name: string
  readonly ra: number
  readonly dec: number
}

async function somePositions(from: Store): Promise<Position[]> {
  const rows = await readRows(from, { table: 'ztf.pixel128', ranges: [ALL_KEYS], limit: 50_000 })
  const ra = numberReader('i:ra')
  const dec = numberReader('i:dec')
  const step = Math.max(1, Math.floor(rows.length / POSITIONS))
  return Array.from({ length: POSITIONS }, (_, i) => {
    const row = rows[(i * step) % rows.length]!
    return { name: String(i), ra: ra(row), dec: dec(row) }
  })
}

/** A wide cone to JSON, against reading the rows of its pixels and writing them with the same columns. */
async function benchDegree(from: Store): Promise<void> {
  const { table } = ztf.position
  const centre = { raDeg: FIELD.raDeg, decDeg: FIELD.decDeg }
  const { signal } = new AbortController()
  const ranges = [...planCone(ztf.position, centre, 3600)].flatMap(shell => shell.ranges)
  const search = () =>
    searchCone(from, ztf, {
      centre,
      radiusArcsec: 3600,
      selection: { kind: 'all' },
      limit: 1_000_000,
      rowLimit: 1_000_000,
      signal,
    })
  const { columns } = await search()
  const inPixels = await readRows(from, { table, ranges })
  const separations = distancesOf(inPixels, centre)
  const cone: number[] = []
  const scan: number[] = []
  const stored: number[] = []
  let objects = 0
  for (let run = 0; run < WARM_RUNS + RUNS; run++) {
    let begin = performance.now()
    await encodeScan(from, { table, ranges }, columns, separations)
    scan.push(performance.now() - begin)
    begin = performance.now()
    await encodeScan(from, { table, ranges }, columns.slice(0, -1))
    stored.push(performance.now() - begin)
    begin = performance.now()
    const { columns: wanted, batches, facts } = await search()
    const encoder = jsonFormat.encoder(wanted, facts, pool)
    objects = 0
    for await (const batch of batches) {
      objects += batch.length
      if (batch.length > 0) pool.give(encoder.rows(batch))
    }
    cone.push(performance.now() - begin)
  }
  const [coneMs, scanMs, storedMs] = [cone, scan, stored].map(times =>
    median(times.slice(WARM_RUNS)),
  )
  report({
    bench: 'cone of 1 degree to JSON: rows/s, against one full scan of the same rows to JSON',
    value: scanMs! / coneMs!,
    unit: 'throughput ratio',
    goal: '>= 0.5',
    details: { rows: inPixels.length, objects, coneMs, scanMs, withoutDistancesMs: storedMs },
  })
}

function distancesOf(rows: readonly PackedRow[], centre: SkyPosition): Float64Array {
  const [raOf, decOf] = [numberReader('i:ra'), numberReader('i:dec')]
  const distance = separationFrom(centre)
  return Float64Array.from(rows, row => distance(raOf(row), decOf(row)))
}

/** Reads the rows and writes them; the last column holds the distances when there are any. */
async function encodeScan(
  from: Store,
  request: ScanRequest,
  columns: readonly TableColumn[],
  distances?: Float64Array,
): Promise<void> {
  let at = 0
  for await (const rows of from.scan(request)) {
    const values = distances?.subarray(at, at + rows.length)
    at += rows.length
    const last = columns[columns.length - 1]!
    const written =
      values === undefined
        ? columns
        : [...columns.slice(0, -1), { ...last, values: { kind: 'numbers' as const, values } }]
    const encoder = jsonFormat.encoder(written, {}, pool)
    pool.give(encoder.rows({ columns: written, rows, length: rows.length }))
  }
}

/** How long the first byte of a wide cone takes, as a share of the whole answer. */
async function benchFirstByte(origin: string): Promise<void> {
  const { raDeg, decDeg } = FIELD
  const url = `${origin}/api/v1/conesearch?ra=${raDeg}&dec=${decDeg}&radius=3600&n=1000000`
  const first: number[] = []
  const whole: number[] = []
  const agent = new Agent({ keepAlive: true })
  for (let run = 0; run < WARM_RUNS + RUNS; run++) {
    const begin = performance.now()
    const [answer] = (await once(get(url, { agent }), 'response')) as [IncomingMessage]
    answer.once('data', () => first.push(performance.now() - begin))
    answer.resume()
    await once(answer, 'end')
    whole.push(performance.now() - begin)
  }
  agent.destroy()
  first.splice(0, WARM_RUNS)
  whole.splice(0, WARM_RUNS)
  report({
    bench: 'cone of 1 degree over HTTP: time to the first byte, against the whole',
    value: median(first) / median(whole),
    unit: 'ratio',
    goal: '<= 0.1',
    details: { firstMs: median(first), wholeMs: median(whole) },
  })
}

async function benchSmall(
  server: BenchServer,
  positions: readonly Position[],
  { isGoal }: { readonly isGoal: boolean },
): Promise<void> {
  const paths = positions.map(conePath)
  const floor = await startServer(process.execPath, [
    fileURLToPath(new URL('measuring/constant-server.js', import.meta.url)),
    server.url,
    paths[0]!,
  ])
  const urls = paths.map(path => server.url + path)
  const ratios: number[] = []
  for (let round = 0; round < 7; round++) {
    const ours = await load(urls, { connections: 1, seconds: 1 })
    const constant = await load([`${floor.url}/constant/0`], { connections: 1, seconds: 1 })
    // Two rounds to get warm.
    if (round >= 2) ratios.push(ours.medianMs / constant.medianMs)
  }
  await floor.stop()
  const where = isGoal ? 'on the whole sky' : 'on a crowded field'
  report({
    bench: `cone of 5 arcsec ${where} over HTTP, median, against a constant small answer`,
    value: median(ratios),
    unit: 'time ratio',
    ...(isGoal && { goal: '<= 2' }),
  })
}

function conePath({ ra, dec }: Position): string {
  return `/api/v1/conesearch?ra=${ra}&dec=${dec}&radius=5`
}

async function benchBatch(origin: string, all: readonly Position[]): Promise<void> {
  const urls = all.map(position => origin + conePath(position))
  const singles: number[] = []
  const batches: number[] = []
  for (let round = 0; round < 5; round++) {
    let begin = performance.now()
    for (const url of urls) await (await fetch(url)).arrayBuffer()
    singles.push(performance.now() - begin)
    begin = performance.now()
    const answer = await fetch(`${origin}/api/v1/conesearch/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ radius: 5, positions: all }),
    })
    await answer.arrayBuffer()
    batches.push(performance.now() - begin)
  }
  report({
    bench: `${all.length} positions of 5 arcsec in one call, against as many calls`,
    value: median(singles) / median(batches),
    unit: 'speed ratio',
    goal: '>= 5',
  })
}
