/** What a survey says about the image stamps of its alerts: where they are, and in what form. */
import type { PackedRow } from '../rows/packed-row.js'

/** Columns of the files that hold stamps, as dotted paths. */
export interface StampFileLayout {
  /** The bytes of each kind. */
  readonly stamps: Readonly<Record<'Science' | 'Template' | 'Difference', string>>
  /** Columns that alerts can be found by. */
  readonly ids: readonly string[]
}

/** The table that tells which file has the stamps of an alert. */
export interface StampSource {
  readonly table: string
  /** Column of the name of the file. */
  readonly path: string
  /** Column of the place in that file, for rows that this service wrote. */
  readonly hint: string
  readonly layout: StampFileLayout
  /** Column of the files, among `layout.ids`, that has what the alert column of the table has. */
  readonly idColumn: string
  /** Column by which the alerts of an object are brighter, smaller values first. */
  readonly magnitude: string
  /** Columns that `keyOf` reads from rows of other tables than that of the light curves. */
  readonly keyColumns: readonly string[]
  /** Column of an answer with the pixels of a kind. */
  columnOf(kind: keyof StampFileLayout['stamps']): string
  /**
   * What the keys of all alerts of an object begin with; `id` is taken as whole.
   *
   * @throws SyntaxError when the text cannot be an id
   */
  keyPrefix(id: string): string
  /** Key that the row about the stamps of an alert has; undefined when the alert cannot be told. */
  keyOf(alert: PackedRow): string | undefined
  /** Arguments by which the cutout service finds an alert in a file: of its key and its id. */
  serviceIds(key: string, alert: string): Readonly<Record<string, string>>
  /** What the keys begin with that stand together with this one, those of its object. */
  groupOf(key: string): string
}
