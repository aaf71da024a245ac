/**
 * Stamps as JSON: an array of rows, row 0 of the file first, each an array of numbers. A number is
 * the shortest text of the pixel as a double (`5070.87548828125`), as clients of the service this
 * one replaces know them; a pixel without a value is `null`, where that one wrote `NaN`.
 */
import { ByteSink } from '../formats/byte-sink.js'
import { PIXEL_ROOM_BYTES, writePixels } from './pixels/pixel-text.js'
import type { Stamp } from './stamp.js'

const COMMA = 0x2c
const OPEN = 0x5b
const CLOSE = 0x5d
/** Bytes of a usual pixel with its comma, for the first allocation. */
const USUAL_PIXEL_BYTES = 20

/** The JSON text of a stamp, without blanks or an end of line. */
export function encodeStampJson({ width, height, pixels }: Stamp): Buffer {
  const sink = new ByteSink(pixels.length * USUAL_PIXEL_BYTES)
  const rowBytes = width * PIXEL_ROOM_BYTES + 3
  sink.byte(OPEN)
  for (let y = 0; y < height; y++) {
    const bytes = sink.reserve(rowBytes)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    let at = sink.length
    if (y > 0) view.setUint8(at++, COMMA)
    view.setUint8(at++, OPEN)
    at = writePixels(pixels, { start: y * width, end: (y + 1) * width, at }, view)
    view.setUint8(at++, CLOSE)
    sink.length = at
  }
  sink.byte(CLOSE)
  return sink.take()
}
