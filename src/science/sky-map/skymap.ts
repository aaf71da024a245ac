/**
 * Probability maps of the position of a gravitational-wave event, as LIGO, Virgo and KAGRA publish
 * them (LIGO-T1800184): a HEALPix table in FITS, either flat, with one row per pixel, or
 * multi-order, with pixels of many sizes. The caller undoes gzip; regions are in
 * `credible-region.ts`.
 */

import { MAX_NSIDE, pixelCount } from '../healpix/healpix.js'
import type { PixelOrder } from '../healpix/healpix-map.js'
import { fromMjd, type UtcTime } from '../time/time.js'
import { parseTimeText } from '../time/time-text.js'
import { decodeFitsColumn, decodeFitsTable, type FitsTable, integerOf } from './fits-table.js'

/** A map with one probability per pixel. */
export interface FlatSkyMap {
  readonly kind: 'flat'
  readonly nside: number
  readonly order: PixelOrder
  /** Probability of each pixel, in its order. */
  readonly probability: Float64Array
  /** Time of the event, undefined when the file does not tell it in UTC. */
  readonly eventTime: UtcTime | undefined
}

/** A map of cells of many sizes, which do not overlap. */
export interface MultiOrderSkyMap {
  readonly kind: 'multi-order'
  /** `nside` of the smallest cells. */
  readonly nside: number
  /** First pixel of each cell, of that `nside`, NESTED order. */
  readonly start: Float64Array
  /** First pixel after each cell. */
  readonly end: Float64Array
  /** Probability of each cell. */
  readonly probability: Float64Array
  /** Probability of each cell per steradian. */
  readonly density: Float64Array
  /** Time of the event, undefined when the file does not tell it in UTC. */
  readonly eventTime: UtcTime | undefined
}

export type SkyMap = FlatSkyMap | MultiOrderSkyMap

/** Largest `nside` of flat maps: 50 million pixels, 400 MB. Published ones have 512 to 1024. */
const MAX_FLAT_NSIDE = 2048
/** Most cells of a multi-order map; published ones have about 20,000. */
const MAX_CELLS = 5_000_000
/** How far from one the probabilities may add up. */
const SUM_TOLERANCE = 0.01
/** Coordinate systems that are right ascension and declination. */
const CELESTIAL = new Set(['C', 'Q', 'EQUATORIAL', 'ICRS', 'CELESTIAL'])

/**
 * Reads a sky map from the bytes of a FITS file.
 *
 * @throws SyntaxError when the bytes are not a complete, valid map of probabilities on the
 * celestial sphere, or exceed the limits of size
 */
export function decodeSkyMap(bytes: Uint8Array): SkyMap {
  const table = decodeFitsTable(bytes, ['PROB', 'PROBDENSITY'])
  const { header } = table
  const system = `${header.get('COORDSYS') ?? 'C'}`.toUpperCase()
  if (!CELESTIAL.has(system)) throw failure('celestial coordinates', `COORDSYS ${system}`)
  const ordering = `${header.get('ORDERING') ?? 'none'}`.toUpperCase()
  const map = ordering === 'NUNIQ' ? toMultiOrderMap(table) : toFlatMap(table, ordering)
  checkProbabilities(map.probability)
  return map
}

function toFlatMap(table: FitsTable, ordering: string): FlatSkyMap {
  const { header } = table
  const order = ordering === 'NEST' ? 'NESTED' : ordering
  if (order !== 'RING' && order !== 'NESTED') {
    throw failure('ORDERING to be NESTED, RING or NUNIQ', ordering)
  }
  const scheme = `${header.get('INDXSCHM') ?? 'IMPLICIT'}`.toUpperCase()
  if (scheme !== 'IMPLICIT') throw failure('one row per pixel', `INDXSCHM ${scheme}`)
  const nside = integerOf(header, 'NSIDE', { least: 1, most: MAX_FLAT_NSIDE })
  const pixels = table.rowCount * (table.columns.get('PROB')?.repeat ?? 0)
  if (!Number.isInteger(Math.log2(nside)) || pixels !== pixelCount(nside)) {
    throw failure('12 NSIDE^2 pixels with a column PROB', `${pixels} for NSIDE ${nside}`)
  }
  const probability = decodeFitsColumn(table, 'PROB')
  return { kind: 'flat', nside, order, probability, eventTime: eventTimeOf(table) }
}

/** UNIQ of a pixel is 4 nside^2 plus its number in NESTED order. */
function toMultiOrderMap(table: FitsTable): MultiOrderSkyMap {
  const uniq = decodeCells(table, 'UNIQ')
  const density = decodeCells(table, 'PROBDENSITY')
  const orders = Uint8Array.from(uniq, orderOf)
  const order = orders.reduce((most, value) => Math.max(most, value), 0)
  const start = uniq.map((value, i) => (value - 4 ** (orders[i]! + 1)) * 4 ** (order - orders[i]!))
  const end = start.map((value, i) => value + 4 ** (order - orders[i]!))
  checkCells(start, end)
  const probability = density.map((value, i) => (value * Math.PI) / (3 * 4 ** orders[i]!))
  const eventTime = eventTimeOf(table)
  return { kind: 'multi-order', nside: 2 ** order, start, end, probability, density, eventTime }
}

function decodeCells(table: FitsTable, name: string): Float64Array {
  const isScalar = table.columns.get(name)?.repeat === 1
  if (isScalar && table.rowCount <= MAX_CELLS) return decodeFitsColumn(table, name)
  throw failure(`up to ${MAX_CELLS} cells with one ${name} each`, `${table.rowCount} cells`)
}

function orderOf(uniq: number): number {
  const rounded = Math.floor(Math.log2(uniq) / 2) - 1
  // The logarithm of a number just below a power of four may be rounded up to it.
  const order = 4 ** (rounded + 1) > uniq ? rounded - 1 : rounded
  if (Number.isInteger(uniq) && order >= 0 && 2 ** order <= MAX_NSIDE) return order
  throw failure('UNIQ to be the number of a pixel', `${uniq}`)
}

function checkCells(start: Float64Array, end: Float64Array): void {
  const starts = start.slice().sort()
  const ends = end.slice().sort()
  for (let i = 1; i < starts.length; i++) {
    if (starts[i]! < ends[i - 1]!) throw failure('cells that do not overlap', `pixel ${starts[i]}`)
  }
}

function checkProbabilities(probability: Float64Array): void {
  let sum = 0
  for (let i = 0; i < probability.length; i++) {
    const value = probability[i]!
    // Written so that NaN fails.
    if (!(value >= 0)) throw failure('probabilities from 0', `${value} in pixel ${i}`)
    sum += value
  }
  const isOne = Math.abs(sum - 1) <= SUM_TOLERANCE
  if (!isOne) throw failure('probabilities that add up to 1', `${sum}`)
}

function eventTimeOf({ header }: FitsTable): UtcTime | undefined {
  const date = header.get('DATE-OBS')
  const mjd = header.get('MJD-OBS')
  if (`${header.get('TIMESYS') ?? 'UTC'}`.toUpperCase() !== 'UTC') return undefined
  try {
    if (typeof date === 'string') return parseTimeText(date)
    return typeof mjd === 'number' ? fromMjd(mjd) : undefined
  } catch (cause) {
    throw failure('DATE-OBS or MJD-OBS to be a time', `"${date ?? mjd}"`, { cause })
  }
}

function failure(expected: string, got: string, options?: ErrorOptions): SyntaxError {
  return new SyntaxError(`Cannot read sky map: expected ${expected}, got ${got}`, options)
}
