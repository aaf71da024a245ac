/**
 * Made-up image stamps: 63 x 63 pixels, float32, FITS (version 4.0) in gzip, as the survey sends
 * them. A set of pictures is made once and shared by all alerts, since compressing is slow.
 */
import { gzipSync } from 'node:zlib'
import { encodeFitsImage } from '../cutouts/fits-image.js'
import type { Stamps } from './packet.js'
import type { Random } from './random.js'

/** Pixels along an edge. */
const SIZE = 63

/** Makes `count` sets of the three stamps of an alert, from faint to bright. */
export function drawStamps(random: Random, count: number): Stamps[] {
  return Array.from({ length: count }, (_, i) => {
    const brightness = 20 * 1.5 ** i
    const host = random.between(0, 200)
    const template = picture(random, host, 2.5)
    const difference = picture(random, brightness, 1.2)
    const science = template.map((value, k) => value + difference[k]!)
    return {
      cutoutScience: encodeStamp(science),
      cutoutTemplate: encodeStamp(template),
      cutoutDifference: encodeStamp(difference),
    }
  })
}

/** A point source of the given peak over a noisy sky. */
function picture(random: Random, peak: number, sigmaPixels: number): Float32Array {
  const pixels = new Float32Array(SIZE * SIZE)
  const centre = (SIZE - 1) / 2
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const distance2 = (x - centre) ** 2 + (y - centre) ** 2
      const source = peak * Math.exp(-distance2 / (2 * sigmaPixels ** 2))
      pixels[y * SIZE + x] = source + random.normal(0, 5)
    }
  }
  return pixels
}

function encodeStamp(pixels: Float32Array): Uint8Array {
  return gzipSync(encodeFitsImage(pixels, SIZE, SIZE), { level: 6 })
}
