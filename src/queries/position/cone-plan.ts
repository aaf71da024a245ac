/**
 * Which keys hold the alerts inside a circle: the pixels that growing circles around the same
 * centre touch, in shells that each know how near the alerts of all later shells can be.
 */
import { formatDouble } from '../../rows/number-text.js'
import { discRanges } from '../../science/healpix/healpix-disc.js'
import { hasPixel, listPixels, type PixelRanges } from '../../science/healpix/pixel-ranges.js'
import type { SkyPosition } from '../../science/sky/angle.js'
import { type KeyRange, keyRange, prefixRange } from '../../store/store.js'
import type { PositionSource } from '../../surveys/survey.js'

/** Ranges to scan together. */
export interface ConeShell {
  readonly ranges: readonly KeyRange[]
  /** No alert in a later shell is nearer to the centre than this. */
  readonly reachDeg: number
}

/** First detections between two times, both included. */
export interface FirstSeen {
  readonly from: number
  readonly through: number
}

/** Radius of the first circle in sides of a pixel: it mostly touches one or two. */
const FIRST_RADIUS_SIDES = 0.3
/** How many times larger each next circle is, while it adds no more pixels than a shell may have. */
const RADIUS_GROWTH = 2
/** Most pixels of one shell, but for those that are touched at the edge. */
const MAX_SHELL_PIXELS = 1024
/** Most pixels of a circle: 5 degrees at nside 1024 are 24,000. */
const MAX_PIXELS = 200_000

/**
 * Shells for a circle, made as they are asked for.
 *
 * @throws RangeError when the circle touches more than `MAX_PIXELS` pixels
 */
export function* planCone(
  { nside }: PositionSource,
  centre: SkyPosition,
  radiusArcsec: number,
  firstSeen?: FirstSeen,
): Generator<ConeShell> {
  let inner: PixelRanges = new Float64Array()
  for (const radiusDeg of shellRadii(nside, radiusArcsec / 3600)) {
    const outer = discRanges(nside, centre, radiusDeg * 3600)
    const pixels = listPixels(outer, MAX_PIXELS).filter(pixel => !hasPixel(inner, pixel))
    const isLast = radiusDeg * 3600 >= radiusArcsec
    const reachDeg = isLast ? Number.POSITIVE_INFINITY : radiusDeg
    if (pixels.length > 0 || isLast) yield { ranges: toRanges(pixels, firstSeen), reachDeg }
    inner = outer
  }
}

/** Radius of the first circle: one that is not larger is read as a whole. */
export function firstRadiusArcsec({ nside }: PositionSource): number {
  return FIRST_RADIUS_SIDES * pixelSideDeg(nside) * 3600
}

/** Side of a square as large as a pixel. */
function pixelSideDeg(nside: number): number {
  return (Math.sqrt(Math.PI / 3) / nside) * (180 / Math.PI)
}

/** Radii of the growing circles in degrees, the last of them that of the whole. */
function* shellRadii(nside: number, wholeDeg: number): Generator<number> {
  const sideDeg = pixelSideDeg(nside)
  const step2 = (MAX_SHELL_PIXELS / Math.PI) * sideDeg ** 2
  let radiusDeg = FIRST_RADIUS_SIDES * sideDeg
  while (radiusDeg < wholeDeg) {
    yield radiusDeg
    radiusDeg = Math.min(radiusDeg * RADIUS_GROWTH, Math.sqrt(radiusDeg ** 2 + step2))
  }
  yield wholeDeg
}

/** Key ranges of pixels, in key order, so that neighbours are read together. */
function toRanges(pixels: Float64Array, firstSeen: FirstSeen | undefined): KeyRange[] {
  const prefixes = Array.from(pixels, pixel => `${pixel}_`).sort()
  if (firstSeen === undefined) return prefixes.map(prefixRange)
  const from = formatDouble(firstSeen.from)
  const through = formatDouble(firstSeen.through)
  return prefixes.map(prefix => keyRange(prefix + from, prefix + through))
}
