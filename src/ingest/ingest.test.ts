import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '../store/memory.js'
import type { Store } from '../store/store.js'
import { ztfIngest } from '../surveys/ztf/alert-ingest.js'
import { type IngestRequest, ingest } from './ingest.js'
import { FILES_TABLE, REJECTED_TABLE } from './ledger.js'
import {
  type AlertRecord,
  encodeAvroFile,
  makeAlert,
  memoryOpener,
} from './testing/alert-fixture.js'
import { dumpStore, dumpTable } from './testing/store-dump.js'

type Files = Readonly<Record<string, readonly AlertRecord[] | Buffer>>

function ingestFiles(store: Store, files: Files, options: Partial<IngestRequest> = {}) {
  const bytes = Object.entries(files).map(([path, content]) => [
    path,
    Buffer.isBuffer(content) ? content : encodeAvroFile(content),
  ])
  return ingest({
    store,
    survey: ztfIngest,
    files: Object.keys(files),
    open: memoryOpener(Object.fromEntries(bytes)),
    ...options,
  })
}

const many = (count: number, first = 0): AlertRecord[] =>
  Array.from({ length: count }, (_, i) =>
    makeAlert(first + i, {}, { jd: 2460310.5 + (first + i) / 1000 }),
  )

test('ingest() writes the rows of an alert to every table it belongs to', async () => {
  const store = openMemoryStore()
  const alert = makeAlert(
    1,
    { roid: 3, tns: 'SN Ia', tracklet: 'TRCK_20240101_000000_00', anomaly_score: -0.2 },
    { ssnamenr: '8467' },
  )
  const summary = await ingestFiles(store, { 'a.avro': [alert] })
  const keys = async (table: string): Promise<string[]> =>
    Object.keys(await dumpTable(store, table))
  assert.deepEqual(await keys('ztf'), ['ZTF24testb_2460310.75'])
  assert.deepEqual(await keys('ztf.class'), ['Solar System MPC_2460310.75_ZTF24testb'])
  assert.deepEqual(await keys('ztf.ssnamenr'), ['8467_2460310.75'])
  assert.deepEqual(await keys('ztf.tracklet'), ['TRCK_20240101_000000_00_ZTF24testb'])
  assert.deepEqual(await keys('ztf.tns'), ['SN Ia_2460310.75_ZTF24testb'])
  assert.deepEqual(await keys('ztf.anomaly'), ['2460310.75_ZTF24testb'])
  assert.match((await keys('ztf.pixel128'))[0] ?? '', /^\d+_2460300\.75_ZTF24testb$/)
  // Stamps of Avro files are not kept.
  assert.deepEqual(await keys('ztf.cutouts'), [])
  assert.deepEqual(
    [summary.alerts, summary.rejected, summary.ingested, summary.rows.get('ztf')],
    [1, 0, ['a.avro'], { added: 1, changed: 0 }],
  )
})

test('ingest() makes every table known even without rows', async () => {
  const store = openMemoryStore()
  await ingestFiles(store, {})
  for (const { name, columns } of ztfIngest.tables) {
    assert.equal((await store.schema(name))?.columns.length, columns.length, name)
  }
})

test('ingest() run twice changes nothing, and tells files by their content', async () => {
  const store = openMemoryStore()
  await ingestFiles(store, { 'a.avro': many(5) })
  const before = await dumpStore(store)
  const summary = await ingestFiles(store, { 'a.avro': many(5), 'renamed.avro': many(5) })
  assert.deepEqual(summary.alreadyIn, ['a.avro', 'renamed.avro'])
  assert.equal(summary.alerts, 0)
  assert.deepEqual(await dumpStore(store), before)
})

test('ingest() puts broken alerts aside with the reason, the rest goes in', async () => {
  const store = openMemoryStore()
  const alerts = [
    makeAlert(0, {}, { ra: 400 }),
    makeAlert(1),
    makeAlert(2, { objectId: null }),
    makeAlert(3, { candid: null }),
    makeAlert(4, {}, { jd: Number.NaN }),
    makeAlert(5, { cdsxmatch: 'x'.repeat(300) }),
  ]
  const summary = await ingestFiles(store, { 'a.avro': alerts })
  assert.deepEqual(Object.keys(await dumpTable(store, 'ztf')), ['ZTF24testb_2460310.75'])
  assert.deepEqual(
    summary.rejections.map(({ position, reason }) => [position, reason]),
    [
      [0, 'i:ra: expected 0 to 360, got 400'],
      [2, 'i:objectId: expected letters and digits, got null'],
      [3, 'i:candid: expected a positive number, got null'],
      [4, 'i:jd: expected 2400000 to 2500000, got NaN'],
      [5, `d:cdsxmatch: expected at most 200 characters, got "${'x'.repeat(40)}"`],
    ],
  )
  const aside = Object.values(await dumpTable(store, REJECTED_TABLE))
  assert.deepEqual(aside[0], {
    'i:alert': '2500000000000000000',
    'i:path': 'a.avro',
    'i:position': '0',
    'i:reason': 'i:ra: expected 0 to 360, got 400',
  })
  const [file] = Object.values(await dumpTable(store, FILES_TABLE))
  assert.equal(file?.['i:rejected'], '5')
  assert.equal(file?.['i:state'], 'finished')
})

test('ingest() refuses a broken file by name and writes nothing of it', async () => {
  const store = openMemoryStore()
  const whole = encodeAvroFile(many(9))
  const summary = await ingestFiles(
    store,
    { 'cut.avro': whole.subarray(0, whole.length - 30), 'b.avro': many(2, 20) },
    { batchRows: 2 },
  )
  assert.deepEqual(summary.refused.length, 1)
  assert.equal(summary.refused[0]?.path, 'cut.avro')
  assert.match(summary.refused[0]?.reason ?? '', /block/)
  assert.equal(Object.keys(await dumpTable(store, 'ztf')).length, 2)
  assert.equal(Object.keys(await dumpTable(store, FILES_TABLE)).length, 1)
})

test('ingest() refuses files that are not there', async () => {
  const store = openMemoryStore()
  const open = memoryOpener({})
  const summary = await ingest({ store, survey: ztfIngest, files: ['none.avro'], open })
  assert.deepEqual(summary.refused, [
    { path: 'none.avro', reason: 'it cannot be read (no such file)' },
  ])
})

test('ingest() interrupted and run again gives what one run gives', async () => {
  const files = { 'a.avro': many(10), 'b.avro': many(7, 10), 'c.avro': many(3, 20) }
  const whole = openMemoryStore()
  await ingestFiles(whole, files, { batchRows: 4 })
  for (let stopAfter = 1; stopAfter <= 5; stopAfter++) {
    const store = openMemoryStore()
    const abort = new AbortController()
    let writes = 0
    const first = await ingestFiles(store, files, {
      batchRows: 4,
      signal: abort.signal,
      onProgress: () => {
        if (++writes === stopAfter) abort.abort()
      },
    })
    assert.ok(first.isInterrupted || stopAfter === 5)
    const second = await ingestFiles(store, files, { batchRows: 3 })
    assert.equal(first.alerts + second.alerts, 20)
    assert.deepEqual(await dumpStore(store), await dumpStore(whole))
  }
})

test('ingest() leaves a store that it can go on from when a write fails', async () => {
  const files = { 'a.avro': many(10), 'b.avro': many(7, 10) }
  const whole = openMemoryStore()
  await ingestFiles(whole, files)
  for (let failing = 1; failing <= 6; failing++) {
    const store = openMemoryStore()
    let writes = 0
    const flaky: Store = {
      ...store,
      write: puts => (writes++ === failing ? Promise.reject(new Error('full')) : store.write(puts)),
    }
    await ingestFiles(flaky, files, { batchRows: 3 }).catch(error =>
      assert.match(error.message, /full/),
    )
    await ingestFiles(store, files, { batchRows: 5 })
    assert.deepEqual(await dumpStore(store), await dumpStore(whole))
  }
})

test('ingest() gives the same tables for any order of files', async () => {
  const object = { objectId: 'ZTF24same' }
  const at = (jd: number, magpsf: number | null, number: number): AlertRecord =>
    makeAlert(number, { ...object, tracklet: 'None' }, { jd, magpsf, ra: 10, drb: magpsf && 0.5 })
  const files: [string, readonly AlertRecord[]][] = [
    ['a.avro', [at(2460310.7, 18, 1)]],
    ['b.avro', [at(2460311.7, 19, 2), at(2460309.7, 17, 3)]],
    ['c.avro', [makeAlert(9)]],
  ]
  const dumps: unknown[] = []
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [1, 2, 0],
  ]) {
    const store = openMemoryStore()
    await ingestFiles(store, Object.fromEntries(order.map(i => files[i]!)), { batchRows: 1 })
    dumps.push(await dumpStore(store))
    const [row] = Object.entries(await dumpTable(store, 'ztf.pixel128')).filter(([key]) =>
      key.endsWith('same'),
    )
    assert.equal(row?.[1]['i:magpsf'], '19.0')
  }
  for (const dump of dumps) assert.deepEqual(dump, dumps[0])
})

test('ingest() counts alerts as they are stored now', async () => {
  const store = openMemoryStore()
  await ingestFiles(store, {
    'raw.avro': [makeAlert(1), makeAlert(2), makeAlert(3, {}, { fid: 2 })],
  })
  // The same alert again, now with a counterpart: its label changes.
  await ingestFiles(store, { 'again.avro': [makeAlert(1, { cdsxmatch: 'RRLyr' })] })
  assert.deepEqual(await dumpTable(store, 'statistics_class'), {
    ztf_20240101: {
      'basic:exposures': '1',
      'basic:fields': '1',
      'basic:n_g': '2',
      'basic:n_r': '1',
      'basic:raw': '3',
      'basic:sci': '3',
      'class:RRLyr': '1',
      'class:Unknown': '2',
      'class:simbad_gal': '2',
      'class:simbad_tot': '1',
    },
  })
  assert.deepEqual(Object.keys(await dumpTable(store, 'ztf.class')), [
    'RRLyr_2460310.75_ZTF24testb',
    'Unknown_2460310.75_ZTF24testc',
    'Unknown_2460310.75_ZTF24testd',
  ])
})

test('ingest() keeps what a later file does not say about an alert', async () => {
  const store = openMemoryStore()
  await ingestFiles(store, { 'a.avro': [makeAlert(1, { cdsxmatch: 'QSO' })] })
  await ingestFiles(store, { 'b.avro': [makeAlert(1, { cdsxmatch: null }, { field: 701 })] })
  const [row] = Object.values(await dumpTable(store, 'ztf'))
  assert.equal(row?.['d:cdsxmatch'], 'QSO')
  assert.equal(row?.['i:field'], '701')
  const [night] = Object.values(await dumpTable(store, 'statistics_class'))
  assert.deepEqual([night?.['basic:fields'], night?.['class:QSO']], ['1', '1'])
})

test('ingest() counts each alert once, also those that share object and time', async () => {
  const store = openMemoryStore()
  const twin = (number: number): AlertRecord => makeAlert(number, { objectId: 'ZTF24twin' })
  const raw = async (): Promise<string | undefined> =>
    Object.values(await dumpTable(store, 'statistics_class'))[0]?.['basic:raw']
  await ingestFiles(store, { 'a.avro': [twin(1), twin(2), twin(1)] })
  assert.equal(await raw(), '2')
  await ingestFiles(store, { 'b.avro': [twin(2), twin(1)] })
  assert.equal(await raw(), '2')
  assert.equal(Object.keys(await dumpTable(store, 'ztf')).length, 1)
})

test('ingest() keeps the ten lowest anomaly scores of a night in any order', async () => {
  const scores = Array.from({ length: 14 }, (_, i) => -0.01 * ((i * 5) % 14))
  const alerts = scores.map((anomaly_score, i) =>
    makeAlert(i, { anomaly_score }, { jd: 2460310.5 + i / 100 }),
  )
  const otherNight = makeAlert(20, { anomaly_score: -0.001 }, { jd: 2460311.5 })
  const kept: string[][] = []
  for (const order of [alerts, alerts.toReversed()]) {
    const store = openMemoryStore()
    await ingestFiles(store, { 'a.avro': [...order, otherNight] }, { batchRows: 3 })
    kept.push(Object.keys(await dumpTable(store, 'ztf.anomaly')))
  }
  const best = scores
    .map((score, i) => ({
      score,
      key: `${2460310.5 + i / 100}_ZTF24test${String.fromCharCode(97 + i)}`,
    }))
    .sort((a, b) => a.score - b.score)
    .slice(0, 10)
    .map(({ key }) => key)
  assert.deepEqual(kept[0], kept[1])
  assert.deepEqual(kept[0]?.slice(0, 10), best.sort())
  assert.equal(kept[0]?.length, 11)
})

test('ingest() writes small files together', async () => {
  const store = openMemoryStore()
  const files = Object.fromEntries(many(12).map((alert, i) => [`${i}.avro`, [alert]]))
  let writes = 0
  const summary = await ingestFiles(store, files, { batchRows: 5, onProgress: () => writes++ })
  assert.deepEqual([summary.alerts, writes], [12, 3])
  assert.equal(Object.keys(await dumpTable(store, FILES_TABLE)).length, 12)
})

test('ingest() tells how fast it was by the given clock', async () => {
  let now = 0
  const summary = await ingestFiles(
    openMemoryStore(),
    { 'a.avro': many(6) },
    { now: () => (now += 500) },
  )
  assert.deepEqual([summary.seconds, summary.alertsPerSecond], [0.5, 12])
})

test('ingest() refuses batches of no or too many alerts', async () => {
  for (const batchRows of [0, 16_385, 1.5]) {
    await assert.rejects(ingestFiles(openMemoryStore(), {}, { batchRows }), RangeError)
  }
})
