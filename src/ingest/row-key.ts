/** Texts of row keys, as Spark joins and prints them. */
import { formatJavaDouble } from '../rows/number-text.js'

/** A double as Java prints it: `2459000.5`, `1.0E7`. */
export function doubleKey(value: number): string {
  return formatJavaDouble(value)
}

/** The parts joined by `_`; null parts vanish together with their separator. */
export function joinKey(parts: readonly (string | null)[]): string {
  return parts.filter(part => part !== null).join('_')
}
