/** Texts of row keys, as Spark joins and prints them. */
import { formatDouble, toJavaText } from '../rows/number-text.js'

/** A double as Java prints it: `2459000.5`, `1.0E7`. */
export function doubleKey(value: number): string {
  const text = formatDouble(value)
  const size = Math.abs(value)
  return size >= 1e-3 && size < 1e7 ? text : toJavaText(text)
}

/** The parts joined by `_`; null parts vanish together with their separator. */
export function joinKey(parts: readonly (string | null)[]): string {
  return parts.filter(part => part !== null).join('_')
}
