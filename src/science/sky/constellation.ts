/**
 * Name of the constellation at a position. ICRS positions are carried to the mean equator and
 * equinox B1875.0 (aberration at J2000.0, frame bias, IAU 2006 precession), where the boundaries
 * are: Roman (1987), PASP 99, 695.
 */
import { BOUNDARIES, NAMES } from './constellation-boundaries.js'

/*
 * The boundaries run along circles of right ascension and declination, so together they cut the
 * sky into a grid:  declinations x right ascensions -> constellation.
 */

/** Right ascensions at which fields begin or end, in hours, ascending from 0. */
const RA_EDGES = sortedEdges([
  ...BOUNDARIES.map(([low]) => low),
  ...BOUNDARIES.map(([, high]) => high),
])
/** Declinations at which fields begin, in degrees, ascending from -90. */
const DEC_EDGES = sortedEdges(BOUNDARIES.map(([, , low]) => low))
/** Full name of each cell of the grid, one row of cells per declination. */
const GRID = paintGrid()

function sortedEdges(edges: readonly number[]): Float64Array {
  return Float64Array.from(new Set(edges)).sort()
}

/** Every field is painted over those that begin south of it; in the list, the first one wins. */
function paintGrid(): readonly string[] {
  const width = RA_EDGES.length
  const grid = new Array<string>(width * DEC_EDGES.length).fill(NAMES.Oct!)
  for (const [low, high, dec, name] of BOUNDARIES.toReversed()) {
    const first = RA_EDGES.indexOf(low)
    const end = RA_EDGES.indexOf(high)
    for (let row = DEC_EDGES.indexOf(dec); row < DEC_EDGES.length; row++) {
      grid.fill(NAMES[name]!, row * width + first, row * width + end)
    }
  }
  return grid
}

/** Number of edges below a value; those equal to it count when `isOnEdge`. */
function edgesBelow(
  edges: Float64Array,
  value: number,
  { isOnEdge }: { readonly isOnEdge: boolean },
): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const edge = edges[middle]!
    if (edge < value || (isOnEdge && edge === value)) low = middle + 1
    else high = middle
  }
  return low
}

/** Rotation from GCRS to the mean equator and equinox B1875.0. */
const TO_B1875 = [
  0.9995359280395996, 0.027935235948032204, 0.012147063453534978, -0.027935234880521558,
  0.9996097207523427, -0.00016979279517725931, -0.01214706590854464, -0.00016961707158125172,
  0.9999262072872489,
] as const

/** Barycentric velocity of the Earth at J2000.0 over that of light, and its Lorentz factor. */
const VELOCITY = [-9.935188888340815e-5, -1.6777453015929957e-5, -7.273846786777203e-6] as const
const LORENTZ = 0.9999999948974052
/** Potential of the Sun at the Earth: 1.97412574336e-8 au over its distance in au. */
const SUN_POTENTIAL = 1.97412574336e-8 / 0.9833276719328775

const RADIANS = Math.PI / 180

/**
 * Full name of the constellation that a position is in, such as `Boötes`. Points on a
 * boundary count to the field that begins there in right ascension, or ends there in declination.
 *
 * @param raDeg right ascension, ICRS
 * @param decDeg declination, ICRS
 * @returns undefined when a coordinate is missing (NaN)
 */
export function constellationAt(raDeg: number, decDeg: number): string | undefined {
  if (Number.isNaN(raDeg) || Number.isNaN(decDeg)) return undefined
  const cosDec = Math.cos(decDeg * RADIANS)
  const x = cosDec * Math.cos(raDeg * RADIANS)
  const y = cosDec * Math.sin(raDeg * RADIANS)
  const z = Math.sin(decDeg * RADIANS)
  // Stellar aberration; the constant length of the result drops out below.
  const along = x * VELOCITY[0] + y * VELOCITY[1] + z * VELOCITY[2]
  const w1 = 1 + along / (1 + LORENTZ) + SUN_POTENTIAL
  const scale = LORENTZ - SUN_POTENTIAL * along
  const ax = x * scale + w1 * VELOCITY[0]
  const ay = y * scale + w1 * VELOCITY[1]
  const az = z * scale + w1 * VELOCITY[2]
  const bx = TO_B1875[0] * ax + TO_B1875[1] * ay + TO_B1875[2] * az
  const by = TO_B1875[3] * ax + TO_B1875[4] * ay + TO_B1875[5] * az
  const bz = TO_B1875[6] * ax + TO_B1875[7] * ay + TO_B1875[8] * az
  const hours = Math.atan2(by, bx) / RADIANS / 15
  const dec = Math.atan2(bz, Math.sqrt(bx * bx + by * by)) / RADIANS
  return nameAt(hours < 0 ? hours + 24 : hours, dec)
}

/** Name of the field that holds a position for equinox B1875.0. */
function nameAt(raHours: number, decDeg: number): string | undefined {
  const row = Math.max(0, edgesBelow(DEC_EDGES, decDeg, { isOnEdge: false }) - 1)
  // A tiny negative right ascension plus 24 rounds to 24, which is 0.
  const hours = raHours < 24 ? raHours : 0
  return GRID[row * RA_EDGES.length + edgesBelow(RA_EDGES, hours, { isOnEdge: true }) - 1]
}
