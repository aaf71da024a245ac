import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { testWithShared } from '../../../test/shared.js'
import { pixelCentre, pixelCount } from '../healpix/healpix.js'
import { regradeMap, reorderMap } from '../healpix/healpix-map.js'
import { nestToRing } from '../healpix/healpix-nest.js'
import { countPixels, hasPixel, listPixels } from '../healpix/pixel-ranges.js'
import { toJd } from '../time/time.js'
import { credibleRegion, regionHas, regionRanges, skyFraction } from './credible-region.js'
import { decodeSkyMap, type FlatSkyMap, type MultiOrderSkyMap } from './skymap.js'

function flatMap(probability: Float64Array, order: FlatSkyMap['order'] = 'NESTED'): FlatSkyMap {
  const nside = Math.sqrt(probability.length / 12)
  return { kind: 'flat', nside, order, probability, eventTime: undefined }
}

const pixelsOf = (map: FlatSkyMap | MultiOrderSkyMap, level: number): number[] => [
  ...listPixels(credibleRegion(map, level).ranges, 1e7),
]

/** Credible levels of all cells by definition: sorted, summed, shared by equal cells. */
function levelsOf(density: Float64Array, probability: Float64Array): Float64Array {
  const order = [...density.keys()].sort((a, b) => density[b]! - density[a]!)
  const levels = new Float64Array(density.length)
  let sum = 0
  for (let i = 0; i < order.length; ) {
    let end = i
    while (end < order.length && density[order[end]!] === density[order[i]!]) {
      sum += probability[order[end++]!]!
    }
    while (i < end) levels[order[i++]!] = sum
  }
  return levels
}

test('credibleRegion() takes the densest pixels while they stay within the level', () => {
  const map = flatMap(Float64Array.of(0.1, 0.4, 0.3, 0.2, ...new Float64Array(8)))
  assert.deepEqual(pixelsOf(map, 0), [])
  assert.deepEqual(pixelsOf(map, 0.39), [])
  assert.deepEqual(pixelsOf(map, 0.4), [1])
  assert.deepEqual(pixelsOf(map, 0.7), [1, 2])
  assert.deepEqual(pixelsOf(map, 0.8999), [1, 2])
  assert.deepEqual(pixelsOf(map, 0.9), [1, 2, 3])
  assert.deepEqual(pixelsOf(map, 1), [0, 1, 2, 3])
})

test('credibleRegion() takes equal pixels all or none', () => {
  const map = flatMap(Float64Array.from({ length: 12 }, () => 1 / 12))
  assert.deepEqual(pixelsOf(map, 0.99), [])
  assert.equal(pixelsOf(map, 1).length, 12)
})

test('credibleRegion() refuses levels that are none', () => {
  const map = flatMap(Float64Array.from({ length: 12 }, () => 1 / 12))
  for (const level of [-0.1, 1.1, Number.NaN]) {
    assert.throws(() => credibleRegion(map, level), RangeError)
  }
})

test('credibleRegion() agrees with sorting, for values near and far from each other', () => {
  const weight = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(0, 0.5, 0.25, 1e-9, 0.5 + 2 ** -50, 0.5 + 2 ** -40),
  )
  const weights = fc.array(weight, { minLength: 48, maxLength: 48 })
  fc.assert(
    fc.property(weights, fc.double({ min: 0, max: 0.999, noNaN: true }), (values, level) => {
      const sum = values.reduce((total, value) => total + value, 0)
      fc.pre(sum > 0)
      const probability = Float64Array.from(values, value => value / sum)
      const levels = levelsOf(probability, probability)
      // Rounding decides about levels that are equal to the one asked for.
      fc.pre(levels.every(value => Math.abs(value - level) > 1e-11))
      const expected = [...levels.keys()].filter(i => levels[i]! <= level && probability[i]! > 0)
      assert.deepEqual(pixelsOf(flatMap(probability), level), expected)
      const ring = flatMap(reorderMap(probability, 'NESTED'), 'RING')
      assert.deepEqual(pixelsOf(ring, level), expected)
    }),
    { numRuns: 500 },
  )
})

test('credibleRegion() ranks the cells of a multi-order map by density', () => {
  const map: MultiOrderSkyMap = {
    kind: 'multi-order',
    nside: 2,
    start: Float64Array.of(0, 1, 2, 3, 4, 8),
    end: Float64Array.of(1, 2, 3, 4, 8, 48),
    probability: Float64Array.of(0.1, 0.05, 0.05, 0.2, 0.24, 0.36),
    density: Float64Array.of(0.1, 0.05, 0.05, 0.2, 0.06, 0.009),
    eventTime: undefined,
  }
  assert.deepEqual(pixelsOf(map, 0.3), [0, 3])
  assert.deepEqual(pixelsOf(map, 0.54), [0, 3, 4, 5, 6, 7])
  assert.deepEqual(pixelsOf(map, 0.64), [0, 1, 2, 3, 4, 5, 6, 7])
})

test('regionRanges() covers the region at every resolution, regionHas() tells exactly', () => {
  const probability = new Float64Array(12 * 64)
  for (const pixel of [5, 6, 200, 300, 301, 700]) probability[pixel] = 1 / 6
  const region = credibleRegion(flatMap(probability), 1)
  assert.equal(skyFraction(region), 6 / 768)
  assert.equal(countPixels(regionRanges(region, 16)), 24)
  assert.deepEqual(
    [...listPixels(regionRanges(region, 8), 100)],
    [5, 6, 200, 300, 301, 700].map(pixel => nestToRing(8, pixel)).sort((a, b) => a - b),
  )
  for (const nside of [1, 4, 8, 32]) {
    const ranges = regionRanges(region, nside)
    for (let pixel = 0; pixel < pixelCount(nside); pixel++) {
      const { raDeg, decDeg } = pixelCentre(nside, pixel)
      if (regionHas(region, raDeg, decDeg)) assert.ok(hasPixel(ranges, pixel))
      else if (nside >= 8) assert.ok(!hasPixel(ranges, pixel))
    }
  }
  assert.throws(() => regionRanges(region, 3), RangeError)
})

interface Selection {
  readonly n: number
  readonly sum: number
  readonly sha1_of_comma_joined: string
}

interface SkyMapVectors {
  readonly ties_share_group_total: Readonly<Record<string, Selection>>
  readonly prob_rebinned_to_128_then_credible: Readonly<Record<string, number>>
  readonly native_nside512_counts_stable: Readonly<Record<string, number>>
}

const LEVELS = [0.1, 0.5, 0.9]

function readMap(path: string): FlatSkyMap {
  const map = decodeSkyMap(gunzipSync(readFileSync(path)))
  assert.ok(map.kind === 'flat')
  return map
}

function readVectors(path: (relative: string) => string): SkyMapVectors {
  const file = readFileSync(path('spec/data/vectors-skymap.json'), 'utf8')
  return (JSON.parse(file) as { readonly ztf: SkyMapVectors }).ztf
}

function assertSelection(pixels: Float64Array, { n, sum, sha1_of_comma_joined: sha1 }: Selection) {
  assert.equal(pixels.length, n)
  assert.equal(
    pixels.reduce((total, pixel) => total + pixel, 0),
    sum,
  )
  assert.equal(createHash('sha1').update(pixels.join(',')).digest('hex'), sha1)
}

testWithShared('credibleRegion() of a published map equals the reference vectors', path => {
  const map = readMap(path('data/skymap/bayestar_ztf.fits.gz'))
  const vectors = readVectors(path)
  const rebinned = regradeMap(map.probability, 128, 'NESTED').map(mean => 16 * mean)
  for (const level of LEVELS) {
    const region = credibleRegion(map, level)
    const finer = listPixels(regionRanges(region, 1024), 1e7)
    assertSelection(finer, vectors.ties_share_group_total[`nside1024_level${level}`]!)
    // Single pixels of a group of equal ones, which the reference tells apart, are some hundreds.
    const native = vectors.native_nside512_counts_stable[`level${level}`]!
    assert.ok(Math.abs(countPixels(region.ranges) - native) <= 20)
    const { ranges } = credibleRegion(flatMap(rebinned), level)
    const expected = vectors.prob_rebinned_to_128_then_credible[`level${level}`]
    assert.equal(countPixels(ranges), expected)
  }
})

testWithShared('regradeMap() of credible levels equals the reference vectors', path => {
  const { probability } = readMap(path('data/skymap/bayestar_ztf.fits.gz'))
  const levels = levelsOf(probability, probability)
  const averaged = reorderMap(regradeMap(levels, 128, 'NESTED'), 'NESTED')
  const vectors = readVectors(path)
  for (const level of LEVELS) {
    const pixels = Float64Array.from(averaged.keys()).filter(pixel => averaged[pixel]! <= level)
    assertSelection(pixels, vectors.ties_share_group_total[`nside128_level${level}`]!)
  }
})

interface StoredRow {
  readonly key: string
  readonly cells: Readonly<Record<string, string>>
}

function readStore(path: string): StoredRow[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n')
  return lines.slice(1).map(line => JSON.parse(line) as StoredRow)
}

interface Golden {
  readonly request: {
    readonly json: {
      readonly credible_level: number
      readonly n_day_before?: number
      readonly n_day_after?: number
    }
  }
  readonly response: { readonly body: string }
}

const readGolden = (path: string): Golden => JSON.parse(readFileSync(path, 'utf8')) as Golden

/** Ids of the latest alerts per object in a time window and a region, as the old route chose. */
function objectsOf(rows: readonly StoredRow[], map: FlatSkyMap, { request }: Golden): string[] {
  const { credible_level: level, n_day_before: before = 1, n_day_after: after = 6 } = request.json
  const region = credibleRegion(map, level)
  const ranges = regionRanges(region, 128)
  const start = toJd(map.eventTime!) - before
  const latest = new Map<string, StoredRow>()
  for (const row of rows) {
    const { cells, key } = row
    const first = Number(cells['i:jdstarthist'])
    const isIndexed = hasPixel(ranges, Number(key.split('_', 1)[0]))
    const isInside = regionHas(region, Number(cells['i:ra']), Number(cells['i:dec']))
    assert.ok(isIndexed || !isInside, key)
    if (!isInside || first < start || first > start + after) continue
    const id = cells['i:objectId']!
    const known = latest.get(id)
    if (known === undefined || Number(known.cells['i:jd']) < Number(cells['i:jd']))
      latest.set(id, row)
  }
  return [...latest]
    .filter(([, { cells }]) => Number(cells['i:jd']) - Number(cells['i:jdstarthist']) <= after)
    .map(([id]) => id)
    .sort()
}

testWithShared('credibleRegion() selects the alerts of recorded ZTF answers', path => {
  const map = readMap(path('data/skymap/bayestar_ztf.fits.gz'))
  const rows = readStore(path('golden/store/ztf.pixel128.ndjson.gz'))
  for (const name of [
    '217-skymap-default-window',
    '218-skymap-level-07-wide',
    '220-skymap-level-09-wide',
  ]) {
    const golden = readGolden(path(`golden/ztf/${name}.json`))
    const answer = JSON.parse(golden.response.body) as { readonly 'i:objectId': string }[]
    assert.deepEqual(
      objectsOf(rows, map, golden),
      answer.map(row => row['i:objectId']).sort(),
      name,
    )
  }
  const golden = readGolden(path('golden/ztf/225-skymap-csv-wide.json'))
  const lines = golden.response.body.trimEnd().split('\n').slice(1)
  const ids = lines.map(line => /ZTF\d\d[a-z]{7}/.exec(line)![0]).sort()
  assert.ok(ids.length > 0)
  assert.deepEqual(objectsOf(rows, map, golden), ids)
})

testWithShared('credibleRegion() selects the alerts of recorded LSST answers', path => {
  const map = readMap(path('golden/upstream/skymap_cosmos.fits.gz'))
  const rows = readStore(path('golden/store/rubin.pixel1024.ndjson.gz'))
  for (const name of ['103-skymap-cosmos-narrow', '106-skymap-zero-level']) {
    const { request, response } = readGolden(path(`golden/lsst/${name}.json`))
    const region = credibleRegion(map, request.json.credible_level)
    const inside = rows.filter(({ cells }) =>
      regionHas(region, Number(cells['r:ra']), Number(cells['r:dec'])),
    )
    const ids = inside.map(({ cells }) => cells['r:diaSourceId']!).sort()
    const answer = [...response.body.matchAll(/"r:diaSourceId":(\d+)/g)]
      .map(match => match[1]!)
      .sort()
    assert.deepEqual(ids, answer, name)
    const ranges = regionRanges(region, 1024)
    const indexed = rows.filter(({ key }) => hasPixel(ranges, Number(key.split('_', 1)[0])))
    assert.equal(indexed.length, answer.length)
  }
})
