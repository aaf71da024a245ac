/** What the phase curve of an object, fitted to its alerts, leaves of each of them. */
import type { TableColumn } from '../../formats/table.js'
import { numberReader } from '../../rows/cell-reader.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { shg1g2Residuals } from '../../science/phase-curve/phase-fit.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import type { RowEphemerides } from './ephemerides.js'
import { ephemerisColumn } from './ephemeris-columns.js'

/**
 * Residuals of the model SHG1G2, fitted to the rows that have all that the fit needs; NaN for other
 * rows, and for all when there is no fit.
 */
export function residualColumn(
  survey: Survey,
  rows: readonly PackedRow[],
  { reducedMag, phaseRad }: RowEphemerides,
): TableColumn {
  const read = (name: string, unit = 1): Float64Array => {
    const reader = numberReader(name)
    return Float64Array.from(rows, row => reader(row) * unit)
  }
  const lists = {
    reducedMag,
    phaseRad,
    sigmaMag: read(surveyFact(survey, 'solarSystem').magnitudeSigma),
    band: read(survey.columns.band),
    raRad: read(survey.columns.ra, Math.PI / 180),
    decRad: read(survey.columns.dec, Math.PI / 180),
  }
  const usable = rows.flatMap((_, i) =>
    Object.values(lists).every(list => Number.isFinite(list[i])) ? [i] : [],
  )
  const pick = (list: Float64Array): Float64Array => Float64Array.from(usable, i => list[i]!)
  const residuals = shg1g2Residuals({
    reducedMag: pick(lists.reducedMag),
    phaseRad: pick(lists.phaseRad),
    sigmaMag: pick(lists.sigmaMag),
    band: pick(lists.band),
    raRad: pick(lists.raRad),
    decRad: pick(lists.decRad),
  })
  const values = new Float64Array(rows.length).fill(Number.NaN)
  usable.forEach((row, i) => {
    values[row] = residuals[i]!
  })
  return { ...ephemerisColumn('residuals_shg1g2', 'double'), values: { kind: 'numbers', values } }
}
