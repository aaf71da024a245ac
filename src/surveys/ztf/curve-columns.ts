/** Rates and colours: the `v:` columns that need the whole light curve of an object. */
import type { GroupDerivation } from '../../rows/merge.js'
import { lightCurveColours } from '../../science/light-curve-colour.js'

/** Their derivation; the rows of an object share the key up to the first `_`. */
export const curveDerivation: GroupDerivation = {
  columns: [
    { name: 'v:rate', type: 'double' },
    { name: 'v:sigma(rate)', type: 'double' },
    { name: 'v:g-r', type: 'double' },
    { name: 'v:sigma(g-r)', type: 'double' },
    { name: 'v:rate(g-r)', type: 'double' },
    { name: 'v:sigma(rate(g-r))', type: 'double' },
  ],
  prefixOf: key => {
    const end = key.indexOf('_')
    return end < 0 ? key : key.slice(0, end + 1)
  },
  compute: (count, number) => {
    const column = (name: string): Float64Array => {
      const values = new Float64Array(count)
      for (let i = 0; i < count; i++) values[i] = number(i, name)
      return values
    }
    const colours = lightCurveColours({
      jd: column('i:jd'),
      mag: column('i:magpsf'),
      sigmaMag: column('i:sigmapsf'),
      band: column('i:fid'),
    })
    return [
      colours.rate,
      colours.sigmaRate,
      colours.colour,
      colours.sigmaColour,
      colours.colourRate,
      colours.sigmaColourRate,
    ]
  },
}
