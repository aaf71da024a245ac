import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testWithShared } from '../../../test/shared.js'
import type { AlertBatch, Cell } from '../../ingest/alert-batch.js'
import { completeBatch } from '../../ingest/known-alerts.js'
import type { AlertOrigin, AlertRow, RowTarget } from '../../ingest/survey-ingest.js'
import { addAlertRows, ztfFields } from './alert.js'
import { identifyAlert } from './alert-check.js'
import { ztfIngest } from './alert-ingest.js'
import { nightOf, tallyAlert } from './alert-statistics.js'
import { ZTF_TABLES } from './tables.js'

type Values = Readonly<Record<string, Cell | readonly Cell[]>>

const ALERT: Values = {
  objectId: 'ZTF24aaaaaaa',
  candid: 2500000000000000007n,
  'candidate.jd': 2460310.75,
  'candidate.jdstarthist': 2460300.5,
  'candidate.ra': 10,
  'candidate.dec': -5,
  'candidate.fid': 1,
  'candidate.field': 700,
  'candidate.magpsf': 18.5,
}

/** A batch of one alert; paths that are not given are not in the file. */
function batchOf(values: Values): AlertBatch {
  const column = (path: string) => (path in values ? [values[path]] : undefined)
  return {
    length: 1,
    rows: [41],
    cells: ztfFields.cells.map(({ path }) => column(path) as Cell[] | undefined),
    lists: ztfFields.lists.map(({ path }) => column(path) as (readonly Cell[])[] | undefined),
    problems: new Map(),
  }
}

const complete = (values: Values) => completeBatch(batchOf(values), ztfFields, [undefined])

/** Rows of the alert: table, key, and the cells by column. */
function rowsOf(changes: Values = {}, origin?: AlertOrigin) {
  const rows: { table: string; key: string; cells: Record<string, unknown> }[] = []
  addAlertRows(complete({ ...ALERT, ...changes }), origin, (target: RowTarget, row: AlertRow) => {
    const cells = Object.fromEntries(target.columns.map(({ name }, i) => [name, row.values[i]]))
    rows.push({ table: target.table, key: row.key, cells })
  })
  return rows
}

const keysIn = (table: string, changes: Values): string[] =>
  rowsOf(changes)
    .filter(row => row.table === table)
    .map(({ key }) => key)

const cellsIn = (table: string, changes: Values): Record<string, unknown> =>
  rowsOf(changes).find(row => row.table === table)?.cells ?? {}

testWithShared('ZTF_TABLES have the columns and types of the HBase tables', path => {
  const schemas = JSON.parse(readFileSync(path('spec/hbase-schemas.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >
  for (const { name, columns } of ZTF_TABLES) {
    const expected = Object.entries(schemas[name] ?? {}).filter(([column]) => !column.includes('<'))
    if (expected.length === 0) continue
    const own = columns.filter(column => column.name !== 'd:row')
    assert.deepEqual(own.map(column => [column.name, column.type]).sort(), expected.sort(), name)
  }
})

testWithShared('addAlertRows() writes the default of every column a raw packet lacks', path => {
  const { fink } = JSON.parse(readFileSync(path('spec/data/ztf_hbase_columns.json'), 'utf8')) as {
    fink: Record<string, { default: unknown }>
  }
  const cells = cellsIn('ztf', {})
  for (const [name, { default: value }] of Object.entries(fink)) {
    assert.equal(cells[`d:${name}`], value, name)
  }
})

test('addAlertRows() writes a raw packet to three tables', () => {
  assert.deepEqual(
    rowsOf().map(({ table, key }) => [table, key]),
    [
      ['ztf', 'ZTF24aaaaaaa_2460310.75'],
      ['ztf.class', 'Unknown_2460310.75_ZTF24aaaaaaa'],
      ['ztf.pixel128', '106766_2460300.5_ZTF24aaaaaaa'],
    ],
  )
})

test('addAlertRows() leaves the first date out of the pixel key when there is none', () => {
  assert.deepEqual(keysIn('ztf.pixel128', { 'candidate.jdstarthist': null }), [
    '106766_ZTF24aaaaaaa',
  ])
})

test('addAlertRows() leaves nulls of the file missing', () => {
  assert.equal(cellsIn('ztf', { mulens: null })['d:mulens'], null)
})

test('addAlertRows() selects tracklets by what is neither empty nor the text null', () => {
  assert.deepEqual(keysIn('ztf.tracklet', { tracklet: 'None' }), ['None_ZTF24aaaaaaa'])
  for (const tracklet of ['', 'null', null]) {
    assert.deepEqual(keysIn('ztf.tracklet', { tracklet }), [])
  }
})

test('addAlertRows() selects superluminous candidates, anomalies and blazar states', () => {
  assert.equal(keysIn('ztf.slsn', { slsn_score: 0.5 }).length, 0)
  assert.deepEqual(keysIn('ztf.slsn', { slsn_score: 0.51 }), ['2460310.75_ZTF24aaaaaaa'])
  assert.equal(keysIn('ztf.anomaly', { anomaly_score: 0 }).length, 0)
  assert.equal(keysIn('ztf.anomaly', { anomaly_score: -0.1 }).length, 1)
  const low = { 'blazar_stats.instantness_low': 0, 'blazar_stats.robustness_low': 0.99 }
  assert.equal(keysIn('ztf.low_state_blazars', low).length, 1)
  assert.equal(
    keysIn('ztf.low_state_blazars', { ...low, 'blazar_stats.robustness_low': 1 }).length,
    0,
  )
  assert.equal(
    keysIn('ztf.low_state_blazars', { ...low, 'blazar_stats.instantness_low': -1 }).length,
    0,
  )
  const high = { 'blazar_stats.instantness_high': 1.01, 'blazar_stats.robustness_high': 1.01 }
  assert.equal(keysIn('ztf.high_state_blazars', high).length, 1)
  assert.equal(
    keysIn('ztf.high_state_blazars', { ...high, 'blazar_stats.robustness_high': 1 }).length,
    0,
  )
})

test('addAlertRows() writes the newer blazar columns only when a file has them', () => {
  const column = 'd:blazar_stats_instantness_low'
  assert.ok(!(column in cellsIn('ztf', {})))
  const cells = { 'blazar_stats.instantness_low': 0.5 }
  assert.equal(cellsIn('ztf', cells)[column], 0.5)
  assert.equal(cellsIn('ztf.class', cells)[column], 0.5)
})

test('addAlertRows() writes features in brackets, in index tables in braces', () => {
  const some = { lc_features_g: [1, 0.5, null, Number.NaN, 1e-5] }
  const text = '1.0, 0.5, null, NaN, 1.0E-5'
  assert.equal(cellsIn('ztf', some)['d:lc_features_g'], `[${text}]`)
  assert.equal(cellsIn('ztf.class', some)['d:lc_features_g'], `{${text}}`)
  const none = { lc_features_g: null }
  assert.equal(
    cellsIn('ztf', none)['d:lc_features_g'],
    `[${new Array(26).fill('null').join(', ')}]`,
  )
  assert.equal(cellsIn('ztf.class', none)['d:lc_features_g'], null)
  assert.equal(cellsIn('ztf.class', {})['d:lc_features_g'], '[]')
})

test('addAlertRows() says where stamps are when the file has them', () => {
  const origin = { path: 'night/x.parquet', hasStamps: true }
  const [row] = rowsOf({}, origin).filter(({ table }) => table === 'ztf.cutouts')
  assert.deepEqual(row, {
    table: 'ztf.cutouts',
    key: 'ZTF24aaaaaaa_2460310.75',
    cells: {
      'i:objectId': 'ZTF24aaaaaaa',
      'i:jd': 2460310.75,
      'i:candid': 2500000000000000007n,
      'd:hdfs_path': 'night/x.parquet',
      'd:row': 41,
    },
  })
  assert.ok(
    !rowsOf({}, { ...origin, hasStamps: false }).some(({ table }) => table === 'ztf.cutouts'),
  )
})

/** Histories as `magpsf rb nbad` per entry, oldest first; times are 1, 2, 3, ... */
function history(...entries: readonly (readonly [Cell, Cell, Cell])[]): Values {
  return {
    'prv_candidates.jd': entries.map((_, i) => i + 1),
    'prv_candidates.magpsf': entries.map(([magpsf]) => magpsf),
    'prv_candidates.rb': entries.map(([, rb]) => rb),
    'prv_candidates.nbad': entries.map(([, , nbad]) => nbad),
  }
}

const LIMIT = [null, null, null] as const
const GOOD = [18, 0.55, 0] as const
const BAD = [18, 0.54, 0] as const

test('addAlertRows() writes all limits of a history that ends with one', () => {
  const changes = history(LIMIT, GOOD, BAD, LIMIT)
  assert.deepEqual(keysIn('ztf.upper', changes), ['ZTF24aaaaaaa_1.0', 'ZTF24aaaaaaa_4.0'])
  assert.deepEqual(keysIn('ztf.uppervalid', changes), [])
})

test('addAlertRows() writes all low quality points of a history that ends with one', () => {
  const changes = history(LIMIT, [18, 0.9, 1], GOOD, BAD)
  assert.deepEqual(keysIn('ztf.uppervalid', changes), ['ZTF24aaaaaaa_2.0', 'ZTF24aaaaaaa_4.0'])
  assert.deepEqual(keysIn('ztf.upper', changes), [])
})

test('addAlertRows() writes nothing of a history that ends with a good or unclear point', () => {
  for (const last of [GOOD, [18, null, 0], [18, 0.6, null]] as const) {
    const tables = rowsOf(history(LIMIT, BAD, last)).map(({ table }) => table)
    assert.ok(!tables.includes('ztf.upper') && !tables.includes('ztf.uppervalid'))
  }
  // One value is enough to tell that a point is not good.
  assert.equal(keysIn('ztf.uppervalid', history([18, null, 2])).length, 1)
})

test('identifyAlert() gives number, table and key', () => {
  assert.deepEqual(identifyAlert(batchOf(ALERT), 0), {
    alert: '2500000000000000007',
    table: 'ztf',
    key: 'ZTF24aaaaaaa_2460310.75',
  })
})

test('identifyAlert() names the value that is wrong', () => {
  const problemOf = (changes: Values): string => {
    const identity = identifyAlert(batchOf({ ...ALERT, ...changes }), 0)
    return 'problem' in identity ? identity.problem : ''
  }
  assert.equal(problemOf({ 'candidate.dec': -91 }), 'i:dec: expected -90 to 90, got -91')
  assert.equal(problemOf({ 'candidate.fid': 4 }), 'i:fid: expected 1, 2 or 3, got 4')
  assert.equal(problemOf({ 'candidate.magpsf': null }), 'i:magpsf: expected a magnitude, got null')
  assert.equal(problemOf({ candid: 0 }), 'i:candid: expected a positive number, got 0')
  assert.match(
    problemOf({ objectId: 'a_b' }),
    /^i:objectId: expected letters and digits, got "a_b"/,
  )
  assert.equal(problemOf({}), '')
})

test('tallyAlert() counts band, label, counterpart and host', () => {
  const tally = (changes: Values) => tallyAlert(complete({ ...ALERT, ...changes }), 0)
  assert.deepEqual(tally({ cdsxmatch: 'Seyfert_1' }), {
    key: 'ztf_20240101',
    counted: [
      'basic:raw',
      'basic:sci',
      'class:Seyfert_1',
      'basic:n_g',
      'class:simbad_tot',
      'class:simbad_gal',
    ],
    distinct: [
      ['basic:exposures', '2460310.75'],
      ['basic:fields', '700'],
    ],
  })
  for (const cdsxmatch of ['Unknown', 'Transient', 'Fail', 'Fail 504', null]) {
    assert.ok(!tally({ cdsxmatch }).counted.includes('class:simbad_tot'), String(cdsxmatch))
  }
})

test('nightOf() changes at midnight UTC', () => {
  assert.equal(nightOf(2460310.49999), '20231231')
  assert.equal(nightOf(2460310.5), '20240101')
})

test('ztfIngest groups anomalies by UTC night', () => {
  const [rule] = ztfIngest.best
  assert.deepEqual(rule?.groupOf('2460310.5_ZTF24aaaaaaa'), ['2460310.5', '2460311.4'])
  assert.deepEqual(rule?.groupOf('2460311.4999999_ZTF24aaaaaaa'), ['2460310.5', '2460311.4'])
})
