/** Growth of table schemas: columns are only ever added, and never change their type. */
import { ConflictError } from '../errors.js'
import type { ColumnSpec } from '../rows/layout.js'

/** Key under which the schema row of a table is known when nobody gave another. */
export const DEFAULT_SCHEMA_KEY = 'schema_fink-object-api'

/** Prefix of the keys that hold schema rows; no data row may use it. */
export const SCHEMA_PREFIX = 'schema'

/**
 * The known columns with the new ones added; the same object when there is nothing to add.
 *
 * @throws ConflictError when a column is known with another type
 */
export function growColumns(
  table: string,
  known: ReadonlyMap<string, ColumnSpec>,
  columns: readonly ColumnSpec[],
): ReadonlyMap<string, ColumnSpec> {
  let grown: Map<string, ColumnSpec> | undefined
  for (const column of columns) {
    const before = (grown ?? known).get(column.name)
    if (before === undefined) {
      grown ??= new Map(known)
      grown.set(column.name, { name: column.name, type: column.type })
    } else if (before.type !== column.type) {
      throw new ConflictError(
        `Cannot write column "${column.name}" of table "${table}" as ${column.type}: it is known as ${before.type}`,
      )
    }
  }
  return grown ?? known
}
