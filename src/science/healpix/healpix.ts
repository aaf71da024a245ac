/**
 * HEALPix pixels in RING order: position to pixel, pixel to position, and their sizes. NESTED
 * order is in `healpix-nest.ts`, discs in `healpix-disc.ts`. Gorski et al. 2005, ApJ 622, 759.
 *
 * `nside` is a power of two up to 2^24 everywhere, so that pixel numbers are exact as doubles.
 */
import type { SkyPosition } from '../sky/angle.js'

/** Largest `nside`: beyond 2^24 not every pixel number would be a safe integer. */
export const MAX_NSIDE = 2 ** 24

const RADIANS = Math.PI / 180
const HALF_PI = Math.PI / 2

/**
 * Number of pixels on the sky.
 *
 * @throws RangeError when `nside` is not a power of two from 1 to 2^24
 */
export function pixelCount(nside: number): number {
  if (!(nside >= 1 && nside <= MAX_NSIDE && Number.isInteger(Math.log2(nside)))) {
    throw new RangeError(`expected nside to be a power of two from 1 to 2^24, got ${nside}`)
  }
  return 12 * nside * nside
}

/** Pixel that holds a position, RING order. Any right ascension; declination -90 to 90. */
export function ringPixel(nside: number, raDeg: number, decDeg: number): number {
  const theta = HALF_PI - decDeg * RADIANS
  const z = Math.cos(theta)
  const turn = quarterTurns(raDeg)
  return Math.abs(z) <= 2 / 3 ? beltPixel(nside, z, turn) : capPixel(nside, theta, { z, turn })
}

/** Right ascension in quarters of a turn, from 0 up to but not including 4. */
function quarterTurns(raDeg: number): number {
  const phi = (raDeg * RADIANS) % (2 * Math.PI)
  const turn = (phi < 0 ? phi + 2 * Math.PI : phi) / HALF_PI
  return turn < 4 ? turn : 0
}

function beltPixel(nside: number, z: number, turn: number): number {
  const rising = nside * (0.5 + turn)
  const steep = 0.75 * nside * z
  const jp = Math.floor(rising - steep)
  const jm = Math.floor(rising + steep)
  const ring = nside + 1 + jp - jm
  const shift = 1 - (ring % 2)
  const column = Math.floor((jp + jm - nside + shift + 1 + 8 * nside) / 2) % (4 * nside)
  return 2 * nside * (nside - 1) + (ring - 1) * 4 * nside + column
}

/** Nearer to a pole than this the cosine has lost the digits that the sine still has. */
const NEAR_POLE_RAD = 0.01

function capPixel(nside: number, theta: number, at: { z: number; turn: number }): number {
  const { z, turn } = at
  const fraction = turn - Math.floor(turn)
  const isNearPole = Math.min(theta, Math.PI - theta) < NEAR_POLE_RAD
  const width = isNearPole
    ? (nside * Math.sin(theta)) / Math.sqrt((1 + Math.abs(z)) / 3)
    : nside * Math.sqrt(3 * (1 - Math.abs(z)))
  const ring = Math.floor(fraction * width) + Math.floor((1 - fraction) * width) + 1
  const column = Math.floor(turn * ring) % (4 * ring)
  return z > 0
    ? 2 * ring * (ring - 1) + column
    : 12 * nside * nside - 2 * ring * (ring + 1) + column
}

/** Number of the ring of a pixel in RING order, counted from 1 at the north pole to 4 nside - 1. */
export function ringOf(nside: number, pixel: number): number {
  const beltStart = 2 * nside * (nside - 1)
  const total = 12 * nside * nside
  if (pixel < beltStart) return capRing(pixel)
  if (pixel >= total - beltStart) return 4 * nside - capRing(total - 1 - pixel)
  return nside + Math.floor((pixel - beltStart) / (4 * nside))
}

/** Ring of a pixel of a cap, counted from its pole; pixels are counted from there too. */
function capRing(pixel: number): number {
  const ring = Math.floor((1 + Math.sqrt(1 + 2 * pixel)) / 2)
  // The root of a large number may be rounded across an integer.
  if (2 * ring * (ring - 1) > pixel) return ring - 1
  return 2 * ring * (ring + 1) <= pixel ? ring + 1 : ring
}

/** First pixel of a ring, RING order. */
export function ringStart(nside: number, ring: number): number {
  if (ring < nside) return 2 * ring * (ring - 1)
  if (ring <= 3 * nside) return 2 * nside * (nside - 1) + (ring - nside) * 4 * nside
  const fromSouth = 4 * nside - ring
  return 12 * nside * nside - 2 * fromSouth * (fromSouth + 1)
}

/** Number of pixels in a ring. */
export function ringLength(nside: number, ring: number): number {
  return 4 * Math.min(ring, nside, 4 * nside - ring)
}

/** Shift of the centres of a ring, in pixels: 0.5, or 0 in every other ring of the belt. */
export function ringShift(nside: number, ring: number): number {
  const isShifted = ring < nside || ring > 3 * nside || (ring - nside) % 2 === 0
  return isShifted ? 0.5 : 0
}

/** Centre of a pixel in RING order. */
export function pixelCentre(nside: number, pixel: number): SkyPosition {
  const ring = ringOf(nside, pixel)
  const column = pixel - ringStart(nside, ring) + ringShift(nside, ring)
  const raDeg = (column / ringLength(nside, ring)) * 360
  return { raDeg, decDeg: 90 - ringColatitude(nside, ring) / RADIANS }
}

/** Angle from the north pole, in radians, of the line of a ring; also for rings in between. */
export function ringColatitude(nside: number, ring: number): number {
  if (ring < nside) return 2 * Math.asin(ring / (Math.sqrt(6) * nside))
  if (ring <= 3 * nside) return Math.acos(((2 * nside - ring) * 2) / (3 * nside))
  return Math.PI - 2 * Math.asin((4 * nside - ring) / (Math.sqrt(6) * nside))
}

/** Largest angle, in radians, between the centre of a pixel and any point of that pixel. */
export function maxPixelRadiusRad(nside: number): number {
  const thetaA = Math.acos(2 / 3)
  const thetaB = ringColatitude(nside, nside - 1)
  // The longest half diagonal goes from the last ring of a cap to the border of the belt.
  const sinSquared =
    Math.sin((thetaA - thetaB) / 2) ** 2 +
    Math.sin(thetaA) * Math.sin(thetaB) * Math.sin(Math.PI / (8 * nside)) ** 2
  return 2 * Math.asin(Math.sqrt(sinSquared))
}
