/**
 * Alerts of known Solar System objects by their names, newest first, with ephemerides and residuals
 * of a phase curve when asked. What a remote service does not give is told, and never looks like
 * "no result".
 */
import { ParamError, ResolverError } from '../../errors.js'
import { computedTable, type Table, type TableColumn } from '../../formats/table.js'
import { textReader } from '../../rows/cell-reader.js'
import type { PackedRow } from '../../rows/packed-row.js'
import { prefixRange, readRows, type Store } from '../../store/store.js'
import { type Survey, surveyFact } from '../../surveys/survey.js'
import type { Remotes } from '../../upstream/remotes.js'
import { sortNewestFirst, toAlertTable } from '../alerts/alert-table.js'
import { type ColumnSelection, columnsToRead } from '../alerts/columns.js'
import { factColumn } from '../alerts/fact-column.js'
import type { LimitedRows, LimitedTable } from '../alerts/limited-rows.js'
import { mapConcurrently } from '../concurrent.js'
import { stampKeyColumns } from '../stamps/stamp-columns.js'
import { resolveBody, type SolarSystemBody } from './body-names.js'
import { type RowEphemerides, readEphemerides } from './ephemerides.js'
import { ephemerisColumn } from './ephemeris-columns.js'
import { residualColumn } from './phase-residuals.js'

/** What an object may be asked for by. */
const KNOWN_NAME = 'a name or number that SsODNet (quaero) knows'

/** What to read. */
export interface SolarSystemRequest {
  /** Names, numbers or designations. */
  readonly ids: readonly string[]
  readonly selection: ColumnSelection
  readonly hasEphemerides: boolean
  /** With ephemerides and the residuals of the model SHG1G2; for one object. */
  readonly hasResiduals: boolean
  /** With what finds the stamps of the alerts. */
  readonly hasStampKeys: boolean
  /** Most rows per designation. */
  readonly rowLimit: number
  readonly signal: AbortSignal
}

/** Where to read. */
export interface SolarSystemSources {
  readonly store: Store
  readonly survey: Survey
  readonly remotes: Pick<Remotes, 'quaero' | 'miriade'>
}

/** A table, and what is missing from it. */
export interface SolarSystemAnswer extends LimitedTable {
  readonly problems: readonly string[]
}

/** Names that are resolved at the same time. */
const MAX_RESOLVING = 4

/**
 * Reads the alerts of the objects.
 *
 * @throws ParamError when nobody knows any of the names
 * @throws ResolverError when a service failed and nothing is known without it
 */
export async function readSolarSystem(
  sources: SolarSystemSources,
  request: SolarSystemRequest,
): Promise<SolarSystemAnswer> {
  const { store, survey, remotes } = sources
  const { signal, hasResiduals } = request
  const ids = [...new Set(request.ids)]
  if (hasResiduals && ids.length > 1) {
    throw new ParamError(
      'Cannot give residuals for a list of objects: expected one name or number in "n_or_d"',
      { param: 'withResiduals' },
    )
  }
  const resolving = { store, survey, quaero: remotes.quaero }
  const bodies = await mapConcurrently(ids, MAX_RESOLVING, id => resolveBody(resolving, id, signal))
  const { rows: found, isTruncated } = await readAlerts(sources, request, bodies)
  const problems = checkBodies(survey, bodies, found)
  const rows = sortNewestFirst(survey, found)
  const { selection } = request
  if (rows.length === 0 && selection.kind !== 'list') {
    return { table: computedTable([], 0), isTruncated, problems }
  }
  const table = toBodyTable(survey, rows, bodies, selection)
  if (rows.length === 0) return { table, isTruncated, problems }
  if (!request.hasEphemerides && !hasResiduals) return { table, isTruncated, problems }
  const ephemerides = await readEphemerides({ survey, miriade: remotes.miriade }, rows, signal)
  const columns = [
    indexColumn(rows.length),
    ...ephemerides.columns,
    ...table.columns,
    reducedColumn(survey, ephemerides),
    ...(hasResiduals ? [residualColumn(survey, rows, ephemerides)] : []),
  ]
  return {
    table: { ...table, columns },
    isTruncated,
    problems: [...problems, ...ephemerides.problems],
  }
}

async function readAlerts(
  { store, survey }: SolarSystemSources,
  { selection, hasStampKeys, rowLimit, signal }: SolarSystemRequest,
  bodies: readonly SolarSystemBody[],
): Promise<LimitedRows> {
  const source = surveyFact(survey, 'solarSystem')
  const { table, magnitude, magnitudeSigma, designation } = source
  const asked = columnsToRead(selection, survey, table)
  const { time, band, ra, dec } = survey.columns
  const stampKeys = hasStampKeys ? stampKeyColumns(survey) : []
  const needed = [designation, time, magnitude, magnitudeSigma, band, ra, dec, ...stampKeys]
  const columns = asked && [...new Set([...asked, ...needed])]
  const designations = [...new Set(bodies.flatMap(body => body.designations))].sort()
  const rows: PackedRow[] = []
  let isTruncated = false
  for (const prefix of designations.map(source.keyPrefix)) {
    const ranges = [prefixRange(prefix)]
    const limit = rowLimit + 1
    const found = await readRows(store, { table, ranges, columns, limit, reversed: true, signal })
    if (found.length > rowLimit) isTruncated = true
    for (const row of found.slice(0, rowLimit)) rows.push(row)
  }
  return { rows, isTruncated }
}

/** Tells which names stand for nothing, or could not be looked up; throws when none does. */
function checkBodies(
  survey: Survey,
  bodies: readonly SolarSystemBody[],
  rows: readonly PackedRow[],
): string[] {
  const designationOf = textReader(surveyFact(survey, 'solarSystem').designation)
  const present = new Set(rows.map(row => designationOf(row)))
  const hasAlerts = (body: SolarSystemBody): boolean =>
    body.designations.some(designation => present.has(designation))
  const failed = bodies.filter(({ failure }) => failure !== undefined)
  const unknown = bodies.filter(body => !body.isKnown && !body.failure && !hasAlerts(body))
  const isEmpty = bodies.every(body => !body.isKnown && !hasAlerts(body))
  if (isEmpty && failed[0]?.failure !== undefined)
    throw unresolved(failed[0].asked, failed[0].failure)
  if (isEmpty) {
    const names = unknown.map(({ asked }) => `"${asked}"`).join(', ')
    const text = `Cannot read parameter "n_or_d": expected ${KNOWN_NAME}, got ${names}`
    throw new ParamError(text, { param: 'n_or_d' })
  }
  return [
    ...failed.map(({ asked, failure }) => `name ${asked} not looked up: ${failure?.message}`),
    ...unknown.map(({ asked }) => `expected ${KNOWN_NAME}, got "${asked}"`),
  ]
}

function unresolved(asked: string, cause: ResolverError): ResolverError {
  const { service, failure, retryAfterSec } = cause
  return new ResolverError(service, `Cannot look up the name "${asked}": ${cause.message}`, {
    failure,
    cause,
    ...(retryAfterSec !== undefined && { retryAfterSec }),
  })
}

/** Alerts with the name and number of their object. */
function toBodyTable(
  survey: Survey,
  rows: readonly PackedRow[],
  bodies: readonly SolarSystemBody[],
  selection: ColumnSelection,
): Table {
  const { table, designation } = surveyFact(survey, 'solarSystem')
  const shown: ColumnSelection =
    selection.kind === 'list'
      ? { kind: 'list', names: [...new Set([...selection.names, designation])] }
      : selection
  const alerts = toAlertTable(survey, rows, { table, selection: shown, hasCurveColumns: false })
  const byDesignation = new Map(
    bodies.toReversed().flatMap(body => body.designations.map(name => [name, body] as const)),
  )
  const designationOf = textReader(designation)
  const bodyOf = rows.map(row => byDesignation.get(designationOf(row) ?? ''))
  const names = bodyOf.map(body => body?.name)
  const numbers = bodyOf.map(body => body?.number)
  return {
    ...alerts,
    columns: [
      ...alerts.columns,
      { ...factColumn(survey, 'sso_name', 'string'), values: { kind: 'texts', values: names } },
      {
        ...factColumn(survey, 'sso_number', 'long'),
        values: { kind: 'integers', values: numbers },
      },
    ],
  }
}

function indexColumn(length: number): TableColumn {
  const values = Array.from({ length }, (_, i) => i)
  return { ...ephemerisColumn('index', 'long'), values: { kind: 'integers', values } }
}

function reducedColumn(survey: Survey, { reducedMag }: RowEphemerides): TableColumn {
  return {
    name: surveyFact(survey, 'solarSystem').reducedMagnitude,
    type: 'double',
    unit: 'mag',
    ucd: 'phot.mag;em.opt',
    description: 'Magnitude at 1 au from the Sun and from the observer, at the same phase',
    values: { kind: 'numbers', values: reducedMag },
  }
}
