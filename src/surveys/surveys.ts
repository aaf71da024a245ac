/** The surveys the service knows, by name. */
import type { Derivation } from '../rows/merge.js'
import type { Survey } from './survey.js'
import { ztf } from './ztf/ztf.js'

/** All surveys; the first is the default. */
export const SURVEYS: readonly Survey[] = [ztf]

/** Values that stores keep beside the rows of a table, whichever survey it belongs to. */
export function derivationOf(table: string): Derivation | undefined {
  for (const survey of SURVEYS) {
    const derivation = survey.derivationOf(table)
    if (derivation !== undefined) return derivation
  }
  return undefined
}
