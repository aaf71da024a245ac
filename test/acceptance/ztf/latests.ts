/** Acceptance of `latests` and `classes`. */
import assert from 'node:assert/strict'
import {
  assertAll,
  assertFormatsAgree,
  assertGetIsPost,
  columnsOf,
  distinct,
  valuesOf,
} from '../checks.js'
import { criterion, type RouteCriteria } from '../criterion.js'

const CLASS = 'Early SN Ia candidate'
const DATES = { startdate: '2024-11-03 12:30:00', stopdate: '2024-12-03 12:30:00' }
const BLAZARS = {
  class: '(CTA) Blazar low state',
  startdate: '2025-02-02 12:30:00',
  stopdate: '2025-03-02 12:30:00',
  n: 100,
}

/** Criteria of the route. */
export const LATESTS: RouteCriteria = {
  route: 'latests',
  criteria: [
    criterion(`${CLASS}: at most ten rows, all so classified`, async ({ service }) => {
      const rows = await service.someRows('latests', { class: CLASS, n: 10 })
      assert.ok(rows.length <= 10)
      assert.deepEqual(distinct(rows, 'v:classification'), [CLASS])
    }),
    criterion('(SIMBAD) QSO is QSO, all so classified', async ({ service }) => {
      const rows = await service.someRows('latests', { class: '(SIMBAD) QSO', n: 10 })
      assert.deepEqual(distinct(rows, 'v:classification'), ['QSO'])
      assert.deepEqual(await service.rows('latests', { class: 'QSO', n: 10 }), rows)
    }),
    criterion('(TNS) SN Ia has rows', async ({ service }) => {
      await service.someRows('latests', { class: '(TNS) SN Ia', n: 10 })
    }),
    criterion('dates bound v:lastdate', async ({ service }) => {
      const dates = { startdate: '2021-11-01', stopdate: '2021-12-01' }
      const rows = await service.someRows('latests', { class: CLASS, n: 10, ...dates })
      for (const date of valuesOf(rows, 'v:lastdate').map(String)) {
        assert.ok(date >= dates.startdate && date < dates.stopdate, date)
      }
    }),
    ...['i:jd,i:objectId', 'i:objectId'].map(columns =>
      criterion(`columns=${columns} gives these`, async ({ service, samples }) => {
        const name = await samples.className(CLASS)
        const rows = await service.someRows('latests', { class: name, n: 10, columns })
        assert.deepEqual(columnsOf(rows), columns.split(','))
      }),
    ),
    criterion('rising and fading are parts of all, by d:mag_rate', async ({ service }) => {
      const columns = 'i:candid,i:jd,i:objectId,d:mag_rate'
      const asked = { class: 'SN candidate', n: 10_000, columns, ...DATES }
      const all = await service.someRows('latests', asked)
      const rising = await service.rows('latests', { ...asked, trend: 'rising' })
      const fading = await service.rows('latests', { ...asked, trend: 'fading' })
      assertAll(rising, 'd:mag_rate', rate => rate < 0)
      assertAll(fading, 'd:mag_rate', rate => rate > 0)
      const flat = all.filter(row => !(Math.abs(Number(row['d:mag_rate'] ?? Number.NaN)) > 0))
      assert.equal(rising.length + fading.length + flat.length, all.length)
    }),
    criterion('new low states of blazars are among the low states', async ({ service }) => {
      const low = await service.someRows('latests', { ...BLAZARS, trend: 'low_state' })
      const fresh = await service.rows('latests', { ...BLAZARS, trend: 'new_low_state' })
      const known = new Set(valuesOf(low, 'i:candid'))
      assert.ok(valuesOf(fresh, 'i:candid').every(candid => known.has(candid)))
    }),
    criterion('GET is POST', async ({ service, samples }) => {
      const name = await samples.className(CLASS)
      await assertGetIsPost(service, 'latests', { class: name, n: 10 })
    }),
    criterion('the formats agree', async ({ service, samples }) => {
      const args = { class: await samples.className(CLASS), n: 10, columns: 'i:ra,i:dec' }
      await assertFormatsAgree(service, 'latests', { args, columns: ['i:ra', 'i:dec'] })
    }),
  ],
}

/** Criteria of the route. */
export const CLASSES: RouteCriteria = {
  route: 'classes',
  criteria: [
    criterion('there are three lists of names', async ({ service }) => {
      const { body } = await service.answer('classes', {}, 'GET')
      const lists: unknown[] = Object.values(JSON.parse(body.toString()))
      assert.equal(lists.length, 3)
      for (const list of lists) {
        assert.ok(Array.isArray(list) && list.length > 1)
        assert.ok(list.every(name => typeof name === 'string'))
      }
    }),
  ],
}
