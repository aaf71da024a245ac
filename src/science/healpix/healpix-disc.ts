/**
 * The pixels that a disc on the sky touches, as ranges in RING order: never one too few, and few
 * too many. Instead of testing pixels, the bands between rings are cut into slices of latitude;
 * within a slice the disc is at most so wide, and what of each ring it can reach is arithmetic.
 * Pixel borders: Gorski et al. 2005, ApJ 622, 759.
 */
import type { SkyPosition } from '../sky/angle.js'
import { pixelCount, ringLength, ringStart } from './healpix.js'
import { type Arc, clearSpan, extendAbove, extendBelow, type Span } from './healpix-arc.js'
import type { PixelRanges } from './pixel-ranges.js'

const RADIANS = Math.PI / 180
const HALF_PI = Math.PI / 2

/** What rounding may add to any angle here, with a wide margin, in radians. */
const MARGIN_RAD = 1e-12

/** Slices for a disc as a whole: a few rings are cut finely, many rings hardly need it. */
const SLICES_PER_DISC = 64
/** Most slices of the band between two rings. */
const MAX_SLICES = 16

/** A disc, with what is asked of it again and again. */
interface Disc {
  readonly nside: number
  readonly raRad: number
  readonly radiusRad: number
  /** Angle of the centre from the north pole, its half angle's sine and cosine. */
  readonly colatitudeRad: number
  readonly sinHalf: number
  readonly cosHalf: number
  /** Squared sine of half the radius. */
  readonly sinHalfRadius2: number
}

/** Ranges found so far. */
interface Found {
  readonly nside: number
  readonly ranges: Float64Array
  length: number
}

/**
 * The pixels that a disc touches, in RING order.
 *
 * @param radiusArcsec 0 to 648000 (180 degrees)
 * @throws RangeError when the radius is negative or not a number
 */
export function discRanges(nside: number, centre: SkyPosition, radiusArcsec: number): PixelRanges {
  const total = pixelCount(nside)
  if (!(radiusArcsec >= 0)) throw new RangeError(`expected a radius from 0, got ${radiusArcsec}`)
  const disc = toDisc(nside, centre, radiusArcsec)
  if (disc.radiusRad >= Math.PI) return Float64Array.of(0, total)
  return sweep(disc)
}

function toDisc(nside: number, centre: SkyPosition, radiusArcsec: number): Disc {
  const colatitudeRad = (90 - centre.decDeg) * RADIANS
  const radiusRad = (radiusArcsec / 3600) * RADIANS + MARGIN_RAD
  return {
    nside,
    raRad: centre.raDeg * RADIANS,
    radiusRad,
    colatitudeRad,
    sinHalf: Math.sin(colatitudeRad / 2),
    cosHalf: Math.cos(colatitudeRad / 2),
    sinHalfRadius2: Math.sin(radiusRad / 2) ** 2,
  }
}

/** Goes through the bands between rings from north to south; each band concerns two rings. */
function sweep(disc: Disc): PixelRanges {
  const { nside, colatitudeRad, radiusRad } = disc
  const first = Math.floor(ringAt(nside, Math.max(0, colatitudeRad - radiusRad)))
  const last = Math.ceil(ringAt(nside, Math.min(Math.PI, colatitudeRad + radiusRad)))
  const slices = Math.max(1, Math.min(MAX_SLICES, Math.floor(SLICES_PER_DISC / (last - first))))
  const widest = widestRing(disc)
  const found: Found = { nside, ranges: new Float64Array(4 * (last - first + 1)), length: 0 }
  const arc: Arc = { nside, from: 0, to: 0, offset: 0 }
  let upper = clearSpan({ low: 0, high: 0 })
  let lower = clearSpan({ low: 0, high: 0 })
  let widthAbove = halfWidth(disc, first)
  for (let ring = first; ring < last; ring++) {
    for (let slice = 1; slice <= slices; slice++) {
      const start = ring + (slice - 1) / slices
      const end = ring + slice / slices
      const widthBelow = halfWidth(disc, end)
      const isWidest = widest.ring >= start && widest.ring <= end
      const width = Math.max(widthAbove, widthBelow, isWidest ? widest.width : -1)
      widthAbove = widthBelow
      if (width < 0) continue
      arc.from = (disc.raRad - width) / HALF_PI
      arc.to = (disc.raRad + width) / HALF_PI
      arc.offset = start - ring
      extendBelow(upper, ring, arc)
      arc.offset = ring + 1 - end
      extendAbove(lower, ring + 1, arc)
    }
    append(found, ring, upper)
    const done = clearSpan(upper)
    upper = lower
    lower = done
  }
  append(found, last, upper)
  return found.ranges.slice(0, found.length)
}

/** Where between the rings a latitude is: 0 at the north pole, 4 nside at the south pole. */
function ringAt(nside: number, colatitudeRad: number): number {
  const z = Math.cos(colatitudeRad)
  if (Math.abs(z) <= 2 / 3) return (2 - 1.5 * z) * nside
  const fromPole =
    Math.sqrt(6) * nside * Math.sin(Math.min(colatitudeRad, Math.PI - colatitudeRad) / 2)
  return z > 0 ? fromPole : 4 * nside - fromPole
}

/** Half the extent in right ascension, 0 to pi, of a disc at a latitude; -1 outside of it. */
function halfWidth(disc: Disc, ring: number): number {
  const { nside } = disc
  const sixth = 1 / (6 * nside * nside)
  const fromSouth = 4 * nside - ring
  // Squared sine and cosine of half the colatitude, each without loss of digits at its pole.
  let sin2: number
  let cos2: number
  if (ring < nside) {
    sin2 = ring * ring * sixth
    cos2 = 1 - sin2
  } else if (ring > 3 * nside) {
    cos2 = fromSouth * fromSouth * sixth
    sin2 = 1 - cos2
  } else {
    sin2 = (ring / nside - 0.5) / 3
    cos2 = (fromSouth / nside - 0.5) / 3
  }
  const sin = Math.sqrt(sin2)
  const cos = Math.sqrt(cos2)
  // Haversine formula, solved for the difference of right ascension.
  const across = disc.sinHalfRadius2 - (sin * disc.cosHalf - cos * disc.sinHalf) ** 2
  if (across <= 0) return -1
  const scale = 4 * sin * cos * disc.sinHalf * disc.cosHalf
  return across >= scale ? Math.PI : 2 * Math.asin(Math.sqrt(across / scale))
}

/** Where a disc is widest in right ascension, and its half width; ring -1 if it holds a pole. */
function widestRing(disc: Disc): { readonly ring: number; readonly width: number } {
  const { nside, colatitudeRad, radiusRad } = disc
  if (radiusRad >= Math.min(colatitudeRad, Math.PI - colatitudeRad)) return { ring: -1, width: -1 }
  const touching = Math.acos(Math.cos(colatitudeRad) / Math.cos(radiusRad))
  const width = Math.asin(Math.min(1, Math.sin(radiusRad) / Math.sin(colatitudeRad)))
  return { ring: ringAt(nside, touching), width: width + MARGIN_RAD }
}

/** Appends the ranges of a ring: one, or two when it is passed across right ascension 0. */
function append(found: Found, ring: number, { low, high }: Span): void {
  const { nside } = found
  if (low > high || ring === 0 || ring === 4 * nside) return
  const start = ringStart(nside, ring)
  const count = ringLength(nside, ring)
  if (high - low + 1 >= count) {
    appendRange(found, start, start + count)
    return
  }
  const shift = Math.floor(low / count) * count - start
  const end = high + 1 - shift
  if (end > start + count) appendRange(found, start, end - count)
  appendRange(found, low - shift, Math.min(end, start + count))
}

function appendRange(found: Found, start: number, end: number): void {
  if (found.length > 0 && found.ranges[found.length - 1] === start) {
    found.ranges[found.length - 1] = end
    return
  }
  found.ranges[found.length] = start
  found.ranges[found.length + 1] = end
  found.length += 2
}
