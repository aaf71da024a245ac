/** Stamps as answers: a picture, the FITS file, or JSON arrays of pixels. */
import type { Answer } from '../../api/declarations/answer.js'
import type { MediaOutput } from '../../api/declarations/route.js'

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
    etag: tagOf(answer.bytes),
    cacheControl: isFixed ? FIXED_CACHE : CURRENT_CACHE,
  }
}

/**
 * A short text that other bytes do not have: two FNV-1a hashes of 32 bits, of which one turns
 * its bits, over words of four bytes, and the length. Nobody gains by making two stamps with the same one.
 */
function tagOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const words = bytes.length & ~3
  let forward = 0x811c9dc5
  let rolled = 0x9e3779b9
  let at = 0
  for (; at < words; at += 4) {
    const word = view.getInt32(at, true)
    forward = Math.imul(forward ^ word, 0x01000193)
    rolled = Math.imul((rolled << 7) | (rolled >>> 25), 0x01000193) + word
  }
  for (; at < bytes.length; at++) forward = Math.imul(forward ^ bytes[at]!, 0x01000193)
  return [forward >>> 0, rolled >>> 0, bytes.length].map(part => part.toString(36)).join('-')
}

/** Stands in JSON for a stamp that an alert does not have. */
export const NO_PIXELS: Uint8Array = Buffer.from('null')
