/**
 * Ingest of the reference alerts against the recorded content of the old service's store, row by
 * row and cell by cell.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Cell } from '../../src/ingest/alert-batch.js'
import { type IngestSummary, ingest } from '../../src/ingest/ingest.js'
import type { CompleteBatch, SurveyIngest } from '../../src/ingest/survey-ingest.js'
import { ingestTable } from '../../src/ingest/table-file.js'
import { dumpStore, dumpTable, type TableDump } from '../../src/ingest/testing/store-dump.js'
import { openMemoryStore } from '../../src/store/memory.js'
import type { Store } from '../../src/store/store.js'
import { cellPosition } from '../../src/surveys/ztf/alert.js'
import { ztfIngest } from '../../src/surveys/ztf/alert-ingest.js'
import { ztfTableFiles } from '../../src/surveys/ztf/alert-side-tables.js'
import { ZTF_TABLES } from '../../src/surveys/ztf/tables.js'
import { testWithShared } from '../shared.js'

type Paths = (relative: string) => string

/** Tables that alerts fill; each must be equal to the recorded one. */
const FROM_ALERTS = [
  'ztf',
  'ztf.class',
  'ztf.pixel128',
  'ztf.upper',
  'ztf.uppervalid',
  'ztf.ssnamenr',
  'ztf.tracklet',
  'ztf.tns',
  'ztf.anomaly',
  'ztf.slsn',
  'ztf.cutouts',
  'statistics_class',
] as const

/** Tables that files of their own fill. */
const FROM_FILES = [
  ['tns_resolver', 'data/other/tns_raw.parquet'],
  ['orb_cand', 'data/sso/ssocand_orbital.parquet'],
  ['sso_cand', 'data/sso/ssocand_trajectory_orb.parquet'],
] as const

/**
 * Tables that were filled by hand in the recorded store: no alert there is in a blazar state, and
 * names and notes do not come from alerts.
 */
const BY_HAND = [
  'ztf.low_state_blazars',
  'ztf.high_state_blazars',
  'ztf.sso_resolver',
  'ztf.metadata',
] as const

/** Files of the recorded store, in its order. A folder stands for its files. */
const FILES = [
  'ztf/fink/science_20190903.parquet',
  'ztf/fink/tde_ZTF20abfcszi_202008.parquet',
  'ztf/fink/tracklet_20210604.parquet',
  'ztf/raw_avro/pgb_ZTF21abiuvdk/',
  'ztf/fink/regular_20211122_a.parquet',
  'ztf/fink/online_20220804_sso.parquet',
  'ztf/derived/night_20231018_raw_nocutouts.parquet',
  'ztf/fink/dwarf_agn_manga.parquet',
  'ztf/raw_avro/boom_20240715/',
  'ztf/fink/sso8467_20250114.parquet',
  'ztf/fink/sso8467_20250116.parquet',
  'ztf/fink/sso8467_20250131.parquet',
  'ztf/raw_avro/ztf_v4_02_ZTF17aaarzyp.avro',
  'ztf/fink/regular_20250614.parquet',
  'ztf/fink/yso_spicy_20250731.parquet',
  'ztf/fink/slsn_202509.parquet',
  'ztf/fink/yso_alert_20251019.avro',
  'ztf/derived/superluminous_202511_17rows.parquet',
  'ztf/fink/datatransfer_20260322_sn.avro',
]

/** Alerts in these files; fourteen of them share object and time with another. */
const ALERTS = 1354

function listFiles(path: Paths, names: readonly string[]): string[] {
  return names.flatMap(name => {
    const full = path(`data/${name}`)
    return name.endsWith('/')
      ? readdirSync(full)
          .sort()
          .map(file => `${full}/${file}`)
      : [full]
  })
}

/**
 * The survey with the one value that the recorded store has from elsewhere: the tracklet of the
 * fifteen alerts of one exposure, which the broker's own test expects.
 */
const withTracklet: SurveyIngest = {
  ...ztfIngest,
  addRows: (batch, origin, add) => ztfIngest.addRows(inTracklet(batch), origin, add),
  tally: (batch, position) => ztfIngest.tally(inTracklet(batch), position),
}

function inTracklet(batch: CompleteBatch): CompleteBatch {
  const times = batch.cells[cellPosition('i:jd')] ?? []
  const at = cellPosition('d:tracklet')
  const own = batch.cells[at] ?? []
  const column = own.map(
    (value, i): Cell => (times[i] === 2459369.9001157 ? 'TRCK_20210604_093609_00' : value),
  )
  return { ...batch, cells: batch.cells.with(at, column) }
}

async function ingestAll(
  store: Store,
  path: Paths,
  files: readonly string[],
  batchRows = 512,
): Promise<IngestSummary> {
  const root = path('data').length
  return ingest({
    store,
    survey: withTracklet,
    files,
    batchRows,
    storedPath: file => `hdfs://127.0.0.1:8020/shared/data${file.slice(root)}`,
  })
}

/** A recorded table; the counts that the old gateway could not decode stand there as bytes. */
function readRecorded(path: Paths, table: string): TableDump {
  const text = gunzipSync(readFileSync(path(`golden/store/${table}.ndjson.gz`))).toString()
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map(line => JSON.parse(line) as RecordedRow)
  return Object.fromEntries(
    rows.map(({ key, cells, hex = {} }) => {
      const counts = Object.entries(hex).map(([name, bytes]) => [
        name,
        String(BigInt(`0x${bytes}`)),
      ])
      return [key, { ...cells, ...Object.fromEntries(counts) }]
    }),
  )
}

interface RecordedRow {
  readonly key: string
  readonly cells: Readonly<Record<string, string>>
  readonly hex?: Readonly<Record<string, string>>
}

/** The position of an alert in its file is new, and not recorded. */
function withoutPositions(dump: TableDump): TableDump {
  return Object.fromEntries(
    Object.entries(dump).map(([key, { 'd:row': _, ...cells }]) => [key, cells]),
  )
}

function assertSameTable(actual: TableDump, expected: TableDump, table: string): void {
  assert.deepEqual(Object.keys(actual), Object.keys(expected), `keys of ${table}`)
  for (const [key, cells] of Object.entries(expected)) {
    assert.deepEqual(actual[key], cells, `${table} ${key}`)
  }
}

testWithShared('ingest() of the reference alerts gives the recorded tables', async path => {
  const store = openMemoryStore()
  const summary = await ingestAll(store, path, listFiles(path, FILES))
  assert.deepEqual([summary.alerts, summary.rejected, summary.refused], [ALERTS, 0, []])
  for (const table of FROM_ALERTS) {
    const actual = withoutPositions(await dumpTable(store, table))
    assertSameTable(actual, readRecorded(path, table), table)
  }
})

testWithShared(
  'ingest() gives the recorded tables for any order of files and batches',
  async path => {
    const files = listFiles(path, FILES)
    for (const [order, batchRows] of [
      [files.toReversed(), 200],
      [[...files.slice(9), ...files.slice(0, 9)], 37],
    ] as const) {
      const store = openMemoryStore()
      await ingestAll(store, path, order, batchRows)
      for (const table of FROM_ALERTS) {
        const actual = withoutPositions(await dumpTable(store, table))
        assertSameTable(actual, readRecorded(path, table), table)
      }
    }
  },
)

testWithShared('ingest() of the reference alerts run twice changes nothing', async path => {
  const store = openMemoryStore()
  const files = listFiles(path, FILES)
  await ingestAll(store, path, files)
  const before = await dumpStore(store)
  const summary = await ingestAll(store, path, files)
  assert.equal(summary.alreadyIn.length, files.length)
  assert.deepEqual(await dumpStore(store), before)
})

testWithShared('ingest() takes every alert file and refuses the rest by name', async path => {
  const store = openMemoryStore()
  const root = path('data/ztf')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(parquet|avro|avsc)$/.test(name))
    .sort()
    .map(name => `${root}/${name}`)
  const summary = await ingest({ store, survey: ztfIngest, files })
  const isOther = (file: string): boolean => /\.avsc$|grb_xmatch\.parquet$/.test(file)
  assert.deepEqual(
    summary.refused.map(refused => refused.path),
    files.filter(isOther),
  )
  assert.deepEqual([summary.rejected, summary.alerts], [0, ALERTS + 1])
})

for (const [kind, file] of FROM_FILES) {
  testWithShared(`ingestTable() gives the recorded table: ${kind}`, async path => {
    const store = openMemoryStore()
    const tableFile = ztfTableFiles.find(candidate => candidate.kind === kind)
    assert.ok(tableFile !== undefined)
    const summary = await ingestTable(store, tableFile, { file: path(file) })
    assertSameTable(await dumpTable(store, `ztf.${kind}`), readRecorded(path, `ztf.${kind}`), kind)
    assert.equal(summary.rejected, 0)
    const again = await ingestTable(store, tableFile, { file: path(file) })
    assert.deepEqual([again.added, again.changed], [0, 0])
  })
}

testWithShared('ingestTable() refuses files of another kind by name', async path => {
  for (const tableFile of ztfTableFiles) {
    const store = openMemoryStore()
    const file = path('data/ztf/fink/regular_20250614.parquet')
    await assert.rejects(ingestTable(store, tableFile, { file }), /regular_20250614.parquet": its/)
    assert.deepEqual(await store.tables(), [])
  }
})

test('every table of the survey is compared, or known to be made by hand', () => {
  const compared: string[] = [...FROM_ALERTS, ...BY_HAND]
  for (const [kind] of FROM_FILES) compared.push(`ztf.${kind}`)
  assert.deepEqual(ZTF_TABLES.map(({ name }) => name).sort(), compared.sort())
})
