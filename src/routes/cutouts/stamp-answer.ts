/** Stamps as answers: a picture, the FITS file, or JSON arrays of pixels. */
import { createHash } from 'node:crypto'
import type { Answer } from '../../api/answer.js'
import type { MediaOutput } from '../../api/route.js'
import { decodeStamp, fitsBytes } from '../../cutouts/stamp.js'
import { LAKE_SERVICE } from '../../cutouts/stamp-files.js'
import { encodeStampJson } from '../../cutouts/stamp-json.js'
import { DatalakeError } from '../../errors.js'

/** A picture of a stamp. */
export const PNG_OUTPUT: MediaOutput = {
  mediaType: 'image/png',
  description: 'A picture of the size of the stamp: 8 bits of grey, or RGBA',
}

/** The file of a stamp. */
export const FITS_OUTPUT: MediaOutput = {
  mediaType: 'application/octet-stream',
  description: 'The FITS file of the survey',
}

/** Shape of the pixels of a stamp: rows, and null where there is no value. */
export const PIXELS_SCHEMA = {
  type: ['array', 'null'],
  items: { type: 'array', items: { type: ['number', 'null'] } },
}

/** The stamps of an alert never change, so an answer about a given alert can be kept: a year. */
const FIXED_CACHE = 'public, max-age=31536000, immutable'
/** An object may have a newer alert at any time. */
const CURRENT_CACHE = 'public, max-age=60, immutable'

/** Bytes of an answer. */
export interface StampBytes {
  readonly mediaType: string
  readonly bytes: Uint8Array
  /** Makes the answer an attachment of this name. */
  readonly fileName?: string
}

/**
 * The answer with what `encode` makes of stored stamps.
 *
 * @param options.isFixed the request names the alert, so that the answer never changes
 * @throws DatalakeError when a stamp cannot be decoded
 */
export function toStampAnswer(
  encode: () => StampBytes,
  { isFixed }: { readonly isFixed: boolean },
): Answer {
  const encoded = decoding(encode)
  return {
    kind: 'bytes',
    ...encoded,
    etag: createHash('sha256').update(encoded.bytes).digest('base64url'),
    cacheControl: isFixed ? FIXED_CACHE : CURRENT_CACHE,
  }
}

function decoding<T>(decode: () => T): T {
  try {
    return decode()
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause
    throw new DatalakeError(LAKE_SERVICE, cause.message, { cause })
  }
}

/** The FITS file of a stored stamp. */
export function toFits(stored: Uint8Array, name: string): StampBytes {
  const { mediaType } = FITS_OUTPUT
  return { mediaType, bytes: fitsBytes(stored), fileName: `${name}.fits` }
}

/** JSON text of the pixels of a stored stamp; `null` when there is none. */
export function toPixelText(stored: Uint8Array | null): Buffer {
  return stored === null ? Buffer.from('null') : encodeStampJson(decodeStamp(stored))
}
