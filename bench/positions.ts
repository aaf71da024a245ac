/**
 * Cone searches on a crowded sky: 5 arcsec over HTTP against a constant small answer; 1 degree to
 * JSON in process, against one full scan, which takes the same rows from the store and reads every
 * cell; the time to its first byte over HTTP; a thousand positions in one call against as many calls.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { jsonFormat } from '../src/formats/json.js'
import { searchCone } from '../src/queries/position/cone.js'
import { planCone } from '../src/queries/position/cone-plan.js'
import { numberReader } from '../src/rows/cell-reader.js'
import { type PackedRow, readLiteral } from '../src/rows/packed-row.js'
import { openEmbeddedStore } from '../src/store/embedded/embedded.js'
import { ALL_KEYS, readRows, type Store } from '../src/store/store.js'
import { derivationOf } from '../src/surveys/surveys.js'
import { ztf } from '../src/surveys/ztf/ztf.js'
import { load, median, option, report } from './report.js'
import { startServer } from './server.js'
import { benchData } from './sky.js'

const FIELD = { raDeg: 150, decDeg: 30, widthDeg: 3 }
const POSITIONS = 1000
const { folder } = await benchData(option('alerts', 100_000), FIELD)

const store = openEmbeddedStore(join(folder, 'store'), { derivationOf })
const positions = await somePositions(store)
await benchDegree(store)
await store.close()
await benchHttp(positions)

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

async function benchDegree(from: Store): Promise<void> {
  const centre = { raDeg: FIELD.raDeg, decDeg: FIELD.decDeg }
  const { signal } = new AbortController()
  const ranges = [...planCone(ztf.position, centre, 3600)].flatMap(shell => shell.ranges)
  const cone: number[] = []
  const scan: number[] = []
  const bare: number[] = []
  let rows = 0
  for (let run = 0; run < 15; run++) {
    let begin = performance.now()
    const found = await readRows(from, { table: ztf.position.table, ranges })
    bare.push(performance.now() - begin)
    readCells(found)
    scan.push(performance.now() - begin)
    rows = found.length
    begin = performance.now()
    const { columns, batches, facts } = await searchCone(from, ztf, {
      centre,
      radiusArcsec: 3600,
      selection: { kind: 'all' },
      limit: 1_000_000,
      rowLimit: 1_000_000,
      signal,
    })
    const encoder = jsonFormat.encoder(columns, facts)
    for await (const batch of batches) encoder.rows(batch)
    cone.push(performance.now() - begin)
  }
  report({
    bench: 'cone of 1 degree to JSON: rows/s, against one full scan of the same rows',
    value: median(scan) / median(cone),
    unit: 'throughput ratio',
    goal: '>= 0.5',
    details: {
      rows,
      coneMs: median(cone),
      scanMs: median(scan),
      scanWithoutCellsMs: median(bare),
    },
  })
}

/** Characters in all cells. */
function readCells(rows: readonly PackedRow[]): number {
  let length = 0
  for (const row of rows) {
    for (let i = 0; i < row.layout.columns.length; i++) length += readLiteral(row, i)?.length ?? 0
  }
  return length
}

/** How long the first byte of a wide cone takes, as a share of the whole answer. */
async function benchFirstByte(origin: string): Promise<void> {
  const { raDeg, decDeg } = FIELD
  const url = `${origin}/api/v1/conesearch?ra=${raDeg}&dec=${decDeg}&radius=3600&n=1000000`
  const first: number[] = []
  const whole: number[] = []
  for (let run = 0; run < 15; run++) {
    const begin = performance.now()
    const body = (await fetch(url)).body
    if (body === null) throw new Error('The cone has no body')
    let isFirst = true
    for await (const _ of body) {
      if (isFirst) first.push(performance.now() - begin)
      isFirst = false
    }
    whole.push(performance.now() - begin)
  }
  report({
    bench: 'cone of 1 degree over HTTP: time to the first byte, against the whole',
    value: median(first) / median(whole),
    unit: 'ratio',
    goal: '<= 0.1',
    details: { firstMs: median(first), wholeMs: median(whole) },
  })
}

async function benchHttp(all: readonly Position[]): Promise<void> {
  const server = await startServer('bin/fink', ['serve', '--data', folder, '--port', '0'])
  const path = ({ ra, dec }: Position): string => `/api/v1/conesearch?ra=${ra}&dec=${dec}&radius=5`
  const floor = await startServer(process.execPath, [
    fileURLToPath(new URL('constant-server.js', import.meta.url)),
    server.url,
    path(all[0]!),
  ])
  const urls = all.map(position => server.url + path(position))
  const ratios: number[] = []
  for (let round = 0; round < 5; round++) {
    const ours = await load(urls, { connections: 1, seconds: 1 })
    const constant = await load([`${floor.url}/constant/0`], { connections: 1, seconds: 1 })
    ratios.push(ours.medianMs / constant.medianMs)
  }
  report({
    bench: 'cone of 5 arcsec over HTTP, median, against a constant small answer',
    value: median(ratios),
    unit: 'time ratio',
    goal: '<= 2',
  })
  await benchBatch(server.url, all, urls)
  await benchFirstByte(server.url)
  await server.stop()
  await floor.stop()
}

async function benchBatch(
  origin: string,
  all: readonly Position[],
  urls: readonly string[],
): Promise<void> {
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
