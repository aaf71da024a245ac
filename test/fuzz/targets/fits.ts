/** FITS files: stamps of alerts and sky maps, plain and in gzip. */
import { gzipSync } from 'node:zlib'
import { encodeFitsImage } from '../../../src/cutouts/fits-image.js'
import { decodeStamp } from '../../../src/cutouts/stamp.js'
import { readSkyMap } from '../../../src/queries/position/sky-region.js'
import { credibleRegion } from '../../../src/science/sky-map/credible-region.js'
import { encodeFixture } from '../../../src/science/sky-map/skymap-fixture.js'
import { type FuzzTarget, kinds, type OpenTarget } from '../target.js'

const PIXELS = 9
const pixels = Array.from({ length: PIXELS * PIXELS }, (_, i) => i / 8)
const image = encodeFitsImage(pixels, PIXELS, PIXELS)

function withCard(fits: Uint8Array, card: string): Uint8Array {
  // The card END moves on by one.
  const copy = Buffer.from(fits)
  const end = copy.indexOf('END ')
  copy.write(card.padEnd(80) + 'END'.padEnd(80), end, 'latin1')
  return copy
}

const CARDS = [
  'END',
  'NAXIS   = ',
  'BITPIX  = ',
  'SIMPLE  = ',
  'BZERO   = ',
  'NAXIS1  = ',
  "'",
  '/',
]

const fitsStamp: FuzzTarget = {
  name: 'fits-stamp',
  about: 'image stamps',
  samples: [
    image,
    withCard(image, 'BZERO   =              32768'),
    withCard(image, 'BLANK   =               -999'),
    Buffer.from(Buffer.from(image).toString('latin1').replace('-32', ' 16'), 'latin1'),
    gzipSync(image),
  ],
  words: [...CARDS, 'BSCALE  = ', 'BLANK   = ', '\x1f\x8b', '-64', '1D300'],
  shortRun: 1_000,
  read: input => decodeStamp(input),
  isDocumented: kinds(SyntaxError, RangeError),
}

const FLAT = Array.from({ length: 48 }, (_, i) => (i < 2 ? 0.26 : 0.48 / 46))
const TIME = { 'DATE-OBS': '2024-11-02T06:00:00.0' }
const flat = encodeFixture([{ name: 'PROB', type: 'D', values: FLAT }], {
  ORDERING: 'NESTED',
  NSIDE: 2,
  ...TIME,
})
const ring = encodeFixture(
  [{ name: 'PROB', type: 'E', values: Array.from({ length: 12 }, () => 1 / 12) }],
  { ORDERING: 'RING', NSIDE: 1, 'MJD-OBS': 60616.25 },
)
/** Eleven cells of the coarsest kind, and one of them in four parts. */
const UNIQ = [...Array.from({ length: 11 }, (_, i) => 4 + i), 60, 61, 62, 63]
const multiOrder = encodeFixture(
  [
    { name: 'UNIQ', type: 'K', values: UNIQ },
    { name: 'PROBDENSITY', type: 'D', values: UNIQ.map(() => 1 / (4 * Math.PI)) },
  ],
  { ORDERING: 'NUNIQ', INDXSCHM: 'EXPLICIT', ...TIME },
)

const skyMap: FuzzTarget = {
  name: 'sky-map',
  about: 'sky maps, flat and multi-order',
  samples: [flat, ring, multiOrder, gzipSync(flat), gzipSync(multiOrder)],
  words: [
    ...CARDS,
    'NUNIQ',
    'NESTED',
    'RING',
    'PROB',
    'UNIQ',
    'PROBDENSITY',
    'XTENSION= ',
    'TFORM1  = ',
    'TFIELDS = ',
    'NSIDE   = ',
    'PCOUNT  = ',
    'TTYPE1  = ',
    '999999D',
  ],
  shortRun: 1_000,
  read: async input => credibleRegion(await readSkyMap(input), 0.5),
  isDocumented: kinds(SyntaxError, RangeError),
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = {
  'fits-stamp': () => fitsStamp,
  'sky-map': () => skyMap,
}
