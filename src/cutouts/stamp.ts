/**
 * Alert stamps: the stored bytes (a FITS file, gzipped by ZTF and plain from LSST) and the numbers
 * of the image in its first HDU. Nothing is flipped: row 0 is the first row of the file.
 * FITS standard 4.0, sections 4.4.2.5 and 5.
 */
import { gunzipSync } from 'node:zlib'
import { decodeFitsHeader, type FitsHeader } from './fits-header.js'

/** Most bytes of a stamp after decompression: 16 MiB. */
export const MAX_STAMP_BYTES = 2 ** 24
/** Room beyond what a gzip file announces, so that it is decompressed in one piece. */
const SPARE_BYTES = 64
const MIN_PIECE_BYTES = 2 ** 10
const MAX_PIECE_BYTES = 2 ** 18

/** An image: `pixels[y * width + x]`, NaN where the camera has no value. */
export interface Stamp {
  readonly width: number
  readonly height: number
  /** In the unit of the file: DN for ZTF, nJy for LSST. */
  readonly pixels: Float64Array
}

/** How one stored value of a BITPIX is read. */
interface PixelFormat {
  readonly size: number
  read(view: DataView, offset: number): number
}

const PIXEL_FORMATS: ReadonlyMap<number, PixelFormat> = new Map([
  [8, { size: 1, read: (view, offset) => view.getUint8(offset) }],
  [16, { size: 2, read: (view, offset) => view.getInt16(offset) }],
  [32, { size: 4, read: (view, offset) => view.getInt32(offset) }],
  [
    64,
    {
      size: 8,
      read: (view, offset) => view.getInt32(offset) * 2 ** 32 + view.getUint32(offset + 4),
    },
  ],
  [-32, { size: 4, read: (view, offset) => view.getFloat32(offset) }],
  [-64, { size: 8, read: (view, offset) => view.getFloat64(offset) }],
] satisfies [number, PixelFormat][])

/**
 * The FITS file of a stored stamp: gunzipped when it is gzipped, else the very bytes given.
 *
 * @throws SyntaxError when the gzip data are broken
 * @throws RangeError when they hold more than `MAX_STAMP_BYTES`
 */
export function fitsBytes(stored: Uint8Array): Uint8Array {
  if (stored[0] !== 0x1f || stored[1] !== 0x8b) return stored
  try {
    return gunzipSync(stored, {
      chunkSize: pieceBytes(stored),
      maxOutputLength: MAX_STAMP_BYTES,
    })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
      const limit = `expected at most ${MAX_STAMP_BYTES} bytes after decompression`
      throw new RangeError(`Cannot gunzip a stamp of ${stored.length} bytes: ${limit}`, { cause })
    }
    throw new SyntaxError(`Cannot gunzip a stamp of ${stored.length} bytes`, { cause })
  }
}

/** The length in the last four bytes (RFC 1952, ISIZE), within limits: it may be wrong. */
function pieceBytes(gzip: Uint8Array): number {
  const { byteOffset, length } = gzip
  if (length < 4) return MIN_PIECE_BYTES
  const announced = new DataView(gzip.buffer, byteOffset + length - 4, 4).getUint32(0, true)
  return Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, announced + SPARE_BYTES))
}

/**
 * The image of a stored stamp as doubles: physical values, BZERO and BSCALE applied, NaN for BLANK.
 * Integers of 64 bits beyond 2^53 are rounded.
 *
 * @throws SyntaxError when the bytes are no gzip or FITS data, or are cut off
 * @throws RangeError when the image is empty or above the limits
 */
export function decodeStamp(stored: Uint8Array): Stamp {
  const fits = fitsBytes(stored)
  const header = decodeFitsHeader(fits)
  const { width, height } = header
  const format = PIXEL_FORMATS.get(header.bitpix)
  if (format === undefined) {
    const known = [...PIXEL_FORMATS.keys()].join(', ')
    throw new SyntaxError(
      `Cannot read a FITS stamp: BITPIX is "${header.bitpix}", expected one of ${known}`,
    )
  }
  const pixels = readPixels(fits, header, format)
  toPhysical(pixels, header)
  return { width, height, pixels }
}

function readPixels(fits: Uint8Array, header: FitsHeader, format: PixelFormat): Float64Array {
  const { width, height, dataOffset } = header
  const { size, read } = format
  const bytes = width * height * size
  if (dataOffset + bytes > fits.length) {
    const expected = `expected ${bytes} bytes of pixels from byte ${dataOffset}`
    throw new SyntaxError(`Cannot read a FITS stamp of ${fits.length} bytes: ${expected}`)
  }
  const view = new DataView(fits.buffer, fits.byteOffset + dataOffset, bytes)
  const pixels = new Float64Array(width * height)
  for (let i = 0, offset = 0; i < pixels.length; i++, offset += size) pixels[i] = read(view, offset)
  return pixels
}

function toPhysical(pixels: Float64Array, { bitpix, blank, zero, scale }: FitsHeader): void {
  if (bitpix > 0 && blank !== undefined) {
    for (let i = 0; i < pixels.length; i++) if (pixels[i] === blank) pixels[i] = Number.NaN
  }
  if (zero === 0 && scale === 1) return
  for (let i = 0; i < pixels.length; i++) pixels[i] = zero + scale * pixels[i]!
}
