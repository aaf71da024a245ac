/**
 * Pictures of stamps: stretch, smoothing and colours, then PNG. Row 0 of the stamp is the top row
 * of the picture, as in the service this one replaces.
 */

import type { Stamp } from '../stamp.js'
import { convolve, type KernelName } from './convolution.js'
import { decodePalette, type Palette } from './palette.js'
import { encodePng, scanlineBytes } from './png.js'
import { type StretchOptions, stretchStamp } from './stretch.js'

/** How to draw a stamp. */
export interface RenderOptions extends StretchOptions {
  /** A name of `colorMapNames`; without it the picture is grey. */
  readonly colorMap?: string | undefined
  /** Smoothing after the stretch; none by default. */
  readonly kernel?: KernelName | undefined
}

/** Draws stamps; keeps the colour maps it has used, at most one of each name. */
export interface StampRenderer {
  /**
   * A PNG of the stamp's size: 8-bit grey, or RGBA with a colour map. A constant stamp is black,
   * or transparent with a colour map and the stretch `sigmoid`.
   *
   * @throws RangeError for an unknown stretch, kernel or colour map, and for bad percentiles
   */
  renderPng(stamp: Stamp, options?: RenderOptions): Buffer
}

/** Makes a renderer. */
export function createStampRenderer(): StampRenderer {
  const palettes = new Map<string, Palette>()

  function findPalette(name: string): Palette {
    const known = palettes.get(name)
    if (known !== undefined) return known
    const palette = decodePalette(name)
    palettes.set(name, palette)
    return palette
  }

  return {
    renderPng(stamp, options = {}) {
      const { colorMap, kernel } = options
      const palette = colorMap === undefined ? undefined : findPalette(colorMap)
      const stretched = stretchStamp(stamp, options)
      const { width } = stamp
      const values = kernel === undefined ? stretched : convolve(stretched, width, kernel)
      return palette === undefined
        ? encodePng(toGray(values, width), width, 'gray')
        : encodePng(toColors(values, width, palette), width, 'rgba')
    },
  }
}

function toGray(values: Float64Array, width: number): Uint8Array {
  const height = values.length / width
  const lines = new Uint8Array(height * scanlineBytes(width, 'gray'))
  let at = 0
  for (let i = 0; i < values.length; ) {
    const end = i + width
    at++
    for (; i < end; i++) lines[at++] = 255 * values[i]!
  }
  return lines
}

function toColors(values: Float64Array, width: number, { size, colors }: Palette): Uint8Array {
  const height = values.length / width
  const lines = new Uint8Array(height * scanlineBytes(width, 'rgba'))
  const view = new DataView(lines.buffer)
  let at = 0
  for (let i = 0; i < values.length; ) {
    const end = i + width
    at++
    for (; i < end; i++, at += 4) {
      const value = values[i]!
      const entry = Number.isNaN(value) ? size : Math.min(size - 1, Math.floor(value * size))
      view.setUint32(at, colors[entry]!)
    }
  }
  return lines
}
