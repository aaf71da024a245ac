/**
 * Stamps from a file of 100 MB: one picture over HTTP against the same server sending the same
 * bytes from memory, and the light curve of 14 alerts with all stamps in one call against pyarrow
 * reading the file with a row filter for each stamp, as the old service did. Then memory.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ingestFiles } from '../src/cli/commands/ingest.js'
import { SETTINGS } from '../src/config.js'
import { type CellValue, columnOf, type PackedRow, readText } from '../src/rows/packed-row.js'
import { nightPath, writeNights } from '../src/simulate/night-file.js'
import { openEmbeddedStore } from '../src/store/embedded/embedded.js'
import { ALL_KEYS, readRows, type Store } from '../src/store/store.js'
import { derivationOf } from '../src/surveys/surveys.js'
import { load, median, option, report } from './report.js'
import { type BenchServer, startServer } from './server.js'

const execute = promisify(execFile)
const OBJECTS = option('stamp-objects', 5_400)
const ROUNDS = option('rounds', 5)
const SECONDS = option('seconds', 2)
/** Alerts of the light curve with stamps. */
const ALERTS = 14
/** Times that pyarrow is asked for all stamps of the light curve. */
const PEER_ROUNDS = 3
/** Objects whose pictures are asked for in turn. */
const PICTURES = 200
const CURVE_ID = 'ZTF17zzzzzzz'

const PEER = `
import json, sys, time
import pyarrow.parquet as pq
path, candids, rounds = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
kinds = ["cutoutScience", "cutoutTemplate", "cutoutDifference"]
times = []
for _ in range(rounds):
    begin = time.perf_counter()
    for candid in candids:
        for kind in kinds:
            table = pq.read_table(path, columns=["candid", kind], filters=[("candid", "=", int(candid))])
            assert table.num_rows == 1
    times.append((time.perf_counter() - begin) * 1000)
print(json.dumps(sorted(times)[len(times) // 2]))
`

const folder = join('.cache', `bench-stamps-${OBJECTS}`)
const nights = join(folder, 'nights')
const file = join(nights, nightPath(0))

/** Makes one night, its tables, and an object whose alerts lie all over the night. */
async function prepare(): Promise<void> {
  const done = join(folder, 'complete')
  if (existsSync(done)) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const _ of writeNights(nights, { objects: OBJECTS, nights: 1, seed: 1 }));
  await ingestFiles(folder, [nights], { lake: nights, isQuiet: true })
  await withStore(async store => {
    for (const table of ['ztf', 'ztf.cutouts']) await copyRows(store, table)
  })
  writeFileSync(done, '')
}

async function withStore<T>(run: (store: Store) => Promise<T>): Promise<T> {
  const store = openEmbeddedStore(join(folder, 'store'), { derivationOf })
  try {
    return await run(store)
  } finally {
    await store.close()
  }
}

/** Rows spread over the table, under the name of one object. */
async function copyRows(store: Store, table: string): Promise<void> {
  const columns = (await store.schema(table))?.columns ?? []
  const rows = spread(await readRows(store, { table, ranges: [ALL_KEYS] }), ALERTS)
  const puts = rows.map((row, i) => {
    const jd = 2_460_000.5 + i
    const values = columns.map(({ name, type }) => {
      if (name === 'i:objectId') return CURVE_ID
      return name === 'i:jd' ? jd : toValue(row, name, type)
    })
    return { key: `${CURVE_ID}_${jd}`, values }
  })
  await store.write([{ table, columns, rows: puts }])
}

function toValue(row: PackedRow, name: string, type: string): CellValue | null {
  const text = readText(row, columnOf(row, name))
  if (text === undefined) return null
  if (type === 'integer' || type === 'long') return BigInt(text)
  if (type === 'boolean') return text === 'true'
  return type === 'string' ? text : Number(text)
}

function spread<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!)
}

await prepare()
const fileMb = statSync(file).size / 1e6
const { ids, candids } = await withStore(async store => {
  const rows = await readRows(store, { table: 'ztf.cutouts', ranges: [ALL_KEYS] })
  const own = rows.filter(({ key }) => key.startsWith(CURVE_ID))
  return {
    ids: spread(rows, PICTURES).map(({ key }) => key.slice(0, key.indexOf('_'))),
    candids: own.map(row => readText(row, columnOf(row, 'i:candid')) ?? ''),
  }
})

// As `bin/fink` does: see there.
process.env.MALLOC_MMAP_THRESHOLD_ ??= '67108864'
process.env.MALLOC_TRIM_THRESHOLD_ ??= '134217728'
const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url))
const serve = [main, 'serve', '--data', folder, '--lake', nights, '--port', '0']
const peerMs = await askPeer()
await withServer(async server => {
  await benchPictures(server, { goal: '<= 3' })
  await benchCurve(server, { goal: '>= 50' })
  await benchMemory(server)
})
// Less than a page, and than the stamps of the light curve: everything is read anew each time.
process.env[SETTINGS.lakeCacheBytes.variable] = '1048576'
await withServer(async server => {
  await benchPictures(server, { when: ', nothing kept in memory' })
  await benchCurve(server, { when: ', nothing kept in memory' })
})

async function withServer(run: (server: BenchServer) => Promise<void>): Promise<void> {
  const server = await startServer(process.execPath, serve)
  try {
    await run(server)
  } finally {
    await server.stop()
  }
}

/** Goal of a result, and what it should say of the conditions. */
interface Terms {
  readonly goal?: string
  readonly when?: string
}

/** Median time of a request, one after the other; every one of them must succeed. */
async function askInTurn(urls: readonly string[]): Promise<number> {
  const { medianMs, failures } = await load(urls, { connections: 1, seconds: SECONDS })
  if (failures > 0) throw new Error(`${failures} requests failed`)
  return medianMs
}

async function benchPictures({ url }: BenchServer, { goal, when = '' }: Terms): Promise<void> {
  const paths = ids.map(id => `/api/v1/cutouts?objectId=${id}&kind=Science`)
  const constant = fileURLToPath(new URL('constant-server.js', import.meta.url))
  const floor = await startServer(process.execPath, [constant, url, ...paths])
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await askInTurn(paths.map(path => url + path)))
    theirs.push(await askInTurn(paths.map((_, i) => `${floor.url}/constant/${i}`)))
  }
  await floor.stop()
  report({
    bench: `a picture of a stamp over HTTP, against the same bytes from memory${when}`,
    value: median(ours) / median(theirs),
    unit: 'time ratio',
    ...(goal !== undefined && { goal }),
    details: { medianMs: median(ours), constantMs: median(theirs), fileMb, pictures: PICTURES },
  })
}

/** Milliseconds that pyarrow takes to read the stamps of the alerts; undefined without it. */
async function askPeer(): Promise<number | undefined> {
  try {
    await execute('python3', ['-c', 'import pyarrow'])
  } catch {
    process.stderr.write('no comparison of light curves with stamps: needs python3 with pyarrow\n')
    return undefined
  }
  const args = ['-c', PEER, file, JSON.stringify(candids), String(PEER_ROUNDS)]
  return JSON.parse((await execute('python3', args)).stdout) as number
}

async function benchCurve({ url }: BenchServer, { goal, when = '' }: Terms): Promise<void> {
  const address = `${url}/api/v1/objects?objectId=${CURVE_ID}&withcutouts=true&columns=i:jd`
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) times.push(await askInTurn([address]))
  const ours = median(times)
  const rows = (await (await fetch(address)).json()) as unknown[]
  report({
    bench: `${ALERTS} alerts with three stamps each in one call, against pyarrow stamp by stamp${when}`,
    value: peerMs === undefined ? ours : peerMs / ours,
    unit: peerMs === undefined ? 'ms' : 'times as fast',
    ...(peerMs !== undefined && goal !== undefined && { goal }),
    details: { medianMs: ours, peerMs, fileMb, rows: rows.length },
  })
}

async function benchMemory(server: BenchServer): Promise<void> {
  const urls = ids.flatMap(id => [
    `${server.url}/api/v1/objects?objectId=${CURVE_ID}&withcutouts=true`,
    `${server.url}/api/v1/cutouts?objectId=${id}&kind=All&output-format=array`,
    `${server.url}/api/v1/cutouts?objectId=${id}&kind=Template&stretch=log&colormap=viridis`,
  ])
  await load(urls, { connections: 16, seconds: 3 * SECONDS })
  const { requests, failures } = await load(urls, { connections: 16, seconds: 3 * SECONDS })
  report({
    bench: 'resident memory under 16 requests for stamps at a time',
    value: server.residentMb(),
    unit: 'MB',
    goal: '<= 400',
    details: { requests, failures },
  })
}
