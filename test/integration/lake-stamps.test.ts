/**
 * Stamps over the routes from the same files in a real HDFS, a real S3 and a local folder: byte for
 * byte the same answers, also while a data node is killed and started again. Without Java and Maven,
 * or Go, the tests are skipped by name.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ApiServer } from '../../src/api/server.js'
import { buildApp } from '../../src/app.js'
import { ingestFiles } from '../../src/cli/commands/ingest.js'
import { type Datalake, toContent } from '../../src/datalake/datalake.js'
import { openDatalake } from '../../src/datalake/open.js'
import { countingLake } from '../../src/datalake/testing/counting-lake.js'
import { nightPath, writeNights } from '../../src/simulate/night-file.js'
import { openEmbeddedStore } from '../../src/store/embedded/embedded.js'
import { ALL_KEYS, readRows, type Store } from '../../src/store/store.js'
import { derivationOf } from '../../src/surveys/surveys.js'
import { type HdfsDaemons, missingForHdfs, startHdfsDaemons } from '../services/hdfs.js'
import { missingForS3, startS3 } from '../services/s3.js'

const OBJECTS = 300
const NIGHTS = 2
/** Objects whose stamps are compared. */
const COMPARED = 6

const folder = mkdtempSync(join(tmpdir(), 'lake-stamps-'))
const nights = join(folder, 'nights')
const closing: (() => unknown)[] = []
let store: Store
let local: ApiServer
let ids: readonly string[]

before(async () => {
  for (const _ of writeNights(nights, { objects: OBJECTS, nights: NIGHTS, seed: 5 }));
  await ingestFiles(folder, [nights], { lake: nights, isQuiet: true })
  const opened = openEmbeddedStore(join(folder, 'store'), { derivationOf })
  store = opened
  closing.push(() => opened.close())
  const rows = await readRows(store, { table: 'ztf.cutouts', ranges: [ALL_KEYS] })
  const found = new Set(rows.map(({ key }) => key.slice(0, key.indexOf('_'))))
  ids = [...found].slice(0, COMPARED)
  local = serve(await openDatalake(nights))
})

after(async () => {
  for (const close of closing.reverse()) await close()
  rmSync(folder, { recursive: true, force: true })
})

/** The object API on the tables and a lake, with as good as nothing kept in memory. */
function serve(datalake: Datalake): ApiServer {
  const server = buildApp({
    store,
    datalake,
    lakeCacheBytes: 1,
    defaultSurvey: 'ztf',
    rowLimit: 10_000,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 2 ** 20,
    logLevel: 'silent',
    version: 'test',
  })
  closing.push(() => server.app.close())
  return server
}

/** Puts the files of the local lake into another one. */
async function upload(lake: Datalake): Promise<void> {
  for (let night = 0; night < NIGHTS; night++) {
    await lake.write(nightPath(night), toContent(readFileSync(join(nights, nightPath(night)))))
  }
}

const question = (id: string, more: Readonly<Record<string, string>>) =>
  `/api/v1/cutouts?${new URLSearchParams({ objectId: id, ...more })}`

function questions(): string[] {
  const one = ids.flatMap(id => [
    question(id, { kind: 'Science' }),
    question(id, { kind: 'Template', 'output-format': 'FITS' }),
    question(id, { kind: 'All', 'output-format': 'array', which: 'first' }),
    `/api/v1/objects?objectId=${id}&withcutouts=true`,
  ])
  return [...one, `/api/v1/objects?objectId=${ids}&withcutouts=true&cutout-kind=Difference`]
}

async function ask({ app }: ApiServer, url: string) {
  const { statusCode: status, headers, rawPayload } = await app.inject({ url })
  return { status, partial: headers['x-fink-partial'], etag: headers.etag, body: rawPayload }
}

/** Asks both, and gives the number of answers, which must be the same and good. */
async function assertSame(server: ApiServer): Promise<void> {
  for (const url of questions()) {
    const expected = await ask(local, url)
    assert.deepEqual([expected.status, expected.partial], [200, undefined], url)
    const { body, ...others } = await ask(server, url)
    assert.ok(body.equals(expected.body), url)
    assert.deepEqual(others, { ...others, status: 200, etag: expected.etag, partial: undefined })
  }
}

const missingHdfs = missingForHdfs()
if (missingHdfs.length > 0) {
  test('stamps from HDFS are those of the local lake', t =>
    t.skip(`needs ${missingHdfs.join(', ')}`))
} else {
  testHdfs()
}

function testHdfs(): void {
  let hdfs: HdfsDaemons
  let server: ApiServer
  before(async () => {
    hdfs = await startHdfsDaemons(2)
    closing.push(() => hdfs.close())
    const lake = await openDatalake(`webhdfs://${hdfs.webHdfs}/?user=fink`, {
      limits: { idleTimeoutMs: 4_000, retryDelayMs: 1 },
    })
    await upload(lake)
    server = serve(lake)
  })

  test('stamps from HDFS are byte for byte those of the local lake', () => assertSame(server))

  test('stamps from HDFS are read on from the other data node when one is killed', async () => {
    const [first] = hdfs.dataNodes
    await first!.kill()
    await assertSame(server)
    await first!.restart()
    await assertSame(server)
  })

  test('stamps asked for while all data nodes are gone fail by name, and are there again', async () => {
    const url = question(ids[0]!, { kind: 'Science' })
    const table = `/api/v1/objects?objectId=${ids[0]}&withcutouts=true`
    const expected = await ask(server, url)
    await Promise.all(hdfs.dataNodes.map(node => node.kill()))
    for (const wanted of [url, table]) {
      const { statusCode, body } = await server.app.inject({ url: wanted })
      assert.equal(statusCode, 503, body)
      assert.equal(JSON.parse(body).code, 'datalake_failed')
      assert.match(JSON.parse(body).text, /HDFS|127\.0\.0\.1|No active nodes/)
    }
    await hdfs.dataNodes[1]!.restart()
    assert.deepEqual(await ask(server, url), expected)
    await hdfs.dataNodes[0]!.restart()
  })
}

const missingS3 = missingForS3()
test('stamps from S3 are byte for byte those of the local lake', async t => {
  if (missingS3.length > 0) return t.skip(`needs ${missingS3.join(', ')}`)
  const s3 = await startS3()
  closing.push(() => s3.close())
  const { bucket, region, env } = s3
  const endpoint = encodeURIComponent(s3.endpoint)
  const address = `s3://${bucket}/nights?endpoint=${endpoint}&region=${region}`
  const lake = countingLake(await openDatalake(address, { env }))
  await upload(lake)
  const server = serve(lake)
  await assertSame(server)
  lake.take()
  await ask(server, question(ids[1]!, { kind: 'Science' }))
  const calls = lake.take()
  assert.equal(calls.length, 1)
  assert.ok(calls[0]!.bytes < 100_000, String(calls[0]!.bytes))
})
