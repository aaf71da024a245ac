/**
 * Colour maps by their Matplotlib names (`viridis`, and `viridis_r` reversed), exact to the level.
 */
import { inflateRawSync } from 'node:zlib'
import { COLOR_MAPS } from './color-map-data.js'

const REVERSED = '_r'

/** Every name that `decodePalette` takes; upper and lower case differ. */
export const colorMapNames: readonly string[] = Object.keys(COLOR_MAPS)
  .filter(name => !name.endsWith(REVERSED))
  .flatMap(name => [name, name + REVERSED])

const NAMES: ReadonlySet<string> = new Set(colorMapNames)

/** Colours for values from 0 to 1. */
export interface Palette {
  /** Number of colours: 256, 510 for the twilight maps, 8 to 20 for qualitative ones. */
  readonly size: number
  /** Every colour as 0xRRGGBBAA; after the last one stands transparent black, for NaN. */
  readonly colors: Uint32Array
}

/** Whether a colour map has this very name. */
export function isColorMapName(name: string): boolean {
  return NAMES.has(name)
}

/**
 * The colours of a map.
 *
 * @throws RangeError when there is no map of that name
 */
export function decodePalette(name: string): Palette {
  if (!NAMES.has(name)) {
    throw new RangeError(`Cannot find the colour map "${name}": expected a Matplotlib name`)
  }
  const listed = COLOR_MAPS[name]
  if (listed !== undefined) return unpack(listed)
  const palette = unpack(COLOR_MAPS[name.slice(0, -REVERSED.length)]!)
  palette.colors.subarray(0, palette.size).reverse()
  return palette
}

function unpack(packed: string): Palette {
  const planes = inflateRawSync(Buffer.from(packed, 'base64'))
  const size = planes.length / 3
  const colors = new Uint32Array(size + 1)
  let [red, green, blue] = [0, 0, 0]
  for (let i = 0; i < size; i++) {
    red += planes[i]!
    green += planes[size + i]!
    blue += planes[2 * size + i]!
    colors[i] = ((red & 255) << 24) | ((green & 255) << 16) | ((blue & 255) << 8) | 255
  }
  return { size, colors }
}
