/** What is known about a column of an answer. */

/** Name, meaning, unit and place of a column. */
export interface ColumnFacts {
  readonly name: string
  /** Unit in the notation of VOUnits 1.1, UCD in that of UCD1+; absent when there is none. */
  readonly unit?: string | undefined
  readonly ucd?: string | undefined
  readonly description: string
}
