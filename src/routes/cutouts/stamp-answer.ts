/** Stamps as answers: a picture, the FITS file, or JSON arrays of pixels. */
import { createHash } from 'node:crypto'
import type { Answer } from '../../api/answer.js'
import type { MediaOutput } from '../../api/route.js'

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
 * An answer with these bytes.
 *
 * @param options.isFixed the request names the alert, so that the answer never changes
 */
export function toStampAnswer(
  answer: StampBytes,
  { isFixed }: { readonly isFixed: boolean },
): Answer {
  return {
    kind: 'bytes',
    ...answer,
    etag: createHash('sha256').update(answer.bytes).digest('base64url'),
    cacheControl: isFixed ? FIXED_CACHE : CURRENT_CACHE,
  }
}

/** Stands in JSON for a stamp that an alert does not have. */
export const NO_PIXELS: Uint8Array = Buffer.from('null')
