import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingShared, sharedPath } from '../shared.js'
import { type GoldenCase, readCases } from './cases.js'
import { assertSameRows, type Row } from './compare.js'
import { openGoldenApp } from './golden-app.js'
import { type Exception, replay } from './replay.js'

const ROUTES = ['latests', 'classes', 'tracklet', 'anomaly', 'statistics', 'ssocand']

function rowsOf(text: string): Row[] {
  return JSON.parse(text) as Row[]
}

/** A trend holds for all rows, and there are more of them than the old service found among n. */
function hasTrend(count: number, isMet: (rate: number) => boolean) {
  return (body: Buffer): void => {
    const rates = rowsOf(body.toString()).map(row => Number(row['d:mag_rate']))
    assert.equal(rates.length, count)
    assert.ok(rates.every(isMet))
  }
}

/** Counts of classes are those of the store; everything else is as recorded, by night. */
function hasClassCounts(body: Buffer, { response }: GoldenCase): void {
  const withoutCounts = (row: Row): Row =>
    Object.fromEntries(
      Object.entries(row).filter(([name]) => !/^class:(?!simbad_)|^key:time$/.test(name)),
    )
  const actual = rowsOf(body.toString())
  const keyOf = (row: Row): string => String(row['key:key'])
  const expected = rowsOf(response.body ?? '').sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  assertSameRows(actual.map(withoutCounts), expected.map(withoutCounts), 'as is')
  for (const [i, row] of actual.entries()) {
    for (const [name, count] of Object.entries(row)) {
      if (!/^class:(?!simbad_)/.test(name)) continue
      const recorded = expected[i]?.[name] ?? null
      assert.equal(count === null, recorded === null, name)
      if (count !== null) assert.match(String(count), /^[1-9]\d*$/, name)
    }
  }
}

/** Cases answered differently on purpose, by route and variant; see docs/explain/differences.md. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'latests trend-rising': {
    reason: 'n counts what passes the trend',
    check: hasTrend(26, rate => rate < 0),
  },
  'latests trend-fading': {
    reason: 'n counts what passes the trend',
    check: hasTrend(16, rate => rate > 0),
  },
  'latests blazar-low-color': {
    reason: 'one row an object, with the rates of its whole light curve',
    check: body => {
      const rows = rowsOf(body.toString())
      assert.equal(rows.length, 6)
      assert.equal(new Set(rows.map(row => row['i:objectId'])).size, 6)
      assert.ok(Math.abs(Number(rows[5]?.['v:rate']) - 82.2381446879) < 1e-9)
    },
  },
  'latests color-false': {
    reason: 'False is no',
    check: body => {
      const rows = rowsOf(body.toString())
      assert.equal(rows.length, 3)
      assert.ok(rows.every(row => !('v:rate' in row) && 'v:classification' in row))
    },
  },
  'statistics night': { reason: 'classes are counted', check: hasClassCounts },
  'statistics all': { reason: 'classes are counted', check: hasClassCounts },
  'statistics class-column': { reason: 'classes are counted', check: hasClassCounts },
  'statistics schema': {
    reason: 'every class has its name',
    check: body => {
      const names = rowsOf(body.toString()).map(row => String(row.schema))
      assert.deepEqual(names, [...names].sort())
      assert.deepEqual(
        names.filter(name => name.startsWith('basic:')),
        ['exposures', 'fields', 'n_g', 'n_r', 'raw', 'sci'].map(name => `basic:${name}`),
      )
      for (const name of ['simbad_gal', 'simbad_tot', 'Unknown', 'SN candidate']) {
        assert.ok(names.includes(`class:${name}`), name)
      }
    },
  },
}

test('recorded requests of the routes of alerts', async t => {
  if (sharedPath('spec') === undefined) return t.skip(missingShared)
  const { server, close } = await openGoldenApp(sharedPath('golden/store')!)
  try {
    for (const recorded of readCases(sharedPath('golden/ztf')!, ROUTES)) {
      const exception = EXCEPTIONS[`${recorded.route} ${recorded.variant}`]
      await t.test(recorded.file, () =>
        replay(server.app, recorded, sharedPath('data')!, exception),
      )
    }
  } finally {
    await close()
  }
})
