/**
 * Ephemerides of alerts of Solar System objects at the times of the alerts, and the reduced
 * magnitudes that follow.
 */
import { ResolverError } from '../../errors.js'
import type { TableColumn } from '../../formats/table.js'
import { numberReader, textReader } from '../../rows/cell-reader.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { toReducedMagnitude } from '../../science/magnitude.js'
import { isCometKind, parseSmallBody } from '../../science/small-body.js'
import { fromMjdTai, toJd } from '../../science/time/time.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import type { Ephemeris, EphemerisValue, Miriade } from '../../upstream/miriade.js'
import { mapConcurrently } from '../concurrent.js'
import { ephemerisColumn } from './ephemeris-columns.js'

/** Ephemerides of rows, one value a row in each list. */
export interface RowEphemerides {
  /** Everything that was computed; no column when nothing was. */
  readonly columns: readonly TableColumn[]
  /** NaN where there is no ephemeris or no magnitude. */
  readonly reducedMag: Float64Array
  readonly phaseRad: Float64Array
  /** What is missing, and why. */
  readonly problems: readonly string[]
}

/** Most objects that Miriade is asked about at the same time. */
const MAX_CALLS = 4

interface Group {
  readonly designation: string
  /** Numbers of its rows. */
  readonly members: readonly number[]
}

/** Reads the ephemerides of rows; an object whose ephemerides cannot be had has none. */
export async function readEphemerides(
  { survey, miriade }: { readonly survey: Survey; readonly miriade: Miriade },
  rows: readonly PackedRow[],
  signal: AbortSignal,
): Promise<RowEphemerides> {
  const epochOf = epochReader(survey)
  const { designation, observer } = surveyFact(survey, 'solarSystem')
  const problems: string[] = []
  const values = new Map<string, EphemerisValue[]>()
  await mapConcurrently(groupBy(rows, designation), MAX_CALLS, async group => {
    const name = group.designation
    const isComet = isCometKind(parseSmallBody(name).kind)
    const epochsJd = group.members.map(i => epochOf(rows[i]!))
    try {
      const request = { name, isComet, observer, epochsJd }
      const ephemeris = await miriade.readEphemeris(request, signal)
      placeValues(values, ephemeris, group.members, rows.length)
    } catch (error) {
      if (!(error instanceof ResolverError)) throw error
      problems.push(`no ephemerides of ${name}: ${error.message}`)
    }
  })
  const reducedMag = reducedMagnitudes(survey, rows, values)
  const phaseRad = toNumbers(values.get('Phase'), rows.length).map(deg => (deg * Math.PI) / 180)
  const columns = [...values].map(([name, cells]) => toColumn(name, cells))
  return { columns, reducedMag, phaseRad, problems: problems.sort() }
}

/** Middle of the exposure as Julian date in UTC. */
function epochReader(survey: Survey): (row: PackedRow) => number {
  const timeOf = numberReader(survey.columns.time)
  const { midExposureSec } = surveyFact(survey, 'solarSystem')
  const toUtc =
    survey.timeSystem.origin === 'JD-origin'
      ? (time: number) => time
      : (time: number) => toJd(fromMjdTai(time))
  return row => toUtc(timeOf(row)) + midExposureSec / 86_400
}

/** Rows by designation, in the order of the designations. */
function groupBy(rows: readonly PackedRow[], column: string): Group[] {
  const read = textReader(column)
  const groups = new Map<string, number[]>()
  rows.forEach((row, i) => {
    const designation = read(row) ?? ''
    const members = groups.get(designation)
    if (members === undefined) groups.set(designation, [i])
    else members.push(i)
  })
  return [...groups]
    .map(([designation, members]) => ({ designation, members }))
    .sort((a, b) => (a.designation < b.designation ? -1 : 1))
}

function placeValues(
  values: Map<string, EphemerisValue[]>,
  ephemeris: Ephemeris,
  members: readonly number[],
  length: number,
): void {
  for (const [name, list] of ephemeris) {
    const cells = values.get(name) ?? new Array<EphemerisValue>(length).fill(null)
    values.set(name, cells)
    members.forEach((row, i) => {
      cells[row] = list[i] ?? null
    })
  }
}

function reducedMagnitudes(
  survey: Survey,
  rows: readonly PackedRow[],
  values: ReadonlyMap<string, readonly EphemerisValue[]>,
): Float64Array {
  const magnitudeOf = numberReader(surveyFact(survey, 'solarSystem').magnitude)
  const observerAu = toNumbers(values.get('Dobs'), rows.length)
  const sunAu = toNumbers(values.get('Dhelio'), rows.length)
  return Float64Array.from(rows, (row, i) =>
    toReducedMagnitude(magnitudeOf(row), { observerAu: observerAu[i]!, sunAu: sunAu[i]! }),
  )
}

function toNumbers(values: readonly EphemerisValue[] | undefined, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const value = values?.[i]
    return typeof value === 'number' ? value : Number.NaN
  })
}

function toColumn(name: string, values: readonly EphemerisValue[]): TableColumn {
  if (values.every(value => typeof value !== 'string')) {
    const numbers = toNumbers(values, values.length)
    return { ...ephemerisColumn(name, 'double'), values: { kind: 'numbers', values: numbers } }
  }
  const texts = values.map(value => (value === null ? null : String(value)))
  return { ...ephemerisColumn(name, 'string'), values: { kind: 'texts', values: texts } }
}
