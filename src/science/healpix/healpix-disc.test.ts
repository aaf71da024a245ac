import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWithShared } from '../../../test/shared.js'
import type { SkyPosition } from '../sky/angle.js'
import { separationDeg } from '../sky/separation.js'
import { maxPixelRadiusRad, pixelCentre, pixelCount, ringPixel } from './healpix.js'
import { discRanges } from './healpix-disc.js'
import { countPixels, hasPixel, listPixels, type PixelRanges } from './pixel-ranges.js'

const DEGREES = 180 / Math.PI

/** Position at a distance and a direction from another. */
function moved({ raDeg, decDeg }: SkyPosition, distanceRad: number, angleRad: number): SkyPosition {
  const dec = decDeg / DEGREES
  const sinDec =
    Math.sin(dec) * Math.cos(distanceRad) +
    Math.cos(dec) * Math.sin(distanceRad) * Math.cos(angleRad)
  const east = Math.sin(distanceRad) * Math.sin(angleRad)
  const north =
    Math.cos(dec) * Math.cos(distanceRad) -
    Math.sin(dec) * Math.sin(distanceRad) * Math.cos(angleRad)
  const decRad = Math.atan2(sinDec, Math.hypot(east, north))
  return { raDeg: raDeg + Math.atan2(east, north) * DEGREES, decDeg: decRad * DEGREES }
}

function assertOrdered(ranges: PixelRanges, total: number): void {
  for (let i = 1; i < ranges.length; i++) assert.ok(ranges[i]! > ranges[i - 1]!)
  assert.ok(ranges.length === 0 || (ranges[0]! >= 0 && ranges.at(-1)! <= total))
}

/** Centres everywhere, and often where the geometry is special. */
const centre = fc.record({
  raDeg: fc.oneof(
    fc.double({ min: 0, max: 360, noNaN: true }),
    fc.constantFrom(0, 45, 90, 180, 270, 359.9999999),
  ),
  decDeg: fc.oneof(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.constantFrom(-90, -89.9999, -41.8103148957786, 0, 41.8103148957786, 89.99, 90),
  ),
})

test('discRanges() of small discs', () => {
  const pixels = (raDeg: number, decDeg: number, radius: number): number[] => [
    ...listPixels(discRanges(128, { raDeg, decDeg }, radius), 100),
  ]
  assert.deepEqual(pixels(193.821739, 2.897311, 5), [93203])
  assert.deepEqual(pixels(0, 90, 10), [0, 1, 2, 3])
  assert.deepEqual(pixels(0, 0, 10), [97536, 98048, 98559, 98560])
  assert.deepEqual(pixels(61.96482, -48.713443, 10), [171820])
  assert.deepEqual(pixels(193.821739, 2.897311, 0), [93203])
})

test('discRanges() of large discs', () => {
  const everywhere = Float64Array.of(0, 12 * 64)
  assert.deepEqual(discRanges(8, { raDeg: 10, decDeg: 20 }, 180 * 3600), everywhere)
  const hemisphere = discRanges(8, { raDeg: 10, decDeg: 90 }, 90 * 3600)
  assert.ok(countPixels(hemisphere) > 6 * 64 && hemisphere[0] === 0)
})

test('discRanges() refuses radii that are none', () => {
  for (const radius of [-1, Number.NaN]) {
    assert.throws(() => discRanges(8, { raDeg: 10, decDeg: 20 }, radius), RangeError)
  }
})

test('discRanges() holds the pixel of every point of the disc, and only pixels near it', () => {
  const order = fc.integer({ min: 0, max: 24 })
  const size = fc.double({ min: -3, max: 1.2, noNaN: true })
  const point = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 7, noNaN: true }),
  )
  fc.assert(
    fc.property(
      order,
      centre,
      size,
      fc.array(point, { maxLength: 40 }),
      (exponent, at, width, points) => {
        const nside = 2 ** exponent
        const radiusRad = Math.min(Math.PI, (10 ** width * Math.sqrt(Math.PI / 3)) / nside)
        const ranges = discRanges(nside, at, radiusRad * DEGREES * 3600)
        assertOrdered(ranges, pixelCount(nside))
        for (const [depth, angle] of points) {
          // Half of the points lie on the rim.
          const { raDeg, decDeg } = moved(at, radiusRad * Math.min(1, 2 * depth), angle)
          assert.ok(hasPixel(ranges, ringPixel(nside, raDeg, decDeg)))
        }
        const reachRad = radiusRad + maxPixelRadiusRad(nside)
        for (const pixel of listPixels(ranges, 20_000).slice(0, 50)) {
          const distance = separationDeg(pixelCentre(nside, pixel), at) / DEGREES
          assert.ok(distance <= reachRad * 1.000001 + 1e-11)
        }
      },
    ),
    { numRuns: 500 },
  )
})

interface DiscVector {
  readonly nside: number
  readonly ra: number
  readonly dec: number
  readonly radius_arcsec: number
  readonly n: number
  readonly n_exact_overlap_fact32: number
  readonly pix?: number[]
}

interface Vectors {
  readonly query_disc_inclusive_fact4: DiscVector[]
  readonly query_disc_exclusive: (DiscVector & { readonly pix: number[] })[]
}

function readVectors(path: (relative: string) => string): Vectors {
  return JSON.parse(readFileSync(path('spec/data/vectors-healpix.json'), 'utf8')) as Vectors
}

/** Whether a disc truly touches a pixel, by a fine net of points over it. */
function touches({ nside, ra, dec, radius_arcsec: radius }: DiscVector, pixel: number): boolean {
  const at = { raDeg: ra, decDeg: dec }
  const middle = pixelCentre(nside, pixel)
  const reach = maxPixelRadiusRad(nside)
  for (let step = 0; step < 40_000; step++) {
    const point = moved(middle, reach * Math.sqrt(step / 40_000), step * 2.399963)
    const isInPixel = ringPixel(nside, point.raDeg, point.decDeg) === pixel
    if (isInPixel && separationDeg(point, at) * 3600 <= radius) return true
  }
  return false
}

testWithShared('discRanges() misses no pixel of the reference that the disc touches', path => {
  const { query_disc_inclusive_fact4: discs } = readVectors(path)
  let missed = 0
  let ours = 0
  let theirs = 0
  for (const disc of discs) {
    const ranges = discRanges(disc.nside, { raDeg: disc.ra, decDeg: disc.dec }, disc.radius_arcsec)
    ours += countPixels(ranges)
    theirs += disc.n
    for (const pixel of disc.pix ?? []) {
      if (hasPixel(ranges, pixel)) continue
      missed++
      assert.ok(!touches(disc, pixel), `${pixel} of ${JSON.stringify({ ...disc, pix: [] })}`)
    }
  }
  assert.equal(discs.length, 342)
  // The reference adds pixels that its coarser test cannot exclude.
  assert.ok(missed > 0 && ours < 1.01 * theirs)
})

testWithShared(
  'discRanges() and pixelCentre() give the pixels with their centre in a disc',
  path => {
    const { query_disc_exclusive: discs } = readVectors(path)
    for (const { nside, ra, dec, radius_arcsec: radius, pix } of discs) {
      const at = { raDeg: ra, decDeg: dec }
      const inside = listPixels(discRanges(nside, at, radius), 100_000).filter(
        pixel => separationDeg(pixelCentre(nside, pixel), at) * 3600 <= radius,
      )
      assert.deepEqual([...inside], pix)
    }
    assert.equal(discs.length, 60)
  },
)
