/**
 * Query strings and form bodies (`application/x-www-form-urlencoded`, WHATWG URL section 5): `&`
 * between pairs, `+` for a blank, UTF-8 behind `%`. Of a repeated name the first value counts.
 */
import { quoteValue } from '../quoted-text.js'

/** Most arguments of one request. */
export const MAX_ARGUMENTS = 200

/** Arguments of a request by name; a Map, so that no name is special. */
export type ArgumentMap = Map<string, unknown>

/**
 * Reads `a=1&b=x%20y`. A `%` that begins no escape stands for itself.
 *
 * @throws SyntaxError for escapes that are not UTF-8, RangeError for over `MAX_ARGUMENTS` names
 */
export function parseQuery(text: string): ArgumentMap {
  const found: ArgumentMap = new Map()
  let start = 0
  while (start < text.length) {
    const next = text.indexOf('&', start)
    const end = next < 0 ? text.length : next
    if (end > start) addPair(found, text, start, end)
    start = end + 1
  }
  return found
}

function addPair(found: ArgumentMap, text: string, start: number, end: number): void {
  const equals = text.indexOf('=', start)
  const nameEnd = equals < 0 || equals > end ? end : equals
  const name = decodeComponent(text.slice(start, nameEnd))
  if (found.has(name)) return
  if (found.size === MAX_ARGUMENTS) {
    throw new RangeError(`Cannot read the arguments: expected at most ${MAX_ARGUMENTS}`)
  }
  found.set(name, nameEnd === end ? '' : decodeComponent(text.slice(nameEnd + 1, end)))
}

function decodeComponent(raw: string): string {
  const text = raw.includes('+') ? raw.replaceAll('+', ' ') : raw
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-fA-F]{2})/g, '%25'))
  } catch (cause) {
    throw new SyntaxError(`Cannot decode ${quoteValue(raw)}: expected UTF-8 behind "%"`, { cause })
  }
}
