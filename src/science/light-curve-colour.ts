/**
 * Rates of change and g - r colours along the light curve of one object: the values a portal shows
 * beside its points. Differences are taken between consecutive points of a band, or between points
 * of two bands near in time; nothing is interpolated or fitted.
 */

/** Points of one object in ascending order of time; missing values are NaN. Bands: 1 is g, 2 r. */
export interface LightCurvePoints {
  /** Days. A point without a time gets no value and is no neighbour of another. */
  readonly jd: Float64Array
  readonly mag: Float64Array
  readonly sigmaMag: Float64Array
  readonly band: Float64Array
}

/**
 * One value per point, NaN where there is none; two points of a band at equal times give infinite
 * or undefined rates. Magnitudes, and magnitudes per day.
 */
export interface LightCurveColours {
  readonly rate: Float64Array
  readonly sigmaRate: Float64Array
  readonly colour: Float64Array
  readonly sigmaColour: Float64Array
  readonly colourRate: Float64Array
  readonly sigmaColourRate: Float64Array
}

type ColourColumns = Omit<LightCurveColours, 'rate' | 'sigmaRate'>

/** Points of two bands make one colour when they are at most this far apart. */
const TOLERANCE_DAYS = 0.3
const G_BAND = 1
const R_BAND = 2

/**
 * All six columns of a light curve, in a time proportional to its length. Colours are those of the
 * g points with an r point near; every point near one of these, of whatever band, receives them.
 */
export function lightCurveColours(points: LightCurvePoints): LightCurveColours {
  const count = points.jd.length
  const rate = missing(count)
  const sigmaRate = missing(count)
  const g = pointsOfBand(points, G_BAND)
  const r = pointsOfBand(points, R_BAND)
  fillRates(points, g, { rate, sigmaRate })
  fillRates(points, r, { rate, sigmaRate })
  const own = colourColumns(count)
  const coloured = fillColours(points, { g, r }, own)
  return { rate, sigmaRate, ...spreadColours(points.jd, coloured, own) }
}

const missing = (count: number): Float64Array => new Float64Array(count).fill(Number.NaN)

const colourColumns = (count: number): ColourColumns => ({
  colour: missing(count),
  sigmaColour: missing(count),
  colourRate: missing(count),
  sigmaColourRate: missing(count),
})

/** Positions of the points of a band that have a time. */
function pointsOfBand({ jd, band }: LightCurvePoints, wanted: number): Int32Array {
  const positions = new Int32Array(band.length)
  let count = 0
  for (let i = 0; i < band.length; i++) {
    if (band[i] === wanted && !Number.isNaN(jd[i]!)) positions[count++] = i
  }
  return positions.subarray(0, count)
}

function fillRates(
  { jd, mag, sigmaMag }: LightCurvePoints,
  positions: Int32Array,
  { rate, sigmaRate }: Pick<LightCurveColours, 'rate' | 'sigmaRate'>,
): void {
  for (let k = 1; k < positions.length; k++) {
    const now = positions[k]!
    const before = positions[k - 1]!
    const days = jd[now]! - jd[before]!
    rate[now] = (mag[now]! - mag[before]!) / days
    sigmaRate[now] = quadratic(sigmaMag[now]!, sigmaMag[before]!) / days
  }
}

/** Fills the colours of the g points with an r point near; returns the positions of these. */
function fillColours(
  { jd, mag, sigmaMag }: LightCurvePoints,
  { g, r }: { readonly g: Int32Array; readonly r: Int32Array },
  { colour, sigmaColour, colourRate, sigmaColourRate }: ColourColumns,
): Int32Array {
  const coloured = new Int32Array(g.length)
  let count = 0
  const nearestR = nearestFinder(jd, r)
  for (const i of g) {
    const match = nearestR(jd[i]!)
    if (match < 0 || Number.isNaN(mag[match]!)) continue
    colour[i] = mag[i]! - mag[match]!
    sigmaColour[i] = quadratic(sigmaMag[i]!, sigmaMag[match]!)
    if (count > 0) {
      const before = coloured[count - 1]!
      const days = jd[i]! - jd[before]!
      colourRate[i] = (colour[i]! - colour[before]!) / days
      sigmaColourRate[i] = quadratic(sigmaColour[i]!, sigmaColour[before]!) / days
    }
    coloured[count++] = i
  }
  return coloured.subarray(0, count)
}

/** Hands to every point the colours of the nearest coloured one. */
function spreadColours(jd: Float64Array, coloured: Int32Array, own: ColourColumns): ColourColumns {
  const spread = colourColumns(jd.length)
  const nearestColoured = nearestFinder(jd, coloured)
  for (let i = 0; i < jd.length; i++) {
    const match = nearestColoured(jd[i]!)
    if (match < 0) continue
    spread.colour[i] = own.colour[match]!
    spread.sigmaColour[i] = own.sigmaColour[match]!
    spread.colourRate[i] = own.colourRate[match]!
    spread.sigmaColourRate[i] = own.sigmaColourRate[match]!
  }
  return spread
}

/**
 * Finds the point among `positions` nearest to a time, -1 when none is within the tolerance. Times
 * must be asked in ascending order. Candidates are the last point not later and the first not
 * earlier, so that of points at one time the last counts before; of two equally near the earlier.
 */
function nearestFinder(jd: Float64Array, positions: Int32Array): (timeJd: number) => number {
  let before = -1
  let after = 0
  return timeJd => {
    while (before + 1 < positions.length && jd[positions[before + 1]!]! <= timeJd) before++
    while (after < positions.length && jd[positions[after]!]! < timeJd) after++
    const daysBefore = before < 0 ? Infinity : timeJd - jd[positions[before]!]!
    const daysAfter = after < positions.length ? jd[positions[after]!]! - timeJd : Infinity
    if (daysBefore <= daysAfter) return daysBefore <= TOLERANCE_DAYS ? positions[before]! : -1
    return daysAfter <= TOLERANCE_DAYS ? positions[after]! : -1
  }
}

/** Root of a sum of squares; values of a light curve need no guard against overflow. */
const quadratic = (a: number, b: number): number => Math.sqrt(a * a + b * b)
