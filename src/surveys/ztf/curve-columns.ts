/** Rates and colours: the `v:` columns that need the whole light curve of each object. */
import type { TableColumn } from '../../formats/table.js'
import { numberReader, textReader } from '../../rows/cell-reader.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { lightCurveColours } from '../../science/light-curve-colour.js'

/** Public names, in the order of `lightCurveColours`. */
export const CURVE_COLUMN_NAMES = [
  'v:rate',
  'v:sigma(rate)',
  'v:g-r',
  'v:sigma(g-r)',
  'v:rate(g-r)',
  'v:sigma(rate(g-r))',
] as const

/** Rates and colours of rows of any number of objects, the rows of each object newest first. */
export function computeCurveColumns(rows: readonly PackedRow[]): TableColumn[] {
  const columns = CURVE_COLUMN_NAMES.map(() => new Float64Array(rows.length))
  for (const indices of groupByObject(rows)) {
    const colours = coloursOf(rows, indices)
    colours.forEach((values, c) => {
      indices.forEach((index, i) => {
        columns[c]![index] = values[i]!
      })
    })
  }
  return CURVE_COLUMN_NAMES.map((name, c) => ({
    name,
    type: 'double',
    values: { kind: 'numbers', values: columns[c]! },
  }))
}

/** Row numbers of each object, oldest row first. */
function groupByObject(rows: readonly PackedRow[]): Iterable<number[]> {
  const objectOf = textReader('i:objectId')
  const groups = new Map<string | undefined, number[]>()
  for (let i = rows.length - 1; i >= 0; i--) {
    const object = objectOf(rows[i]!)
    const group = groups.get(object)
    if (group === undefined) groups.set(object, [i])
    else group.push(i)
  }
  return groups.values()
}

function coloursOf(rows: readonly PackedRow[], indices: readonly number[]): Float64Array[] {
  const column = (name: string): Float64Array => {
    const read = numberReader(name)
    return Float64Array.from(indices, i => read(rows[i]!))
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
}
