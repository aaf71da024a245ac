/**
 * The part of a FITS primary header (FITS standard 4.0, sections 3.3 and 4) that says how to read
 * the image behind it. Real alerts break the fixed format of the SIMPLE card, so no keyword but the
 * few below is looked at, and their values are read in free format.
 */

/** Most pixels of an image: 1024 x 1024, far above any alert stamp. */
export const MAX_STAMP_PIXELS = 2 ** 20

const BLOCK_BYTES = 2880
const CARD_BYTES = 80
/** Most blocks of a header: 2304 cards; the stamps of ZTF have 7 cards and those of LSST 24. */
const MAX_HEADER_BLOCKS = 64

const WANTED = new Set(['BITPIX', 'NAXIS', 'NAXIS1', 'NAXIS2', 'BZERO', 'BSCALE', 'BLANK'])
/** First letters of these, and of END: other cards, and blank ones, are not looked at. */
const WANTED_INITIALS = [...'BNE'].map(letter => letter.charCodeAt(0))
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([ED][+-]?\d+)?$/i

/** How the image of the first HDU is stored. */
export interface FitsHeader {
  /** Bits of a stored value, negative for floats. */
  readonly bitpix: number
  /** NAXIS1, the fastest axis. */
  readonly width: number
  /** NAXIS2. */
  readonly height: number
  /** Physical value = `zero + scale * stored`. */
  readonly zero: number
  readonly scale: number
  /** The stored integer that means "no value". */
  readonly blank: number | undefined
  /** Where the pixels begin. */
  readonly dataOffset: number
}

/**
 * Reads the header at the start of `fits`.
 *
 * @throws SyntaxError when it is no FITS header or describes no image of two axes
 * @throws RangeError when the image is empty or larger than `MAX_STAMP_PIXELS`
 */
export function decodeFitsHeader(fits: Uint8Array): FitsHeader {
  const { values, dataOffset } = readCards(fits)
  const axes = integerOf(values, 'NAXIS')
  if (axes !== 2) {
    throw new SyntaxError(`Cannot read a FITS stamp: NAXIS is "${axes}", expected 2`)
  }
  const width = integerOf(values, 'NAXIS1')
  const height = integerOf(values, 'NAXIS2')
  if (width < 1 || height < 1 || width * height > MAX_STAMP_PIXELS) {
    const size = `"${width} x ${height}" pixels`
    throw new RangeError(`Cannot read a FITS stamp of ${size}: expected 1 to ${MAX_STAMP_PIXELS}`)
  }
  return {
    bitpix: integerOf(values, 'BITPIX'),
    width,
    height,
    zero: numberOf(values, 'BZERO') ?? 0,
    scale: numberOf(values, 'BSCALE') ?? 1,
    blank: numberOf(values, 'BLANK'),
    dataOffset,
  }
}

/** The texts of the wanted keywords, and the end of the block that holds the END card. */
function readCards(fits: Uint8Array): { values: Map<string, string>; dataOffset: number } {
  const values = new Map<string, string>()
  const length = Math.min(fits.length, MAX_HEADER_BLOCKS * BLOCK_BYTES)
  const bytes = Buffer.from(fits.buffer, fits.byteOffset, length)
  for (let start = 0; start < length; start += BLOCK_BYTES) {
    const end = Math.min(length, start + BLOCK_BYTES)
    for (let at = start; at + CARD_BYTES <= end; at += CARD_BYTES) {
      if (!WANTED_INITIALS.includes(bytes[at]!)) continue
      const card = bytes.toString('latin1', at, at + CARD_BYTES)
      const keyword = card.slice(0, 8).trimEnd()
      if (keyword === 'END') return { values, dataOffset: start + BLOCK_BYTES }
      if (!WANTED.has(keyword) || values.has(keyword)) continue
      if (card.startsWith('= ', 8)) values.set(keyword, card.slice(10).split('/', 1)[0]!.trim())
    }
  }
  throw new SyntaxError(`Cannot read a FITS stamp: no END card in the first ${length} bytes`)
}

function numberOf(values: Map<string, string>, keyword: string): number | undefined {
  const text = values.get(keyword)
  if (text === undefined) return undefined
  if (!NUMBER.test(text)) {
    throw new SyntaxError(`Cannot read a FITS stamp: ${keyword} is "${text}", expected a number`)
  }
  return Number(text.replace(/d/i, 'e'))
}

function integerOf(values: Map<string, string>, keyword: string): number {
  const value = numberOf(values, keyword)
  if (value === undefined || !Number.isSafeInteger(value)) {
    const found = value === undefined ? 'missing' : `"${values.get(keyword)}"`
    throw new SyntaxError(`Cannot read a FITS stamp: ${keyword} is ${found}, expected an integer`)
  }
  return value
}
