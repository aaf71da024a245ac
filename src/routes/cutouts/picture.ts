/** Parameters that say how the picture of a stamp is drawn. */
import { choice, number } from '../../api/declarations/params.js'
import { type KernelName, kernelNames } from '../../cutouts/pictures/convolution.js'
import { colorMapNames } from '../../cutouts/pictures/palette.js'
import type { RenderOptions } from '../../cutouts/pictures/render.js'
import {
  defaultPercentiles,
  type StretchName,
  stretchNames,
} from '../../cutouts/pictures/stretch.js'
import { ParamError } from '../../errors.js'

/** `stretch`, `colormap`, `pmin`, `pmax` and `convolution_kernel`. */
export function pictureParams() {
  return {
    stretch: choice<StretchName>(stretchNames, {
      description: 'How pixels become brightness',
      default: 'sigmoid',
      examples: ['linear', 'log'],
    }),
    colormap: choice(colorMapNames, {
      description: 'Matplotlib name of a colour map',
      defaultText: 'shades of grey',
      examples: ['viridis', 'Blues_r'],
    }),
    pmin: percentile('that becomes black', `${defaultPercentiles.pmin}, or by the centre`),
    pmax: percentile('that becomes white', `${defaultPercentiles.pmax}, or by the centre`),
    convolution_kernel: choice<KernelName>(kernelNames, {
      description: 'Smooths the picture after the stretch',
      examples: ['gauss'],
    }),
  }
}

function percentile(what: string, defaultText: string) {
  return number({
    description: `Percentile of the pixels ${what}; has no effect with the stretch \`sigmoid\``,
    min: 0,
    max: 100,
    unit: '%',
    defaultText,
    examples: [1, 99],
  })
}

/** Values of the parameters. */
export interface PictureValues {
  readonly stretch: StretchName
  readonly colormap: string | undefined
  readonly pmin: number | undefined
  readonly pmax: number | undefined
  readonly convolution_kernel: KernelName | undefined
}

/**
 * The values in the words of the renderer.
 *
 * @throws ParamError when the percentiles leave nothing between them
 */
export function toRenderOptions(values: PictureValues): RenderOptions {
  const { stretch, colormap: colorMap, pmin, pmax, convolution_kernel: kernel } = values
  const low = pmin ?? defaultPercentiles.pmin
  const high = pmax ?? defaultPercentiles.pmax
  if (low >= high) {
    const param = pmin === undefined ? 'pmax' : 'pmin'
    const text = `expected a "pmin" below "pmax", got ${low} and ${high}`
    throw new ParamError(`Cannot read parameter "${param}": ${text}`, { param })
  }
  return { stretch, colorMap, pmin, pmax, kernel }
}
