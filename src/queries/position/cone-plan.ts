/**
 * Which keys hold the alerts inside a circle: the pixels that the circle touches, nearest first, in
 * shells that each know how near the alerts of all later shells can be.
 */
import { formatDouble } from '../../rows/number-text.js'
import { maxPixelRadiusRad, pixelCentre } from '../../science/healpix/healpix.js'
import { discRanges } from '../../science/healpix/healpix-disc.js'
import { listPixels } from '../../science/healpix/pixel-ranges.js'
import type { SkyPosition } from '../../science/sky/angle.js'
import { separationFrom } from '../../science/sky/separation.js'
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

/** Pixels of the first shell, and the factor by which each next one is larger. */
const FIRST_SHELL_PIXELS = 16
const SHELL_GROWTH = 2
/** Most pixels of one shell. */
const MAX_SHELL_PIXELS = 1024
/** Most pixels of a circle: 5 degrees at nside 1024 are 24,000. */
const MAX_PIXELS = 200_000

/**
 * Shells for a circle.
 *
 * @throws RangeError when the circle touches more than `MAX_PIXELS` pixels
 */
export function planCone(
  { nside }: PositionSource,
  centre: SkyPosition,
  radiusArcsec: number,
  firstSeen?: FirstSeen,
): ConeShell[] {
  const pixels = listPixels(discRanges(nside, centre, radiusArcsec), MAX_PIXELS)
  const distance = separationFrom(centre)
  const pixelRadiusDeg = (maxPixelRadiusRad(nside) * 180) / Math.PI
  const nearest = Float64Array.from(pixels, pixel => {
    const { raDeg, decDeg } = pixelCentre(nside, pixel)
    return Math.max(0, distance(raDeg, decDeg) - pixelRadiusDeg)
  })
  const order = Uint32Array.from(pixels, (_, i) => i).sort((a, b) => nearest[a]! - nearest[b]!)
  const shells: ConeShell[] = []
  for (let start = 0, size = FIRST_SHELL_PIXELS; start < order.length; start += size) {
    if (start > 0) size = Math.min(size * SHELL_GROWTH, MAX_SHELL_PIXELS)
    const members = order.subarray(start, start + size)
    const next = order[start + size]
    shells.push({
      ranges: toRanges(
        [...members].map(i => pixels[i]!),
        firstSeen,
      ),
      reachDeg: next === undefined ? Number.POSITIVE_INFINITY : nearest[next]!,
    })
  }
  return shells
}

/** Key ranges of pixels, in key order, so that neighbours are read together. */
function toRanges(pixels: readonly number[], firstSeen: FirstSeen | undefined): KeyRange[] {
  const prefixes = pixels.map(pixel => `${pixel}_`).sort()
  if (firstSeen === undefined) return prefixes.map(prefixRange)
  const from = formatDouble(firstSeen.from)
  const through = formatDouble(firstSeen.through)
  return prefixes.map(prefix => keyRange(prefix + from, prefix + through))
}
