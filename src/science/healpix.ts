/**
 * HEALPix pixels in RING order (Gorski et al. 2005, ApJ 622, 759).
 */

const RADIANS = Math.PI / 180

/**
 * Pixel that holds a position.
 *
 * @param nside a power of two up to 2^24
 */
export function ringPixel(nside: number, raDeg: number, decDeg: number): number {
  const theta = Math.PI / 2 - decDeg * RADIANS
  const z = Math.cos(theta)
  const turn = ((((raDeg * RADIANS) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)) / (Math.PI / 2)
  return Math.abs(z) <= 2 / 3 ? beltPixel(nside, z, turn) : capPixel(nside, z, { theta, turn })
}

function beltPixel(nside: number, z: number, turn: number): number {
  const t1 = nside * (0.5 + turn)
  const t2 = 0.75 * nside * z
  const jp = Math.floor(t1 - t2)
  const jm = Math.floor(t1 + t2)
  const ring = nside + 1 + jp - jm
  const shift = 1 - (((ring % 2) + 2) % 2)
  const column = Math.floor((jp + jm - nside + shift + 1 + 8 * nside) / 2) % (4 * nside)
  return 2 * nside * (nside - 1) + (ring - 1) * 4 * nside + column
}

function capPixel(nside: number, z: number, at: { theta: number; turn: number }): number {
  const { theta, turn } = at
  const fraction = turn - Math.floor(turn)
  const isNearPole = Math.min(theta, Math.PI - theta) < 0.01
  const width = isNearPole
    ? (nside * Math.sin(theta)) / Math.sqrt((1 + Math.abs(z)) / 3)
    : nside * Math.sqrt(3 * (1 - Math.abs(z)))
  const ring = Math.floor(fraction * width) + Math.floor((1 - fraction) * width) + 1
  const column = Math.floor(turn * ring) % (4 * ring)
  return z > 0
    ? 2 * ring * (ring - 1) + column
    : 12 * nside * nside - 2 * ring * (ring + 1) + column
}
