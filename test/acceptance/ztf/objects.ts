/** Acceptance of `objects`. */
import assert from 'node:assert/strict'
import { assertAll, columnsOf, distinct, valuesOf } from '../checks.js'
import { criterion, type RouteCriteria } from '../criterion.js'
import { need } from '../outcome.js'
import { readTable } from '../tables.js'

const OBJECT = 'ZTF21abfmbix'
const STAMP_COLUMNS = ['Science', 'Template', 'Difference'].map(kind => `b:cutout${kind}_stampData`)

/** Criteria of the route. */
export const OBJECTS: RouteCriteria = {
  route: 'objects',
  criteria: [
    ...(['json', 'csv', 'parquet'] as const).map(format =>
      criterion(`a light curve has rows as ${format}`, async ({ service, samples }) => {
        const { id, alerts } = await samples.object()
        const args = { objectId: id, 'output-format': format }
        const rows = await readTable(format, (await service.answer('objects', args)).body)
        assert.equal(rows.length, alerts.length)
      }),
    ),
    criterion('a list of two columns gives two columns', async ({ service, samples }) => {
      const { id } = await samples.object()
      const rows = await service.rows('objects', { objectId: id, columns: 'i:jd,i:magpsf' })
      assert.deepEqual(columnsOf(rows), ['i:jd', 'i:magpsf'])
    }),
    criterion('columns=* is the same as no list', async ({ service, samples }) => {
      const { id, alerts } = await samples.object()
      assert.deepEqual(await service.rows('objects', { objectId: id, columns: '*' }), alerts)
    }),
    criterion(`${OBJECT} has at least 136 columns`, async ({ samples }) => {
      const { id, alerts } = await samples.object()
      need(id === OBJECT, `no alerts of ${OBJECT}`)
      assert.ok(columnsOf(alerts).length >= 136, `${columnsOf(alerts).length} columns`)
    }),
    criterion('withupperlim adds d:tag', async ({ service, samples }) => {
      const { id, alerts } = await samples.object()
      const rows = await service.rows('objects', { objectId: id, withupperlim: 'True' })
      const tags = distinct(rows, 'd:tag').map(String)
      assert.ok(
        tags.every(tag => ['valid', 'upperlim', 'badquality'].includes(tag)),
        tags.join(),
      )
      assert.equal(rows.filter(row => row['d:tag'] === 'valid').length, alerts.length)
    }),
    criterion('withcutouts adds lists of pixels', async ({ service, samples }) => {
      const { id } = await samples.object()
      const args = { objectId: id, withcutouts: 'True' }
      const rows = await service.rows('objects', args)
      need(
        rows.some(row => Array.isArray(row[STAMP_COLUMNS[0]!])),
        `no stamps of ${id}`,
      )
      for (const column of STAMP_COLUMNS) {
        assert.ok(
          rows.some(row => Array.isArray(row[column])),
          `no list in ${column}`,
        )
      }
      const some = await service.rows('objects', { ...args, 'cutout-kind': 'Science' })
      const added = columnsOf(some).filter(name => name.startsWith('b:'))
      assert.deepEqual(added, [STAMP_COLUMNS[0]])
      const [first] = valuesOf(some, STAMP_COLUMNS[0]!)
      assert.ok(Array.isArray(first) && first.length > 0)
    }),
    criterion('filters are positive integers, magnitudes above 6', async ({ samples }) => {
      const { alerts } = await samples.object()
      assertAll(alerts, 'i:fid', fid => Number.isInteger(fid) && fid > 0)
      assertAll(alerts, 'i:magpsf', magnitude => magnitude > 6)
    }),
    criterion('an unknown id is 200 and empty', async ({ service }) => {
      assert.deepEqual(await service.rows('objects', { objectId: 'ZTF00xxxxxxx' }), [])
    }),
    criterion('three ids give the rows of each', async ({ service, samples }) => {
      const ids = await samples.threeIds()
      const all = await service.rows('objects', { objectId: ids.join(','), columns: 'i:candid' })
      let rows = 0
      for (const objectId of ids) {
        rows += (await service.rows('objects', { objectId, columns: 'i:candid' })).length
      }
      assert.equal(all.length, rows)
      assert.ok(rows > 0)
    }),
  ],
}
