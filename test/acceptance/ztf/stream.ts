/** Acceptance of `statistics`, `anomaly`, `skymap` and `schema`. */
import assert from 'node:assert/strict'
import {
  assertAll,
  assertFormatsAgree,
  assertGetIsPost,
  columnsOf,
  distinct,
  valuesOf,
} from '../checks.js'
import { criterion, type RouteCriteria, type Subject } from '../criterion.js'
import type { Row } from '../live-service.js'
import { need } from '../outcome.js'

/** Criteria of the route. */
export const STATISTICS: RouteCriteria = {
  route: 'statistics',
  criteria: [
    criterion('2021 has 254 nights', async ({ service }) => {
      const rows = await service.someRows('statistics', { date: '2021', columns: 'basic:raw' })
      need(rows.length >= 254, `${rows.length} nights`)
      assert.equal(rows.length, 254)
    }),
    criterion('20211103 is one night of 346,644 alerts', async ({ service }) => {
      const rows = await service.someRows('statistics', { date: '20211103' })
      assert.equal(rows.length, 1)
      assert.ok(columnsOf(rows).includes('basic:sci'))
      need(Number(rows[0]?.['basic:raw']) > 1000, 'another night of that date')
      assert.equal(Number(rows[0]?.['basic:raw']), 346_644)
    }),
    criterion('two columns, one with blanks in its name', async ({ service }) => {
      const columns = 'basic:exposures,class:Solar System MPC'
      const rows = await service.someRows('statistics', { date: '2021', columns })
      assert.deepEqual(columnsOf(rows), [...columns.split(','), 'key:key', 'key:time'])
    }),
  ],
}

const DAY = { start_date: '2023-01-25', stop_date: '2023-01-25' }

/** Criteria of the route. */
export const ANOMALY: RouteCriteria = {
  route: 'anomaly',
  criteria: [
    criterion('at most ten rows, of negative scores', async ({ service }) => {
      const rows = await service.someRows('anomaly', { n: 10 })
      assert.ok(rows.length <= 10)
      assertAll(rows, 'd:anomaly_score', score => score < 0)
    }),
    criterion('2023-01-25 is a day, with ZTF23aaaatwl', async ({ service }) => {
      const rows = await service.someRows('anomaly', { n: 10, ...DAY })
      need(rows.length === 10, `${rows.length} rows`)
      assert.ok(valuesOf(rows, 'i:objectId').includes('ZTF23aaaatwl'))
    }),
    criterion('columns=i:jd,i:objectId gives these', async ({ service }) => {
      const rows = await service.someRows('anomaly', { n: 10, columns: 'i:jd,i:objectId' })
      assert.deepEqual(columnsOf(rows), ['i:jd', 'i:objectId'])
    }),
    criterion('GET is POST', ({ service }) => assertGetIsPost(service, 'anomaly', { n: 10 })),
    criterion('the formats agree', ({ service }) => {
      const columns = ['d:anomaly_score']
      const args = { n: 10, columns: 'd:anomaly_score,i:jd' }
      return assertFormatsAgree(service, 'anomaly', { args, columns })
    }),
    criterion('features of light curves are texts of lists', async ({ service }) => {
      const rows = await service.someRows('anomaly', { n: 10 })
      for (const column of ['d:lc_features_g', 'd:lc_features_r']) {
        for (const value of valuesOf(rows, column)) {
          assert.equal(typeof value, 'string')
          need(String(value).startsWith('['), `${column} is ${JSON.stringify(value)}`)
          assert.ok(Array.isArray(JSON.parse(String(value))))
        }
      }
    }),
  ],
}

/** Criteria of the route. */
export const SKYMAP: RouteCriteria = {
  route: 'skymap',
  criteria: [
    criterion('S200219ac at level 0.1 has 14 objects', async ({ service }) => {
      const args = { event_name: 'S200219ac', credible_level: 0.1 }
      const rows = await service.someRows('skymap', args)
      assert.equal(distinct(rows, 'v:jdstartgw').length, 1)
      need(rows.length >= 14, `${rows.length} objects`)
      assert.equal(rows.length, 14)
      assert.equal(rows.filter(row => row['d:classification'] === 'Unknown').length, 4)
    }),
  ],
}

/** Columns that alerts of some years have not, without their family. */
const NOT_ALWAYS =
  /^(?:anomaly_score|mulens|blazar_stats_m\d|instantness_|robustness_|DR3Name|e?_?Plx|gcvs|vsx|x3hsp|x4lac|mangrove_|spicy_|gaia|is_transient|slsn_score|lc_features_|jd_first_real_det|jdstarthist_dt|mag_rate|sigma_rate|lower_rate|upper_rate|delta_time|from_upper)/
/** Columns that an answer may have beyond the schema. */
const BEYOND = /^(?:spicy_name|anomaly_score|.*t2_)/

/** Names by family, as the schema lists them. */
async function listed({ service }: Subject): Promise<ReadonlyMap<string, readonly string[]>> {
  const { body } = await service.answer('schema', {}, 'GET')
  const sections = JSON.parse(body.toString()) as Record<string, object>
  return new Map(
    Object.entries(sections).map(([title, names]) => [
      title.match(/\((\w):\)$/)?.[1] ?? title,
      Object.keys(names),
    ]),
  )
}

async function assertSchemaIsAnswer(
  subject: Subject,
  { rows, families }: { readonly rows: readonly Row[]; readonly families: readonly string[] },
): Promise<void> {
  const schema = await listed(subject)
  assert.deepEqual([...schema.keys()].toSorted(), ['b', 'd', 'i', 'v'])
  const obtained = columnsOf(rows)
  for (const family of families) {
    const names = schema.get(family) ?? []
    const got = obtained.filter(n => n.startsWith(`${family}:`)).map(n => n.slice(2))
    const missing = names.filter(name => !got.includes(name) && !NOT_ALWAYS.test(name))
    assert.deepEqual(missing, [], `listed, not in the answer (${family}:)`)
    const unlisted = got.filter(name => !names.includes(name) && !BEYOND.test(name))
    assert.deepEqual(unlisted, [], `in the answer, not listed (${family}:)`)
  }
}

/** Criteria of the route. */
export const SCHEMA: RouteCriteria = {
  route: 'schema',
  criteria: [
    criterion('it lists what the newest SN candidate has', async subject => {
      const { service } = subject
      const newest = { class: 'SN candidate', n: 1, columns: 'i:objectId' }
      const [row] = await service.someRows('latests', newest)
      const objectId = String(row?.['i:objectId'])
      const rows = await service.someRows('objects', { objectId, withupperlim: true })
      await assertSchemaIsAnswer(subject, { rows, families: ['i', 'd', 'v'] })
    }),
    criterion('it lists what an object with stamps has', async subject => {
      const { id } = await subject.samples.object()
      const args = { objectId: id, withupperlim: true, withcutouts: true }
      const answer = await subject.service.answer('objects', args)
      need(answer.headers.get('x-fink-partial') === null, `stamps of ${id} are missing`)
      const rows = JSON.parse(answer.body.toString()) as Row[]
      need(
        columnsOf(rows).some(name => name.startsWith('b:')),
        `no stamps of ${id}`,
      )
      await assertSchemaIsAnswer(subject, { rows, families: ['b', 'i', 'd', 'v'] })
    }),
  ],
}
