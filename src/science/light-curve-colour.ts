/**
 * Rates of change and g - r colours along the light curve of one object, as the broker's portal
 * shows them.
 */

/** Points of one object in order of time; missing values are NaN. Bands: 1 is g, 2 is r. */
export interface LightCurvePoints {
  readonly jd: Float64Array
  readonly mag: Float64Array
  readonly sigmaMag: Float64Array
  readonly band: Float64Array
}

/** One value per point; NaN where there is none. Magnitudes, and magnitudes per day. */
export interface LightCurveColours {
  readonly rate: Float64Array
  readonly sigmaRate: Float64Array
  readonly colour: Float64Array
  readonly sigmaColour: Float64Array
  readonly colourRate: Float64Array
  readonly sigmaColourRate: Float64Array
}

/** Points of two bands are one colour when they are at most this far apart. */
const TOLERANCE_DAYS = 0.3

/** Computes all six columns in one pass over the points and one over those of each band. */
export function lightCurveColours(points: LightCurvePoints): LightCurveColours {
  const count = points.jd.length
  const empty = (): Float64Array => new Float64Array(count).fill(Number.NaN)
  const colours: LightCurveColours = {
    rate: empty(),
    sigmaRate: empty(),
    colour: empty(),
    sigmaColour: empty(),
    colourRate: empty(),
    sigmaColourRate: empty(),
  }
  const g = indicesOf(points.band, 1)
  const r = indicesOf(points.band, 2)
  fillRates(points, g, colours)
  fillRates(points, r, colours)
  fillColours(points, g, r, colours)
  return colours
}

function indicesOf(band: Float64Array, wanted: number): Int32Array {
  const indices = new Int32Array(band.length)
  let count = 0
  for (let i = 0; i < band.length; i++) if (band[i] === wanted) indices[count++] = i
  return indices.subarray(0, count)
}

function fillRates(
  { jd, mag, sigmaMag }: LightCurvePoints,
  indices: Int32Array,
  { rate, sigmaRate }: LightCurveColours,
): void {
  for (let k = 1; k < indices.length; k++) {
    const now = indices[k]!
    const before = indices[k - 1]!
    const days = jd[now]! - jd[before]!
    rate[now] = (mag[now]! - mag[before]!) / days
    sigmaRate[now] = Math.sqrt(sigmaMag[now]! ** 2 + sigmaMag[before]! ** 2) / days
  }
}

/** Colours of the g points that have an r point near, then handed to every point near one of them. */
function fillColours(
  { jd, mag, sigmaMag }: LightCurvePoints,
  g: Int32Array,
  r: Int32Array,
  target: LightCurveColours,
): void {
  const kept = new Int32Array(g.length)
  const values = Array.from({ length: 4 }, () => new Float64Array(g.length).fill(Number.NaN))
  const [colour, sigma, rate, sigmaRate] = values as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  let count = 0
  const near = nearestFinder(jd, r)
  for (const i of g) {
    const match = near(jd[i]!)
    if (match < 0 || Number.isNaN(mag[match]!)) continue
    kept[count] = i
    colour[count] = mag[i]! - mag[match]!
    sigma[count] = Math.hypot(sigmaMag[i]!, sigmaMag[match]!)
    if (count > 0) {
      const days = jd[i]! - jd[kept[count - 1]!]!
      rate[count] = (colour[count]! - colour[count - 1]!) / days
      sigmaRate[count] = Math.hypot(sigma[count]!, sigma[count - 1]!) / days
    }
    count++
  }
  const positions = new Int32Array(jd.length).fill(-1)
  for (let k = 0; k < count; k++) positions[kept[k]!] = k
  const nearKept = nearestFinder(jd, kept.subarray(0, count))
  for (let i = 0; i < jd.length; i++) {
    const match = nearKept(jd[i]!)
    if (match < 0) continue
    const k = positions[match]!
    target.colour[i] = colour[k]!
    target.sigmaColour[i] = sigma[k]!
    target.colourRate[i] = rate[k]!
    target.sigmaColourRate[i] = sigmaRate[k]!
  }
}

/**
 * Finds the point among `indices` nearest in time, -1 when none is within the tolerance. Times
 * must be asked in ascending order. Candidates are the last point not later and the first not
 * earlier; of two equally near the earlier one.
 */
function nearestFinder(jd: Float64Array, indices: Int32Array): (time: number) => number {
  let before = -1
  let after = 0
  return time => {
    while (before + 1 < indices.length && jd[indices[before + 1]!]! <= time) before++
    while (after < indices.length && jd[indices[after]!]! < time) after++
    const daysBefore = before >= 0 ? time - jd[indices[before]!]! : Number.POSITIVE_INFINITY
    const daysAfter =
      after < indices.length ? jd[indices[after]!]! - time : Number.POSITIVE_INFINITY
    const days = Math.min(daysBefore, daysAfter)
    if (!(days <= TOLERANCE_DAYS)) return -1
    return daysBefore <= daysAfter ? indices[before]! : indices[after]!
  }
}
