/**
 * Reading sky positions as astronomers write them: decimal degrees, or sexagesimal hours and
 * degrees with colons, blanks or units. The grammar and the messages are those of the Angle class
 * of astropy, which clients of the service know.
 */
import { type AngleTokens, tokenizeAngle, UNIT_DEGREES } from './angle-tokens.js'
import { quoteText, toFloatText } from './python-text.js'

/** A position, ICRS. */
export interface SkyPosition {
  /** Right ascension, from 0 up to but not including 360. */
  readonly raDeg: number
  /** Declination, -90 to 90. */
  readonly decDeg: number
}

/** Unit of an angle whose text has none; `none` means that the text must have one. */
export type AngleUnit = 'hour' | 'degree' | 'none'

/** Most characters of an angle. */
const MAX_LENGTH = 100

/**
 * Reads a position. Numbers are degrees. Texts may have units of their own; without, both are
 * degrees, except that a right ascension with a colon or a blank inside is in hours. When the
 * right ascension has hours as unit (`12h55m`), the declination must have a unit too. Blanks
 * around are ignored; the right ascension is brought into [0, 360).
 *
 * @throws SyntaxError when a text is no angle
 * @throws RangeError when hours, minutes, seconds or the declination are out of range, or a unit
 * is missing
 */
export function parsePosition(ra: string | number, dec: string | number): SkyPosition {
  const raText = typeof ra === 'string' ? ra.trim() : ra
  const [raUnit, decUnit] = unitsOf(raText)
  const raDeg = toDegrees(raText, raUnit)
  const decDeg = toDegrees(typeof dec === 'string' ? dec.trim() : dec, decUnit)
  if (decDeg < -90 || decDeg > 90) {
    throw new RangeError(
      'Latitude angle(s) must be within -90 deg <= angle <= 90 deg, ' +
        `got ${toFloatText(decDeg)} deg`,
    )
  }
  const wrapped = raDeg % 360
  const positive = wrapped < 0 ? wrapped + 360 : wrapped
  // A tiny negative angle plus 360 rounds to 360; -0 becomes 0.
  return { raDeg: positive < 360 ? positive + 0 : 0, decDeg }
}

/** Units of right ascension and declination, from how the right ascension is written. */
function unitsOf(ra: string | number): readonly [AngleUnit, AngleUnit] {
  if (typeof ra === 'number') return ['degree', 'degree']
  if (ra.includes('h')) return ['none', 'none']
  return [/[ :]/.test(ra) ? 'hour' : 'degree', 'degree']
}

function toDegrees(value: string | number, unit: AngleUnit): number {
  if (typeof value === 'string') return parseAngle(value, unit)
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite angle, got ${value}`)
  if (unit === 'none') throw missingUnit(String(value))
  return value
}

/**
 * Reads an angle in degrees, not brought into any range: `193d49m18.267s`, `12:55:17.218`,
 * `-0 30 0`, `3.38rad`, `2.9N`. `unit` applies when the text has none.
 *
 * @throws SyntaxError when the text is no angle
 * @throws RangeError when hours, minutes or seconds are out of range, or a unit is missing
 */
export function parseAngle(text: string, unit: AngleUnit): number {
  if (text.length > MAX_LENGTH) {
    throw new RangeError(
      `expected an angle of at most ${MAX_LENGTH} characters, got ${text.length}`,
    )
  }
  const tokens = tokenizeAngle(text)
  const ownUnit = tokens.unit ?? unit
  const unitDeg = UNIT_DEGREES.get(ownUnit)
  if (unitDeg === undefined) throw missingUnit(text)
  const angleDeg = tokens.sign * sexagesimal(tokens, ownUnit === 'hour') * unitDeg
  if (!Number.isFinite(angleDeg)) {
    throw new RangeError(`expected a finite angle, got ${quoteText(text)}`)
  }
  // -0 becomes 0.
  return angleDeg + 0
}

/** Value of one to three fields; the first has no range unless it counts hours. */
function sexagesimal({ fields, sign }: AngleTokens, isHours: boolean): number {
  const [first, minute, second] = fields
  if (minute === undefined) return first!.value
  if (isHours && first!.value > 24) {
    const hours = toFloatText(sign * first!.value)
    throw new RangeError(
      `An invalid value for 'hours' was found ('${hours}'); must be in the range [0,24).`,
    )
  }
  for (const [name, field] of [
    ['minute', minute],
    ['second', second],
  ] as const) {
    if (field !== undefined && field.value > 60) {
      throw new RangeError(
        `An invalid value for '${name}' was found ('${field.text}'); ` +
          'should be in the range [0,60).',
      )
    }
  }
  return first!.value + minute.value / 60 + (second?.value ?? 0) / 3600
}

function missingUnit(text: string): RangeError {
  return new RangeError(`No unit specified in angle ${quoteText(text)}`)
}
