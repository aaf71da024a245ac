import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  type Cells,
  keyOf,
  openMemoryApp,
  type RowAnswer,
} from '../../../test/routes/memory-app.js'
import { ringPixel } from '../../science/healpix/healpix.js'

const CENTRE = { ra: 150, dec: 30 }
const JD = 2460600.5

/** An alert so many arcsec north of the centre, `days` after the first. */
function alert(object: string, northArcsec: number, days = 0): readonly [string, Cells] {
  const dec = CENTRE.dec + northArcsec / 3600
  const cells = {
    'i:objectId': object,
    'i:jd': JD + days,
    'i:jdstarthist': JD + days,
    'i:ra': CENTRE.ra,
    'i:dec': dec,
  }
  const pixel = ringPixel(128, CENTRE.ra, dec)
  return [keyOf(String(pixel), JD + days, object), cells]
}

/** Objects up to 2 degrees away, one every 60 arcsec; some move on. */
const many = Array.from({ length: 120 }, (_, i) => alert(`many${i}`, 60 * (i + 1)))
const near = [alert('near1', 1), alert('near2', 2), alert('near3', 3)]
const gone = [alert('gone', 2.5), alert('gone', 20, 1)]
const stays = [alert('stays', 20), alert('stays', 2.2, 1)]
const service = await openMemoryApp({
  'ztf.pixel128': Object.fromEntries([...many, ...near, ...gone, ...stays]),
})
after(service.close)

const ask = (radius: number, more: Readonly<Record<string, string>> = {}): Promise<RowAnswer> =>
  service.get('conesearch', {
    ra: String(CENTRE.ra),
    dec: String(CENTRE.dec),
    radius: String(radius),
    ...more,
  })

const objectsOf = ({ rows }: RowAnswer): string => rows.map(row => row['i:objectId']).join(' ')

test('conesearch shows an object where its latest alert is, nearest first', async () => {
  assert.equal(objectsOf(await ask(5)), 'near1 near2 stays near3')
  assert.equal(objectsOf(await ask(21)), 'near1 near2 stays near3 gone')
  assert.equal(objectsOf(await ask(0)), '')
})

test('conesearch counts the objects that n cuts, when all are found', async () => {
  const some = await ask(5, { n: '1' })
  assert.equal(objectsOf(some), 'near1')
  assert.equal(some.headers['x-fink-truncated'], 'true')
  assert.equal(some.headers['x-fink-truncated-count'], '3')
  const none = await ask(5, { n: '0' })
  assert.equal(none.headers['x-fink-truncated-count'], '4')
  const all = await ask(5, { n: '4' })
  assert.equal(all.headers['x-fink-truncated'], undefined)
  assert.equal(all.headers['x-fink-truncated-count'], undefined)
  const table = await ask(5, { n: '1', 'output-format': 'votable' })
  assert.match(table.text, /<INFO name="QUERY_STATUS" value="OVERFLOW">3 more rows<\/INFO>/)
})

test('conesearch finds every object of a circle of many pixels, in order', async () => {
  for (const radius of [600, 1200, 3600, 7200]) {
    const { rows } = await ask(radius)
    const wanted = many.filter((_, i) => 60 * (i + 1) <= radius + 1e-6).length + 5
    // The last one lies on the edge, as far as rounding lets it.
    assert.ok(Math.abs(rows.length - wanted) <= 1, `${radius}: ${rows.length} of ${wanted}`)
    const distances = rows.map(row => Number(row['v:separation_degree']))
    assert.deepEqual(
      distances,
      distances.toSorted((a, b) => a - b),
    )
  }
})

test('conesearch tells which of its angles cannot be read, and why', async () => {
  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    ['kfdlkj', '2', 'ra', /^Cannot read parameter "ra": expected an angle .*got "kfdlkj"/],
    ['10', '95', 'dec', /"dec": expected a declination from -90 to 90 degrees, got "95"$/],
    ['12h55m', '2.8', 'dec', /"dec": expected a unit.*because the right ascension.*got "2\.8"$/],
    ['12:61:00', '2', 'ra', /"ra": expected minutes from 0 to 60, got 61$/],
    ['10', '1d70m', 'dec', /"dec": expected minutes from 0 to 60, got 70$/],
    ['10d', 'x', 'dec', /"dec": expected an angle .*got "x", in which character 1/],
  ]
  for (const [ra, dec, param, text] of cases) {
    const answer = await service.get('conesearch', { ra, dec, radius: '5' })
    const error = JSON.parse(answer.text)
    assert.deepEqual([answer.status, error.param], [400, param])
    assert.match(error.text, text)
  }
})

test('conesearch/batch gives each position what a search of its own would', async () => {
  const positions = [0, 2, 60, 600, 3].map((north, i) => {
    return { name: `p${i}`, ra: CENTRE.ra, dec: CENTRE.dec + north / 3600 }
  })
  for (const radius of [5, 700]) {
    const { rows } = await service.post('conesearch/batch', { radius, positions, n: 3 })
    const expected = await Promise.all(
      positions.map(async ({ name, ra, dec }) => {
        const one = await ask(radius, { ra: String(ra), dec: String(dec), n: '3' })
        return one.rows.map(row => ({ 'v:position': name, ...row }))
      }),
    )
    assert.deepEqual(rows, expected.flat())
  }
  const cut = await service.post('conesearch/batch', { radius: 5, positions, n: 1 })
  assert.equal(cut.headers['x-fink-truncated'], 'true')
  assert.ok(Number(cut.headers['x-fink-truncated-count']) > 5)
})
