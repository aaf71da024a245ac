import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { testWithShared } from '../../../test/shared.js'
import { nestToRing } from '../healpix/healpix-nest.js'
import { toJd, toMjd, toMjdTai } from '../time/time.js'
import { decodeSkyMap } from './skymap.js'
import { encodeFixture } from './skymap-fixture.js'

const TWELFTHS = Array.from({ length: 12 }, () => 1 / 12)

function flat(
  cards: Readonly<Record<string, string | number>>,
  values: readonly number[] = TWELFTHS,
) {
  const all = { ORDERING: 'NESTED', NSIDE: 1, ...cards }
  return encodeFixture([{ name: 'PROB', type: 'D', values }], all)
}

function multiOrder(cells: readonly (readonly [uniq: number, density: number])[]) {
  return encodeFixture(
    [
      { name: 'UNIQ', type: 'K', values: cells.map(([uniq]) => uniq) },
      { name: 'PROBDENSITY', type: 'D', values: cells.map(([, density]) => density) },
    ],
    { ORDERING: 'NUNIQ', 'DATE-OBS': '2023-05-18T12:59:08.0' },
  )
}

const UNIFORM = 1 / (4 * Math.PI)

test('decodeSkyMap() reads a flat map and the time of its event', () => {
  const map = decodeSkyMap(flat({ 'DATE-OBS': '2020-02-19T09:44:15.197173' }))
  assert.ok(map.kind === 'flat' && map.order === 'NESTED' && map.nside === 1)
  assert.deepEqual(map.probability, Float64Array.from(TWELFTHS))
  assert.equal(toJd(map.eventTime!), 2458898.905731449)
})

test('decodeSkyMap() takes MJD-OBS when there is no date, and no time in another scale', () => {
  assert.equal(toMjd(decodeSkyMap(flat({ 'MJD-OBS': 58898.5 })).eventTime!), 58898.5)
  assert.equal(decodeSkyMap(flat({})).eventTime, undefined)
  assert.equal(decodeSkyMap(flat({ 'MJD-OBS': 58898.5, TIMESYS: 'TT' })).eventTime, undefined)
  assert.throws(() => decodeSkyMap(flat({ 'DATE-OBS': 'yesterday' })), SyntaxError)
})

test('decodeSkyMap() reads several pixels per row', () => {
  const values = [TWELFTHS.slice(0, 6), TWELFTHS.slice(6)]
  const cards = { ORDERING: 'RING', NSIDE: 1 }
  const map = decodeSkyMap(encodeFixture([{ name: 'prob', type: 'E', values }], cards))
  assert.equal(map.probability.length, 12)
})

test('decodeSkyMap() reads a multi-order map', () => {
  const base = Array.from({ length: 11 }, (_, i) => [5 + i, UNIFORM] as const)
  const fine = [16, 17, 18, 19].map(uniq => [uniq, UNIFORM] as const)
  const map = decodeSkyMap(multiOrder([...base, ...fine]))
  assert.ok(map.kind === 'multi-order' && map.nside === 2)
  assert.deepEqual([...map.start], [4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 0, 1, 2, 3])
  assert.deepEqual([...map.end].slice(-5), [48, 1, 2, 3, 4])
  assert.ok(Math.abs(map.probability[0]! - 1 / 12) < 1e-15)
  assert.ok(Math.abs(map.probability[14]! - 1 / 48) < 1e-15)
})

test('decodeSkyMap() reads the smallest and the largest cells', () => {
  const base = Array.from({ length: 11 }, (_, i) => [4 + i, (12 / 11) * UNIFORM] as const)
  // Last pixel of nside 2^24, in the twelfth face.
  const map = decodeSkyMap(multiOrder([...base, [16 * 4 ** 24 - 1, 1]]))
  assert.ok(map.kind === 'multi-order' && map.nside === 2 ** 24)
  assert.equal(map.end[11], 12 * 4 ** 24)
})

test('decodeSkyMap() refuses what is no map of probabilities', () => {
  const half = TWELFTHS.map(value => value / 2)
  const broken: [string, Uint8Array][] = [
    ['pixels', flat({ NSIDE: 2 })],
    ['nside', flat({ NSIDE: 3 })],
    ['large', flat({ NSIDE: 4096 })],
    ['order', flat({ ORDERING: 'OTHER' })],
    ['scheme', flat({ INDXSCHM: 'EXPLICIT' })],
    ['galactic', flat({ COORDSYS: 'G' })],
    ['sum', flat({}, half)],
    ['negative', flat({}, [-0.5, 1.5, ...half.slice(2)])],
    ['missing', flat({}, [Number.NaN, ...TWELFTHS.slice(1)])],
    ['overlap', multiOrder([...TWELFTHS.map((_, i) => [4 + i, UNIFORM] as const), [16, 0]])],
    ['uniq 0', multiOrder([[0, UNIFORM]])],
    ['uniq 3', multiOrder([[3, UNIFORM]])],
    ['uniq large', multiOrder([[16 * 4 ** 24, UNIFORM]])],
    [
      'not multi-order',
      encodeFixture([{ name: 'PROB', type: 'D', values: [1] }], { ORDERING: 'NUNIQ' }),
    ],
    [
      'density',
      encodeFixture([{ name: 'PROBDENSITY', type: 'D', values: TWELFTHS }], {
        ORDERING: 'RING',
        NSIDE: 1,
      }),
    ],
  ]
  for (const [name, bytes] of broken) {
    const expected = {
      name: 'SyntaxError',
      message: /^Cannot read (?:sky map|FITS table): expected/,
    }
    assert.throws(() => decodeSkyMap(bytes), expected, name)
  }
})

test('decodeSkyMap() reads random bytes or throws a SyntaxError', () => {
  const file = flat({ 'DATE-OBS': '2020-02-19' })
  const damage = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  })
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 6000 }),
    damage.map(changes => {
      const damaged = Uint8Array.from(file)
      for (const [at, value] of changes) damaged[at] = value
      return damaged
    }),
  )
  fc.assert(
    fc.property(bytes, value => {
      try {
        decodeSkyMap(value)
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error))
      }
    }),
    { numRuns: 500 },
  )
})

testWithShared('decodeSkyMap() equals the facts of a published map', path => {
  const file = JSON.parse(readFileSync(path('spec/data/vectors-skymap.json'), 'utf8')) as {
    readonly ztf: Readonly<Record<string, number>>
  }
  const bytes = gunzipSync(readFileSync(path('data/skymap/bayestar_ztf.fits.gz')))
  const map = decodeSkyMap(bytes)
  const { probability, eventTime } = map
  assert.ok(map.kind === 'flat' && map.order === 'NESTED' && eventTime !== undefined)
  assert.equal(map.nside, file.ztf.nside)
  assert.equal(probability.length, file.ztf.n_rows)
  assert.equal(toJd(eventTime), file.ztf.jd_utc)
  assert.equal(toMjdTai(eventTime), file.ztf.mjd_tai)
  const sum = probability.reduce((total, value) => total + value, 0)
  assert.ok(Math.abs(sum - file.ztf.prob_sum!) < 1e-9)
  const best = probability.reduce((most, value, i) => (value > probability[most]! ? i : most), 0)
  assert.equal(probability[best], file.ztf.prob_max)
  // The first of several pixels of the same value, in each order.
  assert.equal(best, file.ztf.prob_argmax_nested)
  const equal = [...probability.keys()].filter(i => probability[i] === probability[best])
  assert.equal(Math.min(...equal.map(i => nestToRing(512, i))), file.ztf.prob_argmax_ring)
  assert.equal(new Set(probability).size, file.ztf.n_unique_prob)
})
