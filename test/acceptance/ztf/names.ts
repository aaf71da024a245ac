/** Acceptance of `resolver`, `tracklet` and `metadata`. */
import assert from 'node:assert/strict'
import { assertAll, columnsOf, distinct, valuesOf } from '../checks.js'
import { criterion, type RouteCriteria } from '../criterion.js'
import { need } from '../outcome.js'

const TNS_COLUMNS = ['fullname', 'internalname', 'type', 'ra', 'declination', 'redshift']
const SIMBAD_COLUMNS = [
  'name',
  'oid',
  'oname',
  'otype',
  'jpos',
  'jradeg',
  'jdedeg',
  'refPos',
  'MType',
  'nrefs',
]

function tns(name: string, more: Readonly<Record<string, number | boolean>> = {}) {
  return { resolver: 'tns', name, ...more }
}

/** Criteria of the route. */
export const RESOLVER: RouteCriteria = {
  route: 'resolver',
  criteria: [
    criterion('tns: the whole table is more than 10,000 rows', async ({ service }) => {
      const rows = await service.someRows('resolver', tns('', { nmax: 100_000 }))
      need(rows.length > 10_000, `${rows.length} rows`)
    }),
    ...['SN 2023', 'sn 2023'].map(name =>
      criterion(`tns: ${name} has ten rows`, async ({ service }) => {
        const rows = await service.someRows('resolver', tns(name))
        need(rows.length >= 10, `${rows.length} rows`)
        assert.equal(rows.length, 10)
        const columns = columnsOf(rows)
        const missing = TNS_COLUMNS.filter(column => !columns.includes(`d:${column}`))
        need(missing.length === 0, `no row has ${missing}`)
      }),
    ),
    criterion('tns: nmax bounds the rows', async ({ service }) => {
      const rows = await service.someRows('resolver', tns('SN 2023', { nmax: 20 }))
      need(rows.length >= 20, `${rows.length} rows`)
      assert.equal(rows.length, 20)
    }),
    criterion('tns: ZTF23aaaahln is SN 2023Q', async ({ service }) => {
      const rows = await service.someRows('resolver', tns('ZTF23aaaahln', { reverse: true }))
      assert.deepEqual(valuesOf(rows, 'd:fullname'), ['SN 2023Q'])
    }),
    criterion('simbad: Markarian 2 is one object', async ({ service }) => {
      const rows = await service.someRows('resolver', { resolver: 'simbad', name: 'Markarian 2' })
      assert.equal(rows.length, 1)
      const columns = columnsOf(rows)
      const missing = SIMBAD_COLUMNS.filter(column => !columns.includes(column))
      need(missing.length <= 2, `Sesame does not tell ${missing}`)
    }),
    criterion('simbad: ZTF18aabfjoi lies in a group of galaxies', async ({ service }) => {
      const args = { resolver: 'simbad', name: 'ZTF18aabfjoi', reverse: true }
      const [first] = await service.someRows('resolver', args)
      assert.equal(first?.['d:cdsxmatch'], 'GinGroup')
    }),
    criterion('ssodnet: 624188 has four names', async ({ service }) => {
      const rows = await service.someRows('resolver', { resolver: 'ssodnet', name: '624188' })
      need(rows.length >= 4, `${rows.length} rows`)
      const values = rows.flatMap(row => Object.values(row))
      assert.ok(values.includes('2002MA06'))
    }),
    criterion('ssodnet: julienpeloton is one object', async ({ service }) => {
      const args = { resolver: 'ssodnet', name: 'julienpeloton' }
      const rows = await service.someRows('resolver', args)
      assert.equal(rows.length, 1)
      assert.equal(rows[0]?.['i:name'], 'Julienpeloton')
    }),
    criterion('ssodnet: ZTF23aabccya is Julienpeloton', async ({ service }) => {
      const args = { resolver: 'ssodnet', name: 'ZTF23aabccya', reverse: true }
      const rows = await service.someRows('resolver', args)
      const values = rows.flatMap(row => Object.values(row).map(String))
      assert.ok(values.includes('Julienpeloton') && values.includes('33803'))
    }),
  ],
}

const TRACK_JD = 2_459_509.888_76

/** Criteria of the route. */
export const TRACKLET: RouteCriteria = {
  route: 'tracklet',
  criteria: [
    criterion('2021-08-10 has tracklets', async ({ service }) => {
      const rows = await service.someRows('tracklet', { date: '2021-08-10' })
      assert.ok(valuesOf(rows, 'd:tracklet').every(name => String(name).startsWith('TRCK')))
    }),
    criterion('2021-10-22 09:19:49 is a time', async ({ service }) => {
      const rows = await service.someRows('tracklet', { date: '2021-10-22 09:19:49' })
      assertAll(rows, 'i:jd', jd => Math.abs(jd - TRACK_JD) < 1e-3)
    }),
    criterion('2021-10-22 09:19:49 00 is one tracklet', async ({ service }) => {
      const rows = await service.someRows('tracklet', { date: '2021-10-22 09:19:49 00' })
      assert.deepEqual(distinct(rows, 'd:tracklet'), ['TRCK_20211022_091949_00'])
    }),
  ],
}

const FLARE = 'Fink J042203.10+362318.7'
const VARIABLE = 'FinkJ061603.51+080222.8'

/** Criteria of the route; all of them read. */
export const METADATA: RouteCriteria = {
  route: 'metadata',
  criteria: [
    criterion('ZTF23aaaatwl has a comment', async ({ service }) => {
      const rows = await service.rows('metadata', { objectId: 'ZTF23aaaatwl' }, 'GET')
      need(rows.length > 0, 'no note on it')
      assert.equal(rows[0]?.['d:comments'], 'coucou')
    }),
    criterion(`${FLARE} is found by its name`, async ({ service }) => {
      const rows = await service.rows('metadata', { internal_name: FLARE }, 'GET')
      need(valuesOf(rows, 'i:objectId').includes('ZTF20aahjjjm'), 'no such note on ZTF20aahjjjm')
      const notes = await service.rows('metadata', { objectId: 'ZTF20aahjjjm' }, 'GET')
      assert.equal(notes[0]?.['d:username'], 'pruzhinskaya')
      assert.equal(notes[0]?.['d:comments'], 'Candidate to red dwarf flare, credit')
      assert.equal(notes[0]?.['d:internal_name_encoded'], FLARE.replace(' ', ''))
    }),
    criterion(`${VARIABLE} is found without blanks`, async ({ service }) => {
      const rows = await service.rows('metadata', { internal_name_encoded: VARIABLE }, 'GET')
      need(rows.length > 0, 'no note of that name')
      assert.equal(rows[0]?.['i:objectId'], 'ZTF17aaagtdb')
    }),
    criterion('there is more than one note', async ({ service }) => {
      const rows = await service.rows('metadata', { objectId: 'all' }, 'GET')
      need(rows.length > 1, `${rows.length} notes`)
      assert.ok(rows.every(row => typeof row['i:objectId'] === 'string'))
    }),
  ],
}
