/**
 * Stamps from a file of 100 MB, warm (kept in memory) and cold (nobody asked for them before): one
 * picture over HTTP against the same server sending the same bytes from memory, and the light curve
 * of 14 alerts with all stamps in one call against pyarrow reading the file with a row filter for
 * each stamp, as the old service did. Then memory, and what is read of the lake. With `--lake hdfs`
 * the same cold from a real HDFS, against a bare client that reads the same bytes of its data node.
 */
import { execFile, spawn } from 'node:child_process'
import { createReadStream, statSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SETTINGS } from '../src/config.js'
import { locateStamps } from '../src/cutouts/files/locate.js'
import { StampFiles } from '../src/cutouts/files/stamp-files.js'
import { STAMP_KINDS } from '../src/cutouts/files/stamp-hint.js'
import type { PlannedRead } from '../src/cutouts/files/stamp-plan.js'
import { openLocalLake } from '../src/datalake/local/local.js'
import { openDatalake } from '../src/datalake/open.js'
import { parquetCompressors } from '../src/datalake/parquet/compression.js'
import { ZTF_STAMP_LAYOUT } from '../src/surveys/ztf/stamps.js'
import { missingForHdfs, startHdfs } from '../test/services/hdfs.js'
import { load, median, option, report } from './measuring/report.js'
import { type BenchServer, startServer } from './measuring/server.js'
import { CURVE_ALERTS, CURVE_ID, prepareNight } from './stamps/night.js'
import { benchKnownFile, benchNewFile } from './stamps/reads.js'

const execute = promisify(execFile)
const OBJECTS = option('stamp-objects', 5_400)
const ROUNDS = option('rounds', 5)
const SECONDS = option('seconds', 2)
/** Objects whose pictures are asked for in turn. */
const PICTURES = 200
/** Spans that the service reads at the same time of one file: three stamps and eight ahead. */
const SPANS_AT_A_TIME = 11
/** Too little for the stamps of one object: everything is read anew each time. */
const NO_CACHE_BYTES = 2 ** 20

const PEER = `
import json, sys, time
import pyarrow.parquet as pq
path, candids = sys.argv[1], json.loads(sys.argv[2])
kinds = ["cutoutScience", "cutoutTemplate", "cutoutDifference"]
begin = time.perf_counter()
for candid in candids:
    for kind in kinds:
        table = pq.read_table(path, columns=["candid", kind], filters=[("candid", "=", int(candid))])
        assert table.num_rows == 1
print(json.dumps((time.perf_counter() - begin) * 1000))
`

// As `bin/fink` does: see there.
process.env.MALLOC_MMAP_THRESHOLD_ ??= '67108864'
process.env.MALLOC_TRIM_THRESHOLD_ ??= '134217728'
const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url))
const night = await prepareNight(OBJECTS, PICTURES)
const onDisk = join(night.lake, night.file)
const fileMb = statSync(onDisk).size / 1e6
const picturePaths = night.ids.map(id => `/api/v1/cutouts?objectId=${id}&kind=Science`)
const curvePath = `/api/v1/objects?objectId=${CURVE_ID}&withcutouts=true&columns=i:jd`

const lakeAt = process.argv.indexOf('--lake')
const lakeKind = lakeAt < 0 ? 'local' : process.argv[lakeAt + 1]
if (lakeKind === 'local') await benchLocal()
else if (lakeKind === 'hdfs') await benchHdfs()
else throw new RangeError('--lake: expected local or hdfs')

async function benchLocal(): Promise<void> {
  await withServer(night.lake, async server => {
    await benchPictures(server, 'warm')
    await benchCurve(server, 'warm')
    await benchMemory(server)
  })
  await withServer(
    night.lake,
    async server => {
      await benchPictures(server, 'cold')
      await benchCurve(server, 'cold')
    },
    NO_CACHE_BYTES,
  )
  await benchKnownFile(night)
  await benchNewFile()
}

async function withServer(
  lake: string,
  run: (server: BenchServer) => Promise<void>,
  cacheBytes?: number,
): Promise<void> {
  const { variable } = SETTINGS.lakeCacheBytes
  if (cacheBytes === undefined) delete process.env[variable]
  else process.env[variable] = String(cacheBytes)
  const serve = [main, 'serve', '--data', night.folder, '--lake', lake, '--port', '0']
  const server = await startServer(process.execPath, serve)
  try {
    await run(server)
  } finally {
    await server.stop()
  }
}

/** Whether stamps are kept in memory, or have to be read. */
type Heat = 'warm' | 'cold'

/** Median time of a request, one after the other; every one of them must succeed. */
async function askInTurn(urls: readonly string[]): Promise<number> {
  const { medianMs, failures } = await load(urls, { connections: 1, seconds: SECONDS })
  if (failures > 0) throw new Error(`${failures} requests failed`)
  return medianMs
}

async function benchPictures(server: BenchServer, heat: Heat): Promise<void> {
  const constant = fileURLToPath(new URL('measuring/constant-server.js', import.meta.url))
  const floor = await startServer(process.execPath, [constant, server.url, ...picturePaths])
  const ours: number[] = []
  const theirs: number[] = []
  const cpu: number[] = []
  const floorCpu: number[] = []
  const urls = picturePaths.map(path => server.url + path)
  const floorUrls = picturePaths.map((_, i) => `${floor.url}/constant/${i}`)
  // The first time is for the compiler, and to have in memory what is to be warm.
  await askInTurn(urls)
  for (let round = 0; round < ROUNDS; round++) {
    const before = server.cpuMs()
    const seen = await load(urls, { connections: 1, seconds: SECONDS })
    cpu.push((server.cpuMs() - before) / seen.requests)
    ours.push(seen.medianMs)
    const floorBefore = floor.cpuMs()
    const floorSeen = await load(floorUrls, { connections: 1, seconds: SECONDS })
    floorCpu.push((floor.cpuMs() - floorBefore) / floorSeen.requests)
    theirs.push(floorSeen.medianMs)
  }
  await floor.stop()
  report({
    bench: `${heat}: a picture of a stamp over HTTP, against the same bytes from memory`,
    value: median(ours) / median(theirs),
    unit: 'time ratio',
    goal: '<= 3',
    details: {
      medianMs: median(ours),
      constantMs: median(theirs),
      cpuRatio: median(cpu) / median(floorCpu),
      fileMb,
      load: loadavg()[0],
    },
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
  const args = ['-c', PEER, onDisk, JSON.stringify(night.candids)]
  return JSON.parse((await execute('python3', args)).stdout) as number
}

async function benchCurve({ url }: BenchServer, heat: Heat): Promise<void> {
  const ours: number[] = []
  const theirs: number[] = []
  await askInTurn([url + curvePath])
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await askInTurn([url + curvePath]))
    theirs.push((await askPeer()) ?? Number.NaN)
  }
  const [medianMs, peerMs] = [median(ours), median(theirs)]
  const hasPeer = !Number.isNaN(peerMs)
  report({
    bench: `${heat}: ${CURVE_ALERTS} alerts with three stamps in one call, against pyarrow stamp by stamp`,
    value: hasPeer ? peerMs / medianMs : medianMs,
    unit: hasPeer ? 'times as fast' : 'ms',
    ...(hasPeer && { goal: '>= 50' }),
    details: { medianMs, peerMs, fileMb, load: loadavg()[0] },
  })
}

async function benchMemory(server: BenchServer): Promise<void> {
  const urls = night.ids.flatMap(id => [
    `${server.url}/api/v1/objects?objectId=${CURVE_ID}&withcutouts=true`,
    `${server.url}/api/v1/cutouts?objectId=${id}&kind=All&output-format=array`,
    `${server.url}/api/v1/cutouts?objectId=${id}&kind=Template&stretch=log&colormap=viridis`,
  ])
  let highest = 0
  let requests = 0
  for (let round = 0; round < 3 * ROUNDS; round++) {
    const seen = await load(urls, { connections: 16, seconds: SECONDS })
    if (seen.failures > 0) throw new Error(`${seen.failures} requests failed`)
    requests += seen.requests
    highest = Math.max(highest, server.residentMb())
  }
  report({
    bench: 'resident memory under 16 requests for stamps at a time',
    value: highest,
    unit: 'MB',
    goal: '<= 400',
    details: { requests, load: loadavg()[0] },
  })
}

async function benchHdfs(): Promise<void> {
  const missing = missingForHdfs()
  if (missing.length > 0) throw new Error(`--lake hdfs needs ${missing.join(', ')}`)
  const hdfs = await startHdfs({ 'dfs.blocksize': 2 ** 27 })
  try {
    const address = `webhdfs://${hdfs.webHdfs}/?user=fink`
    const lake = await openDatalake(address)
    const { size } = statSync(onDisk)
    await lake.write(night.file, { size, read: () => createReadStream(onDisk) })
    await lake.close()
    const reads = await plannedReads()
    await withServer(
      address,
      async ({ url }) => {
        const curve = { wanted: [url + curvePath], reads, connections: SPANS_AT_A_TIME }
        await benchSpans(hdfs.webHdfs, `${CURVE_ALERTS} alerts with three stamps`, curve)
        const one = { wanted: picturePaths.map(path => url + path), reads: pictureReads() }
        await benchSpans(hdfs.webHdfs, 'a picture of a stamp', { ...one, connections: 1 })
      },
      NO_CACHE_BYTES,
    )
  } finally {
    await hdfs.close()
  }
}

/** What the service reads for the light curve. */
async function plannedReads(): Promise<readonly PlannedRead[]> {
  const lake = await openLocalLake(night.lake)
  const files = new StampFiles({ lake, decompressors: parquetCompressors }, ZTF_STAMP_LAYOUT)
  const targets = night.hints.map(hint => ({ file: night.file, hint, ids: {} }))
  const { reads } = await locateStamps(files, targets, STAMP_KINDS)
  await lake.close()
  return reads
}

/** What the service reads for the pictures, one read each. */
function pictureReads(): PlannedRead[] {
  return night.lastHints.map(({ pages }) => {
    const { offset, length } = pages.Science!.window!
    return { file: night.file, start: offset, end: offset + length }
  })
}

interface SpanCase {
  /** Addresses that are asked for in turn, and what all of them together read. */
  readonly wanted: readonly string[]
  readonly reads: readonly PlannedRead[]
  /** Reads at a time. */
  readonly connections: number
}

async function benchSpans(
  webHdfs: string,
  what: string,
  { wanted, reads, connections }: SpanCase,
): Promise<void> {
  const { location } = await locateOnDataNode(webHdfs)
  const urls = reads.map(({ start, end }) => {
    const url = new URL(location)
    url.searchParams.set('offset', String(start))
    url.searchParams.set('length', String(end - start))
    return String(url)
  })
  const ours: number[] = []
  const theirs: number[] = []
  const bare = { urls, connections, rounds: Math.ceil(400 / urls.length) }
  await askInTurn(wanted)
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await askInTurn(wanted))
    theirs.push((await readBare(bare)) / wanted.length)
  }
  const bytes = reads.reduce((sum, { start, end }) => sum + end - start, 0)
  report({
    bench: `cold: ${what} from HDFS, against a bare client reading the same bytes of the data node`,
    value: median(ours) / median(theirs),
    unit: 'time ratio',
    goal: '<= 1.5',
    details: {
      medianMs: median(ours),
      bareMs: median(theirs),
      reads: reads.length / wanted.length,
      bytes: bytes / wanted.length,
      load: loadavg()[0],
    },
  })
}

/** Where a name node sends those who read the file. */
async function locateOnDataNode(webHdfs: string): Promise<{ location: string }> {
  const open = `http://${webHdfs}/webhdfs/v1/${night.file}?op=OPEN&user.name=fink`
  const answer = await fetch(open, { redirect: 'manual' })
  return { location: answer.headers.get('location') ?? '' }
}

async function readBare(given: unknown): Promise<number> {
  const script = fileURLToPath(new URL('stamps/span-client.js', import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(given))
  return JSON.parse(await text(child.stdout)) as number
}
