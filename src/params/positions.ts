/** Many named positions in one request, as JSON or CSV. */
import { structured } from '../api/declarations/params.js'
import { quoteValue } from '../api/quoted-text.js'
import { parseDeclination, parseRightAscension, type SkyPosition } from '../science/sky/angle.js'

/** Most positions of one request. */
export const MAX_POSITIONS = 1000
/** Most characters of a name. */
const MAX_NAME_LENGTH = 200

/** A position with the name its rows carry. */
export interface NamedPosition {
  readonly name: string
  readonly position: SkyPosition
}

/** `positions`: an array of objects, or of the lines of a CSV body, with `name`, `ra`, `dec`. */
export function positionsParam() {
  return structured<readonly NamedPosition[]>(
    {
      description:
        'Positions to search around: objects with `name`, `ra` and `dec`; or a CSV body with these ' +
        'columns',
      expected: `an array of 1 to ${MAX_POSITIONS} objects with name, ra, dec`,
      examples: ['[{"name":"A","ra":193.821739,"dec":2.897311}]'],
      required: true,
      schema: {
        type: ['array', 'string'],
        minItems: 1,
        maxItems: MAX_POSITIONS,
        items: {
          type: 'object',
          required: ['ra', 'dec'],
          properties: {
            name: { type: 'string', maxLength: MAX_NAME_LENGTH },
            ra: { type: ['string', 'number'] },
            dec: { type: ['string', 'number'] },
          },
        },
      },
    },
    parsePositions,
  )
}

function parsePositions(given: unknown): NamedPosition[] {
  const value = typeof given === 'string' ? parseJsonText(given) : given
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_POSITIONS) {
    throw new TypeError(
      `expected an array of 1 to ${MAX_POSITIONS} positions, got ${quoteValue(value)}`,
    )
  }
  return value.map(parseEntry)
}

/** Query strings and forms carry the array as text. */
function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SyntaxError(`expected a JSON array, got ${quoteValue(text)}`, { cause })
  }
}

function parseEntry(entry: unknown, index: number): NamedPosition {
  if (typeof entry !== 'object' || entry === null) {
    throw new TypeError(`position ${index}: expected an object, got ${quoteValue(entry)}`)
  }
  const { name = String(index), ra, dec } = entry as Readonly<Record<string, unknown>>
  if (!isAngle(ra) || !isAngle(dec)) {
    throw new TypeError(`position ${index}: expected "ra" and "dec", got ${quoteValue(entry)}`)
  }
  if (typeof name !== 'string' || name.length > MAX_NAME_LENGTH) {
    throw new TypeError(
      `position ${index}: expected a name of at most ${MAX_NAME_LENGTH} characters`,
    )
  }
  const read = (what: string, parse: () => number): number => {
    try {
      return parse()
    } catch (cause) {
      if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause
      throw new RangeError(`position ${index}: "${what}": ${cause.message}`, { cause })
    }
  }
  const raDeg = read('ra', () => parseRightAscension(ra))
  return { name, position: { raDeg, decDeg: read('dec', () => parseDeclination(dec, ra)) } }
}

function isAngle(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= 100)
}

/**
 * Objects of a CSV text with a header line (RFC 4180, without quoted fields).
 *
 * @throws SyntaxError when a line has another number of fields than the header
 */
export function parsePositionCsv(text: string): Record<string, string>[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter(line => line.trim() !== '')
  const names = head.split(',').map(name => name.trim())
  if (!names.includes('ra') || !names.includes('dec')) {
    throw new SyntaxError(`expected a header line with "ra" and "dec", got ${quoteValue(head)}`)
  }
  if (lines.length > MAX_POSITIONS) {
    throw new RangeError(`expected at most ${MAX_POSITIONS} positions, got ${lines.length}`)
  }
  return lines.map((line, i) => {
    const fields = line.split(',')
    if (fields.length !== names.length) {
      throw new SyntaxError(`line ${i + 2}: expected ${names.length} fields, got ${fields.length}`)
    }
    return Object.fromEntries(names.map((name, k) => [name, fields[k]!.trim()]))
  })
}
