/** What a survey says about names: how they lead to its objects and back, and what users add. */

/** Rows of a table by their keys. */
export interface KeyLookup {
  readonly table: string
  /** What the keys begin with. */
  readonly prefix: string
  /** What the keys contain; given without a prefix, the whole table is read. */
  readonly part?: string
  /** Columns of the answer; all when absent. */
  readonly columns?: readonly string[]
}

/** How names of other services lead to objects of the survey, and back. */
export interface NameLookups {
  /** Names in the Transient Name Server. */
  readonly tns: {
    byName(name: string): KeyLookup
    /** @throws SyntaxError when the text cannot be an object id */
    byObject(id: string): KeyLookup
    readonly nameExample: string
  }
  /** Types of the counterparts in SIMBAD. */
  readonly simbad: {
    /** @throws SyntaxError when the text cannot be an object id */
    byObject(id: string): KeyLookup
    readonly nameExample: string
  }
}

/** Names and notes that users give to objects; rows are keyed by object id. */
export interface NoteSource {
  readonly table: string
  readonly name: string
  /** Column of the name without blanks. */
  readonly encodedName: string
  readonly comments: string
  readonly username: string
  /** True for a complete object id. */
  isObjectId(text: string): boolean
  /** What every object id begins with. */
  readonly idPrefix: string
  readonly idExample: string
}
