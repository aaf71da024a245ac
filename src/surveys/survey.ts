/**
 * Everything that may differ between two surveys, as one value. Queries and routes are written
 * once and read what they need from here; nothing else asks which survey it is.
 */
import type { TableFacts } from '../formats/table.js'
import type { Derivation, GroupDerivation } from '../rows/merge.js'
import { toJd, toMjdTai, type UtcTime } from '../science/time/time.js'
import type { ColumnFacts } from './column-facts.js'
import type { NameLookups, NoteSource } from './names.js'
import type { SolarSystemFiles, SolarSystemSource } from './solar-system.js'
import type { StampSource } from './stamps.js'
import type { TableSpec } from './table-spec.js'

/** Names of the columns that identify and place an alert. */
export interface AlertColumns {
  readonly object: string
  readonly alert: string
  readonly time: string
  readonly ra: string
  readonly dec: string
  readonly band: string
}

/** Where light curves are and how their rows are keyed. */
export interface LightCurveSource {
  readonly table: string
  /** Parameter that carries object ids. */
  readonly idParam: string
  readonly idExample: string
  /**
   * Key prefix of all rows of the object. A complete id selects that object alone, the beginning
   * of one selects every object whose id begins so.
   *
   * @throws SyntaxError when the text cannot begin an id
   */
  keyPrefix(id: string): string
  /** True for the prefix of a complete id: the keys behind it are in the order of time. */
  isInTimeOrder(prefix: string): boolean
  /** Tables of points that are not detections, and the tag each of their rows gets. */
  readonly extra: readonly { readonly table: string; readonly tag: string }[]
}

/** The table of alerts by position: rows are keyed by pixel, first detection, object. */
export interface PositionSource {
  readonly table: string
  /** Resolution of the pixels of the keys, in RING order. */
  readonly nside: number
  /** Column of the first detection, which the second part of the key repeats. */
  readonly firstSeen: string
}

/** A condition on alerts: how the brightness of their objects changes. */
export interface Trend {
  /** Columns whose values decide. */
  readonly columns: readonly string[]
  /** Classes it is defined for; all when absent. */
  readonly onlyFor?: readonly string[]
  /**
   * @param values values of the columns in the alert, NaN when missing
   * @param before the same of the alert of the object before it, all NaN when there is none
   */
  isMet(
    values: readonly number[],
    before: () => Promise<readonly number[]>,
  ): boolean | Promise<boolean>
}

/** Where the alerts of a class are: in keys, time and object follow the prefix. */
export interface ClassPlace {
  readonly table: string
  readonly keyPrefix: string
  /** Objects stand there again and again, and only the latest alert of each is of interest. */
  readonly isLatestPerObject: boolean
}

/** Alerts by class. */
export interface ClassIndex {
  /** Names by group, as the route `classes` tells them. */
  readonly lists: Readonly<Record<string, readonly string[]>>
  /** Names that are understood too. */
  readonly unlisted: readonly string[]
  readonly examples: readonly string[]
  /** Trends by public name. */
  readonly trends: Readonly<Record<string, Trend>>
  /** Place of a class, whether or not there is one of that name. */
  locate(name: string): ClassPlace
}

/** Alerts that belong to a track of a moving object, by the name of the track. */
export interface TrackletSource {
  readonly table: string
  /**
   * What the names of the tracks of a date, or of a time, begin with.
   *
   * @throws SyntaxError when the text is not the beginning of a date
   */
  namePrefix(date: string): string
}

/** Candidate Solar System objects: their orbits, and their alerts keyed by time. */
export interface SsoCandidateSource {
  readonly orbits: { readonly table: string; readonly keyPrefix: string }
  readonly alerts: { readonly table: string; readonly idColumn: string }
  readonly idExample: string
}

/** Counts of each night; the key is the prefix and the digits of the date. */
export interface StatisticsSource {
  readonly table: string
  readonly keyPrefix: string
  readonly families: readonly string[]
}

/** A value that a whole-row answer shows for a column none of its rows has. */
export interface ColumnDefault {
  /** The columns are added together, when the first of them is in no row. */
  readonly columns: readonly string[]
  readonly value: string | number
}

/** One survey. */
export interface Survey {
  /** First part of paths and option values. */
  readonly name: string
  readonly title: string
  /** Column families, `v` for values computed by the service included. */
  readonly families: readonly string[]
  readonly tables: readonly TableSpec[]
  /** What is known about each column of any answer, by name. */
  readonly facts: ReadonlyMap<string, ColumnFacts>
  readonly timeSystem: NonNullable<TableFacts['timeSystem']>
  readonly columns: AlertColumns
  readonly lightCurve: LightCurveSource
  readonly position: PositionSource
  /** Where time spans without a start begin: the first day of public alerts. */
  readonly firstDate: string
  readonly classes?: ClassIndex
  /** Table of the most unusual alerts, keyed by time. */
  readonly anomalies?: { readonly table: string }
  readonly tracklets?: TrackletSource
  readonly ssoCandidates?: SsoCandidateSource
  readonly statistics?: StatisticsSource
  readonly solarSystem?: SolarSystemSource
  readonly solarSystemFiles?: SolarSystemFiles
  readonly names?: NameLookups
  readonly notes?: NoteSource
  readonly stamps?: StampSource
  readonly defaults: readonly ColumnDefault[]
  /** Columns that never appear in an answer. */
  isHidden(column: string): boolean
  /** Values kept beside the rows of a table, undefined when it has none. */
  derivationOf(table: string): Derivation | undefined
  /** Derived columns that need a whole light curve. */
  readonly curve: GroupDerivation
  /** The answer of the `schema` route. */
  schemaDocument(): unknown
}

/**
 * What a survey says about something that not every survey has.
 *
 * @throws RangeError when it has none
 */
export function surveyFact<K extends keyof Survey>(
  survey: Survey,
  name: K,
): NonNullable<Survey[K]> {
  const fact = survey[name]
  if (fact === undefined) throw new RangeError(`Survey "${survey.name}" has no ${name}`)
  return fact as NonNullable<Survey[K]>
}

/** A time as the number that keys and time columns of the survey hold. */
export function toSurveyTime({ timeSystem }: Survey, time: UtcTime): number {
  return timeSystem.origin === 'JD-origin' ? toJd(time) : toMjdTai(time)
}

/** Table of a survey by name. */
export function tableSpec(survey: Survey, name: string): TableSpec {
  const table = survey.tables.find(spec => spec.name === name)
  if (table === undefined) throw new RangeError(`Survey "${survey.name}" has no table "${name}"`)
  return table
}
