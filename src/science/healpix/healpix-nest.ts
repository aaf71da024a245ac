/**
 * HEALPix pixels in NESTED order, where the four parts of a pixel follow each other, and their
 * numbers in RING order. A pixel is a place (x, y) on one of twelve faces, and its number in a
 * face has the bits of x in even and those of y in odd places. Gorski et al. 2005, ApJ 622, 759.
 */
import { ringLength, ringOf, ringPixel, ringShift, ringStart } from './healpix.js'

/** Ring of the southern corner of each face, in units of nside. */
const FACE_RING = Uint8Array.of(2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4)
/** Column of the southern corner of each face, in units of half the side of a face. */
const FACE_COLUMN = Uint8Array.of(1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7)

/** Bits that are moved at a time; two steps make a coordinate of 24 bits. */
const BITS = 12
/** Every other bit of a number of 12 bits, moved together. */
const GATHERED = Uint8Array.from({ length: 2 ** BITS }, (_, value) => {
  let gathered = 0
  for (let bit = 0; bit < BITS / 2; bit++) gathered |= ((value >> (2 * bit)) & 1) << bit
  return gathered
})
/** The bits of a number of 12 bits, moved to every other place of 24. */
const SPREAD = Uint32Array.from({ length: 2 ** BITS }, (_, value) => {
  let spread = 0
  for (let bit = 0; bit < BITS; bit++) spread |= ((value >> bit) & 1) << (2 * bit)
  return spread
})

const TWO_24 = 2 ** 24

/** Even bits of a number of 24 bits. */
function gather(value: number): number {
  return GATHERED[value & 0xfff]! | (GATHERED[(value >> BITS) & 0xfff]! << 6)
}

/** Number whose even bits are those of x and whose odd bits are those of y, 24 bits each. */
export function interleave(x: number, y: number): number {
  const low = SPREAD[x & 0xfff]! + 2 * SPREAD[y & 0xfff]!
  return low + TWO_24 * (SPREAD[(x >> BITS) & 0xfff]! + 2 * SPREAD[(y >> BITS) & 0xfff]!)
}

/** Number in RING order of a pixel in NESTED order. */
export function nestToRing(nside: number, pixel: number): number {
  const face = Math.floor(pixel / (nside * nside))
  const inFace = pixel - face * nside * nside
  const high = Math.floor(inFace / TWO_24)
  const low = inFace - high * TWO_24
  const x = gather(low) + (gather(high) << BITS)
  const y = gather(low >> 1) + (gather(high >> 1) << BITS)
  const ring = FACE_RING[face]! * nside - x - y - 1
  if (ring < nside) return 2 * ring * (ring - 1) + (FACE_COLUMN[face]! * ring + x - y - 1) / 2
  const fromSouth = 4 * nside - ring
  if (fromSouth < nside) {
    const end = 12 * nside * nside - 2 * fromSouth * (fromSouth + 1)
    return end + (FACE_COLUMN[face]! * fromSouth + x - y - 1) / 2
  }
  const isUnshifted = (ring - nside) & 1
  const column = (FACE_COLUMN[face]! * nside + x - y - 1 + isUnshifted) / 2
  const wrapped = column < 0 ? column + 4 * nside : column
  return 2 * nside * (nside - 1) + (ring - nside) * 4 * nside + wrapped
}

/** Number in NESTED order of a pixel in RING order. */
export function ringToNest(nside: number, pixel: number): number {
  const ring = ringOf(nside, pixel)
  const column = pixel - ringStart(nside, ring)
  const face = faceOf(nside, ring, column)
  const isUnshifted = ringShift(nside, ring) > 0 ? 0 : 1
  const quarter = ringLength(nside, ring) / 4
  const down = ring - FACE_RING[face]! * nside + 1
  const right = 2 * column - FACE_COLUMN[face]! * quarter - isUnshifted + 1
  const across = right >= 2 * nside ? right - 8 * nside : right
  return face * nside * nside + interleave((across - down) / 2, (-across - down) / 2)
}

function faceOf(nside: number, ring: number, column: number): number {
  if (ring < nside) return Math.floor(column / ring)
  if (ring > 3 * nside) return 8 + Math.floor(column / (4 * nside - ring))
  // Which of the diagonal lines between the faces of the belt the pixel has passed.
  const fromNorth = ring - nside + 1
  const fromSouth = 3 * nside - ring + 1
  const falling = Math.floor((column - Math.floor(fromNorth / 2) + nside) / nside)
  const rising = Math.floor((column - Math.floor(fromSouth / 2) + nside) / nside)
  if (rising === falling) return (rising % 4) + 4
  return rising < falling ? rising : falling + 8
}

/** Pixel that holds a position, NESTED order. */
export function nestPixel(nside: number, raDeg: number, decDeg: number): number {
  return ringToNest(nside, ringPixel(nside, raDeg, decDeg))
}
