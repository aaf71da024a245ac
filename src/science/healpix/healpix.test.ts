import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWithShared } from '../../../test/shared.js'
import { separationDeg } from '../sky/separation.js'
import {
  MAX_NSIDE,
  maxPixelRadiusRad,
  pixelCentre,
  pixelCount,
  ringLength,
  ringOf,
  ringPixel,
  ringStart,
} from './healpix.js'
import { nestPixel, nestToRing, ringToNest } from './healpix-nest.js'

const DEGREES = 180 / Math.PI
const nsides = fc.integer({ min: 0, max: 24 }).map(order => 2 ** order)
const place = fc.record({
  raDeg: fc.double({ min: -360, max: 720, noNaN: true }),
  decDeg: fc.double({ min: -90, max: 90, noNaN: true }),
})

test('pixelCount() takes powers of two up to 2^24', () => {
  assert.equal(pixelCount(1), 12)
  assert.equal(pixelCount(MAX_NSIDE), 12 * 2 ** 48)
  for (const nside of [0, -2, 3, 1.5, 2 ** 25, Number.NaN]) {
    assert.throws(() => pixelCount(nside), RangeError)
  }
})

test('ringPixel() of simple positions', () => {
  assert.equal(ringPixel(128, 193.821739, 2.897311), 93203)
  assert.equal(ringPixel(128, 0, 90), 0)
  assert.equal(ringPixel(128, 0, -90), 196604)
  assert.equal(ringPixel(1, 45, 0), ringPixel(1, 405, 0))
  assert.equal(ringPixel(128, -1e-17, 0), ringPixel(128, 0, 0))
})

test('ringStart() and ringLength() tell the rings without a gap', () => {
  for (const nside of [1, 2, 8, 64]) {
    let start = 0
    for (let ring = 1; ring < 4 * nside; ring++) {
      assert.equal(ringStart(nside, ring), start)
      assert.equal(ringOf(nside, start), ring)
      start += ringLength(nside, ring)
      assert.equal(ringOf(nside, start - 1), ring)
    }
    assert.equal(start, pixelCount(nside))
  }
})

test('ringPixel() and nestPixel() find the pixel of its centre, at all resolutions', () => {
  fc.assert(
    fc.property(
      nsides,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (nside, at) => {
        const pixel = Math.floor(at * pixelCount(nside))
        const { raDeg, decDeg } = pixelCentre(nside, pixel)
        // Close to the poles degrees of declination do not tell the smallest pixels apart.
        if (nside > 2 ** 20 && Math.abs(decDeg) > 89) return
        assert.equal(ringPixel(nside, raDeg, decDeg), pixel)
        assert.equal(nestPixel(nside, raDeg, decDeg), ringToNest(nside, pixel))
      },
    ),
    { numRuns: 1000 },
  )
})

test('nestToRing() and ringToNest() undo each other, at all resolutions', () => {
  for (const nside of [1, 2, 4, 16]) {
    const rings = new Set<number>()
    for (let nest = 0; nest < pixelCount(nside); nest++) {
      rings.add(nestToRing(nside, nest))
      assert.equal(ringToNest(nside, nestToRing(nside, nest)), nest)
    }
    assert.equal(rings.size, pixelCount(nside))
  }
  fc.assert(
    fc.property(
      nsides,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (nside, at) => {
        const nest = Math.floor(at * pixelCount(nside))
        assert.equal(ringToNest(nside, nestToRing(nside, nest)), nest)
      },
    ),
    { numRuns: 1000 },
  )
})

test('maxPixelRadiusRad() bounds the distance from the centre', () => {
  fc.assert(
    fc.property(nsides, place, (nside, position) => {
      const centre = pixelCentre(nside, ringPixel(nside, position.raDeg, position.decDeg))
      const radiusRad = separationDeg(centre, position) / DEGREES
      assert.ok(radiusRad <= maxPixelRadiusRad(nside) + 1e-14)
    }),
    { numRuns: 1000 },
  )
})

interface Vectors {
  readonly ang2pix: number[][]
  readonly pix2ang: [number, number, number, number, number][]
  readonly nside4_ring2nest: number[]
  readonly nside1_2_4_centers_nside2: [number, number][]
  readonly max_pixrad_arcsec: Readonly<Record<string, number>>
}

function readVectors(path: (relative: string) => string): Vectors {
  return JSON.parse(readFileSync(path('spec/data/vectors-healpix.json'), 'utf8')) as Vectors
}

testWithShared('ringPixel() and nestPixel() equal the reference vectors', path => {
  const { ang2pix } = readVectors(path)
  for (const [ra = 0, dec = 0, ...expected] of ang2pix) {
    const pixels = [
      ...[128, 1024].flatMap(nside => [ringPixel(nside, ra, dec), nestPixel(nside, ra, dec)]),
      ...[ringPixel(4096, ra, dec), ringPixel(131_072, ra, dec)],
    ]
    assert.deepEqual(pixels, expected, `${ra} ${dec}`)
  }
  assert.equal(ang2pix.length, 317)
})

testWithShared('pixelCentre() and the conversions equal the reference vectors', path => {
  const { pix2ang, nside4_ring2nest, nside1_2_4_centers_nside2: centres } = readVectors(path)
  const all = [...pix2ang, ...centres.map(([theta, phi], i) => [2, i, theta, phi] as const)]
  for (const [nside, pixel, theta, phi, nest] of all) {
    const { raDeg, decDeg } = pixelCentre(nside, pixel)
    assert.ok(Math.abs((90 - decDeg) / DEGREES - theta) <= 1e-9 * theta, `${nside} ${pixel}`)
    assert.ok(Math.abs(raDeg / DEGREES - phi) <= 1e-9, `${nside} ${pixel}`)
    if (nest !== undefined) assert.equal(ringToNest(nside, pixel), nest)
  }
  nside4_ring2nest.forEach((nest, ring) => {
    assert.equal(ringToNest(4, ring), nest)
    assert.equal(nestToRing(4, nest), ring)
  })
  assert.deepEqual([pix2ang.length, nside4_ring2nest.length, centres.length], [136, 192, 48])
})

testWithShared('maxPixelRadiusRad() equals the reference vectors', path => {
  const radii = Object.entries(readVectors(path).max_pixrad_arcsec)
  for (const [nside, arcsec] of radii) {
    const actual = maxPixelRadiusRad(Number(nside)) * DEGREES * 3600
    assert.ok(Math.abs(actual - arcsec) <= 1e-9 * arcsec)
  }
  assert.equal(radii.length, 4)
})
