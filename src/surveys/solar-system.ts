/** What a survey says about known Solar System objects: their alerts, their names, their tables. */
import type { ColumnFacts } from './column-facts.js'

/** Alerts of known objects, and the names that the objects go by. */
export interface SolarSystemSource {
  /** Table of alerts, keyed by designation and time. */
  readonly table: string
  /** Column of the designation that an alert carries; an object may have had several. */
  readonly designation: string
  /** Key prefix of all alerts that carry the designation. */
  keyPrefix(designation: string): string
  /** Table of names: keys are identifiers in lower case, `@` and a count. */
  readonly names: {
    readonly table: string
    readonly name: string
    readonly number: string
    readonly designation: string
  }
  /** Names and numbers to show in documentation. */
  readonly examples: readonly string[]
  /** IAU code of the observatory, and seconds from the time of an alert to the middle of its exposure. */
  readonly observer: string
  readonly midExposureSec: number
  readonly magnitude: string
  readonly magnitudeSigma: string
  /** Column of the magnitude reduced to 1 au from the Sun and from the observer. */
  readonly reducedMagnitude: string
}

/** Files of fitted phase curves (SSoFT), and of all light curves at once, by version. */
export interface SolarSystemFiles {
  /** Columns of the table by the name of the model; the first is the default. */
  readonly flavors: Readonly<Record<string, readonly ColumnFacts[]>>
  /** Other names of models. */
  readonly synonyms: Readonly<Record<string, string>>
  /** Columns that every file of light curves has: the designation, then lists with a value a point. */
  readonly bulkColumns: readonly string[]
  /** First version, `YYYY.MM`. */
  readonly firstVersion: string
  /** Name of an object that is in every table. */
  readonly nameExample: string
  tablePath(flavor: string, version: string): string
  bulkPath(version: string): string
}
