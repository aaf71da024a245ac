/** The forms in which stamps are answered, made from stamps as they are stored. */

import { LAKE_SERVICE } from '../../cutouts/files/stamp-files.js'
import type { RenderOptions, StampRenderer } from '../../cutouts/pictures/render.js'
import { decodeStamp, fitsBytes } from '../../cutouts/stamp.js'
import { encodeStampJson } from '../../cutouts/stamp-json.js'
import { DatalakeError } from '../../errors.js'

/** A form of a stamp. */
export interface StampView {
  /** Tells kept results apart; those without a name are not worth keeping. */
  readonly name: string | undefined
  /** @throws SyntaxError, RangeError when the stamp is broken */
  make(stored: Uint8Array): Uint8Array
}

/** The FITS file of the survey. */
export const FITS_VIEW: StampView = { name: undefined, make: fitsBytes }

/** JSON text of the pixels. */
export const JSON_VIEW = {
  name: 'json',
  make: (stored: Uint8Array) => encodeStampJson(decodeStamp(stored)),
} as const satisfies StampView

/** A picture. */
export function pictureView(renderer: StampRenderer, options: RenderOptions): StampView {
  return {
    name: `png ${JSON.stringify(options)}`,
    make: stored => renderer.renderPng(decodeStamp(stored), options),
  }
}

/**
 * A stored stamp in a form.
 *
 * @throws DatalakeError when the stamp is broken
 */
export function makeView({ make }: StampView, stored: Uint8Array): Uint8Array {
  try {
    return make(stored)
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause
    throw new DatalakeError(LAKE_SERVICE, cause.message, { cause })
  }
}
