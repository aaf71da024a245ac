/** Placeholder until the column facts are in. */
import type { ColumnFacts } from '../column-facts.js'

export const ZTF_FACTS: ReadonlyMap<string, ColumnFacts> = new Map()

export function ztfSchemaDocument(): unknown {
  return {}
}
