/**
 * Angle between two positions on the sky, by the formula of Vincenty (1975), which is exact to
 * rounding at all distances, also for coincident and opposite points.
 */
import type { SkyPosition } from './angle.js'

const DEGREES = 180 / Math.PI

/** Great-circle distance of two positions in degrees, 0 to 180. */
export function separationDeg(a: SkyPosition, b: SkyPosition): number {
  return separationFrom(a)(b.raDeg, b.decDeg)
}

/** Gives the distance in degrees of any position from one centre; for code that runs per row. */
export function separationFrom(centre: SkyPosition): (raDeg: number, decDeg: number) => number {
  const sinCentre = Math.sin(centre.decDeg / DEGREES)
  const cosCentre = Math.cos(centre.decDeg / DEGREES)
  return (raDeg, decDeg) => {
    const deltaRa = (raDeg - centre.raDeg) / DEGREES
    const sinDec = Math.sin(decDeg / DEGREES)
    const cosDec = Math.cos(decDeg / DEGREES)
    const cosDelta = Math.cos(deltaRa)
    const east = cosDec * Math.sin(deltaRa)
    const north = cosCentre * sinDec - sinCentre * cosDec * cosDelta
    const along = sinCentre * sinDec + cosCentre * cosDec * cosDelta
    return Math.atan2(Math.sqrt(east * east + north * north), along) * DEGREES
  }
}
