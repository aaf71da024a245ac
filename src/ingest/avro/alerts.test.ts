import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AlertBatch, AlertFields } from '../alert-batch.js'
import { openAlertFile } from '../alert-file.js'
import { AlertFileError } from '../errors.js'
import { encodeAvroFile, makeAlert, memorySource } from '../testing/alert-fixture.js'
import { createAvroReaders } from './batch.js'

const FIELDS: AlertFields = {
  cells: [
    { path: 'objectId', column: 'i:objectId', type: 'string' },
    { path: 'candid', column: 'i:candid', type: 'long' },
    { path: 'candidate.magpsf', column: 'i:magpsf', type: 'float' },
    { path: 'mangrove.lum_dist', column: 'd:mangrove_lum_dist', type: 'string' },
    { path: 'lc_features_g', column: 'd:features', type: 'double' },
    { path: 'gaiaClass', column: 'd:gaiaClass', type: 'string' },
  ],
  lists: [
    { path: 'prv_candidates.jd', type: 'double' },
    { path: 'prv_candidates.magpsf', type: 'float' },
    { path: 'lc_features_g', type: 'double' },
  ],
  required: ['objectId', 'candid'],
}

const history = [
  { jd: 2460300.5, fid: 1, pid: 1n, magpsf: null, diffmaglim: 20, rb: null, nbad: null },
  { jd: 2460301.5, fid: 2, pid: 2n, magpsf: 19, diffmaglim: 20, rb: 0.5, nbad: 1 },
]

const open = (bytes: Buffer) =>
  openAlertFile(memorySource('a.avro', bytes), FIELDS, createAvroReaders(FIELDS))

async function readAll(bytes: Buffer, start = 0, size = 100): Promise<AlertBatch[]> {
  const batches: AlertBatch[] = []
  for await (const batch of (await open(bytes)).batches(start, size)) batches.push(batch)
  return batches
}

test('openAvroAlerts() reads nested values, maps, histories and records', async () => {
  const [batch] = await readAll(
    encodeAvroFile([
      makeAlert(0, { prv_candidates: history, mangrove: { lum_dist: '57.04' } }),
      makeAlert(1, { lc_features_g: { mean: 1.5, kurtosis: null } }),
    ]),
  )
  assert.deepEqual(batch?.cells, [
    ['ZTF24testa', 'ZTF24testb'],
    [2_500_000_000_000_000_000n, 2_500_000_000_000_000_001n],
    [18.5, 18.5],
    ['57.04', null],
    undefined,
    undefined,
  ])
  assert.deepEqual(batch?.lists, [
    [[2460300.5, 2460301.5], null],
    [[null, 19], null],
    [null, [1.5, null]],
  ])
  assert.deepEqual(batch?.rows, [0, 1])
})

test('openAvroAlerts() tells which paths a file has', async () => {
  const file = await open(encodeAvroFile([makeAlert(0)]))
  assert.deepEqual([file.format, file.length], ['avro', 1])
  const paths = ['cutoutScience', 'candidate.jd', 'candidate', 'gaiaClass']
  assert.deepEqual(await Promise.all(paths.map(path => file.has(path))), [true, true, true, false])
})

for (const codec of ['null', 'deflate', 'snappy'] as const) {
  test(`openAvroAlerts() resumes in the middle of a block: codec ${codec}`, async () => {
    const alerts = Array.from({ length: 8 }, (_, i) => makeAlert(i))
    const batches = await readAll(encodeAvroFile(alerts, { codec, perBlock: 3 }), 4, 3)
    assert.deepEqual(
      batches.map(({ rows }) => rows),
      [[4, 5, 6], [7]],
    )
    assert.deepEqual(batches[0]?.cells[0], ['ZTF24teste', 'ZTF24testf', 'ZTF24testg'])
  })
}

test('openAvroAlerts() accepts a file without alerts', async () => {
  const file = await open(encodeAvroFile([]))
  await file.check()
  assert.equal(file.length, 0)
})

test('openAvroAlerts() refuses files that are cut anywhere', async () => {
  const bytes = encodeAvroFile([makeAlert(0), makeAlert(1), makeAlert(2)], { perBlock: 1 })
  const whole = await open(bytes)
  assert.equal(whole.length, 3)
  for (let end = 4; end < bytes.length; end += 7) {
    const cut = bytes.subarray(0, end)
    const isRefused = await open(cut).then(
      // A file may end where a block ends: then it is a whole file of fewer alerts.
      file => file.length < 3 && file.check().then(() => true),
      (error: unknown) => error instanceof AlertFileError && error.path === 'a.avro',
    )
    assert.ok(isRefused, `cut after ${end} bytes`)
  }
})

test('check() of an Avro file finds records that do not fill their block', async () => {
  const bytes = encodeAvroFile([makeAlert(0)], { perBlock: 1 })
  // The union branch of the first value is changed to one that does not exist.
  const at = bytes.indexOf('ZTF24testa') - 2
  const damaged = Buffer.from(bytes)
  damaged[at] = 40
  const file = await open(damaged)
  await assert.rejects(file.check(), /Cannot ingest "a.avro": alert 0 cannot be decoded/)
})

test('openAvroAlerts() refuses a file without required values by name', async () => {
  const fields = { ...FIELDS, required: ['candidate.jd', 'diaSource.midpointMjdTai'] }
  const source = memorySource('a.avro', encodeAvroFile([makeAlert(0)]))
  await assert.rejects(
    openAlertFile(source, fields, createAvroReaders(fields)),
    /Cannot ingest "a.avro": its alerts have no "diaSource.midpointMjdTai"/,
  )
})

test('openAlertFile() refuses what is no alert file', async () => {
  await assert.rejects(open(Buffer.from('hello')), /neither a Parquet nor an Avro/)
  await assert.rejects(open(Buffer.alloc(0)), AlertFileError)
})
