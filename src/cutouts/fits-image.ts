/**
 * The smallest FITS file of one image, in the form of a ZTF stamp before compression: one HDU of
 * binary32 values. For simulated alerts and tests; the service sends stored stamps as they are.
 */

const BLOCK_BYTES = 2880
const CARD_BYTES = 80

/**
 * A FITS file of one HDU, BITPIX -32.
 *
 * @param pixels `width * height` values, row 0 first; rounded to binary32
 * @param bunit unit of the values; `DN` is ZTF's, `nJy` LSST's
 * @throws RangeError when the pixels do not fill the image, or the unit does not fit a card
 */
export function encodeFitsImage(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  { bunit = 'DN' }: { readonly bunit?: string } = {},
): Buffer {
  if (!(width >= 1 && height >= 1) || pixels.length !== width * height) {
    throw new RangeError(
      `Cannot encode ${pixels.length} pixels as an image of "${width} x ${height}"`,
    )
  }
  const cards = [
    card('SIMPLE', 'T'),
    card('BITPIX', '-32'),
    card('NAXIS', '2'),
    card('NAXIS1', String(width)),
    card('NAXIS2', String(height)),
    card('BUNIT', textValue(bunit)),
    'END'.padEnd(CARD_BYTES),
  ]
  const dataBytes = Math.ceil((pixels.length * 4) / BLOCK_BYTES) * BLOCK_BYTES
  const file = Buffer.alloc(BLOCK_BYTES + dataBytes)
  file.write(cards.join('').padEnd(BLOCK_BYTES), 'latin1')
  for (let i = 0; i < pixels.length; i++) file.writeFloatBE(pixels[i]!, BLOCK_BYTES + 4 * i)
  return file
}

function card(keyword: string, value: string): string {
  return `${keyword.padEnd(8)}= ${value.padStart(20)}`.padEnd(CARD_BYTES)
}

/** A text begins in column 11 and has at least eight characters (section 4.2.1.1). */
function textValue(text: string): string {
  if (!/^[ -&(-~]{0,68}$/.test(text)) {
    throw new RangeError(
      `Cannot write "${text}" as a FITS text: expected up to 68 ASCII characters, no quotes`,
    )
  }
  return `'${text.padEnd(8)}'`.padEnd(20)
}
