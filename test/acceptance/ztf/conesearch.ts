/** Acceptance of `conesearch`. */
import assert from 'node:assert/strict'
import { assertAll, assertFormatsAgree, assertRefused, columnsOf, valuesOf } from '../checks.js'
import { criterion, type RouteCriteria } from '../criterion.js'
import { NoData, need } from '../outcome.js'

const SEPARATION = 'v:separation_degree'
const FIVE_ARCSEC_DEG = 5 / 3600

/** One position, written in five ways. */
const SPELLINGS = [
  ['193.822', '2.89732'],
  ['193d49m18.267s', '2d53m50.35s'],
  ['12h55m17.218s', '+02d53m50.35s'],
  ['12 55 17.218', '+02 53 50.35'],
  ['12:55:17.218', '02:53:50.35'],
] as const

const FIRST_SEEN = { ra: '175.3242473', dec: '36.5429392', radius: 5, window: '1' }

/** Criteria of the route. */
export const CONESEARCH: RouteCriteria = {
  route: 'conesearch',
  criteria: [
    criterion('one object lies within 5 arcsec of (193.8217, 2.897)', async ({ service }) => {
      const args = { ra: '193.8217409', dec: '2.8973184', radius: 5 }
      const rows = await service.someRows('conesearch', args)
      assert.equal(rows.length, 1)
      assertAll(rows, SEPARATION, degrees => degrees <= FIVE_ARCSEC_DEG)
    }),
    criterion('an object is found at its position', async ({ service, samples }) => {
      const { id, raDeg, decDeg } = await samples.object()
      const rows = await service.rows('conesearch', { ra: raDeg, dec: decDeg, radius: 5 })
      assert.ok(valuesOf(rows, 'i:objectId').includes(id), id)
      assertAll(rows, SEPARATION, degrees => degrees <= FIVE_ARCSEC_DEG)
    }),
    criterion('window selects by the first detection', async ({ service }) => {
      const { window: _, ...cone } = FIRST_SEEN
      await service.someRows('conesearch', cone)
      const ask = (startdate: string) => service.rows('conesearch', { ...FIRST_SEEN, startdate })
      assert.equal((await ask('2021-11-03 10:00:00')).length, 0)
      assert.equal((await ask('2021-11-05 10:00:00')).length, 1)
    }),
    criterion('columns=i:objectId adds position and separation', async ({ service, samples }) => {
      const { raDeg, decDeg } = await samples.object()
      const args = { ra: raDeg, dec: decDeg, radius: 5, columns: 'i:objectId' }
      const rows = await service.rows('conesearch', args)
      assert.deepEqual(columnsOf(rows), ['i:dec', 'i:objectId', 'i:ra', SEPARATION])
    }),
    criterion('a radius beyond 18,000 arcsec is refused', ({ service }) => {
      const args = { ra: 0, dec: 0, radius: 36_000 }
      return assertRefused(service, 'conesearch', { args, param: 'radius' })
    }),
    criterion('nothing within 1 arcsec of (0, 0) is 200 and empty', async ({ service }) => {
      assert.deepEqual(await service.rows('conesearch', { ra: 0, dec: 0, radius: 1 }), [])
    }),
    criterion('five spellings of a position give the same', async ({ service }) => {
      const answers = []
      for (const [ra, dec] of SPELLINGS) {
        const rows = await service.rows('conesearch', { ra, dec, radius: 5 })
        answers.push(valuesOf(rows, 'i:magpsf'))
      }
      for (const answer of answers) assert.deepEqual(answer, answers[0])
      need(answers[0]?.length !== 0, 'no object at the position')
    }),
    criterion('an angle that cannot be read is refused', ({ service }) =>
      assertRefused(service, 'conesearch', {
        args: { ra: 'kfdlkj', dec: '2.897', radius: 5 },
        param: 'ra',
      }),
    ),
    criterion('the formats agree', async ({ service, samples }) => {
      const { raDeg, decDeg } = await samples.object()
      if (!Number.isFinite(raDeg)) throw new NoData('an object without a position')
      const args = { ra: raDeg, dec: decDeg, radius: 5, columns: 'i:ra,i:dec' }
      await assertFormatsAgree(service, 'conesearch', { args, columns: ['i:ra', 'i:dec'] })
    }),
  ],
}
