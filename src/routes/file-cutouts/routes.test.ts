import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testExamples } from '../../../test/examples/examples.js'
import {
  memoryLake,
  openCutoutService,
  type StampAlert,
  stampFile,
  stampPixels,
} from '../../../test/routes/stamp-app.js'
import { countingLake } from '../../datalake/testing/counting-lake.js'
import { DatalakeError } from '../../errors.js'

const FILE = 'archive/science/year=2024/month=11/day=14/part-00000.parquet'
const OBJECT = 'ZTF24abssjsb'

const alerts: readonly StampAlert[] = [
  { object: OBJECT, jd: 1, candid: 2890466950515015016n, magnitude: 18 },
  { object: 'ZTF20zzzzzzz', jd: 2, candid: 2890466950515015017n, magnitude: 18 },
  { object: OBJECT, jd: 3, candid: 2890466950515015018n, magnitude: 18, missing: ['Template'] },
]
const file = stampFile(alerts)
const files = new Map([
  [`user/fink/${FILE}`, file],
  ['secret/a.parquet', file],
  ['user/fink/notes.txt', Buffer.from('hello, this is no Parquet')],
  ['user/fink/broken.parquet', brokenPages()],
])

/** The same file with pages that cannot be read. */
function brokenPages(): Uint8Array {
  const bytes = file.slice()
  bytes.fill(0xff, 200, file.length >> 1)
  return bytes
}

const lake = countingLake(memoryLake(files))
const { app, endpoints } = openCutoutService(lake)
after(() => app.close())

testExamples(() => app, endpoints)

const URL_PATH = '/api/v1/cutouts'
const given = { hdfsPath: FILE, objectId: OBJECT, kind: 'Science' }

test('cutout service takes the first alert of the object in the file unless one is named', async () => {
  const first = await app.inject({ url: URL_PATH, query: given })
  assert.deepEqual(first.json(), [stampPixels(alerts[0]!, 'Science')])
  const candid = String(alerts[2]!.candid)
  const named = await app.inject({ url: URL_PATH, query: { ...given, candid } })
  assert.deepEqual(named.json(), [stampPixels(alerts[2]!, 'Science')])
  const all = await app.inject({ url: URL_PATH, query: { ...given, candid, kind: 'All' } })
  assert.deepEqual(all.json(), [
    stampPixels(alerts[2]!, 'Science'),
    null,
    stampPixels(alerts[2]!, 'Difference'),
  ])
  const other = { ...given, candid: String(alerts[1]!.candid) }
  assert.equal((await app.inject({ url: URL_PATH, query: other })).statusCode, 404)
})

test('cutout service reads files below its root by absolute and relative paths', async () => {
  const below = openCutoutService(memoryLake(new Map([[FILE, file]])), { root: '/user/fink' })
  for (const hdfsPath of [FILE, `/user/fink/${FILE}`, `//user//fink/${FILE}`]) {
    const answer = await below.app.inject({ url: URL_PATH, query: { ...given, hdfsPath } })
    assert.equal(answer.statusCode, 200, hdfsPath)
  }
  for (const hdfsPath of ['/secret/a.parquet', '/user/other/a.parquet', '../../secret/a.parquet']) {
    const answer = await below.app.inject({ url: URL_PATH, query: { ...given, hdfsPath } })
    assert.deepEqual([answer.statusCode, answer.json().param], [400, 'hdfsPath'], hdfsPath)
  }
  await below.app.close()
})

test('cutout service opens nothing but files of the lake', async () => {
  lake.take()
  const hostile = [
    '../../secret/a.parquet',
    '/user/fink/../../secret/a.parquet',
    './a.parquet',
    'a/../../../secret/a.parquet',
    'file:///etc/passwd',
    'hdfs://127.0.0.1:8020/secret/a.parquet',
    's3://bucket/key',
    'http://127.0.0.1/a',
    'a\\..\\b',
    '/',
    '.',
  ]
  for (const hdfsPath of hostile) {
    const answer = await app.inject({ url: URL_PATH, query: { ...given, hdfsPath } })
    assert.deepEqual([answer.statusCode, answer.json().param], [400, 'hdfsPath'], hdfsPath)
  }
  assert.deepEqual(lake.take(), [])
})

test('cutout service tells a wrong file from a broken one and from a lake that fails', async () => {
  const statusOf = async (hdfsPath: string, of = app): Promise<number> =>
    (await of.inject({ url: URL_PATH, query: { ...given, hdfsPath } })).statusCode
  assert.equal(await statusOf('missing.parquet'), 404)
  assert.equal(await statusOf('notes.txt'), 400)
  assert.equal(await statusOf('broken.parquet'), 502)
  const fail = () =>
    Promise.reject(new DatalakeError('HDFS', 'HDFS is down', { failure: 'unavailable' }))
  const down = openCutoutService({
    size: fail,
    read: fail,
    write: fail,
    close: async () => undefined,
  })
  assert.equal(await statusOf(FILE, down.app), 503)
  await down.app.close()
})

test('cutout service looks an alert up in a known file with at most one read', async () => {
  await app.inject({ url: URL_PATH, query: given })
  lake.take()
  for (const { object, candid } of alerts) {
    const query = { ...given, objectId: object, candid: String(candid), kind: 'Difference' }
    assert.equal((await app.inject({ url: URL_PATH, query })).statusCode, 200)
    assert.ok(lake.take().length <= 1)
  }
})
