/**
 * Reading sky positions as astronomers write them: decimal degrees, or sexagesimal hours and
 * degrees with colons, blanks or units. The grammar is that of the Angle class of astropy, which
 * clients of the service know. Messages complete "Cannot read ...: ".
 */
import { type AngleTokens, tokenizeAngle, UNIT_DEGREES } from './angle-tokens.js'

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
  return { raDeg: parseRightAscension(ra), decDeg: parseDeclination(dec, ra) }
}

/** The right ascension of a position, as `parsePosition` reads it. */
export function parseRightAscension(ra: string | number): number {
  const wrapped = toDegrees(ra, hasHours(ra) ? 'none' : unitOf(ra)) % 360
  const positive = wrapped < 0 ? wrapped + 360 : wrapped
  // A tiny negative angle plus 360 rounds to 360; -0 becomes 0.
  return positive < 360 ? positive + 0 : 0
}

/** The declination of a position, as `parsePosition` reads it: `ra` decides whether it needs a unit. */
export function parseDeclination(dec: string | number, ra: string | number): number {
  const decDeg = toDegrees(dec, hasHours(ra) ? 'none' : 'degree')
  if (decDeg >= -90 && decDeg <= 90) return decDeg
  const given = typeof dec === 'string' ? JSON.stringify(dec) : dec
  throw new RangeError(`expected a declination from -90 to 90 degrees, got ${given}`)
}

function hasHours(ra: string | number): boolean {
  return typeof ra === 'string' && ra.includes('h')
}

/** Unit of a right ascension that has none. */
function unitOf(ra: string | number): AngleUnit {
  return typeof ra === 'string' && /[ :]/.test(ra.trim()) ? 'hour' : 'degree'
}

function toDegrees(value: string | number, unit: AngleUnit): number {
  if (typeof value === 'string') return parseAngle(value.trim(), unit)
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite angle, got ${value}`)
  if (unit === 'none') throw missingUnit(value)
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
    throw new RangeError(`expected a finite angle, got ${JSON.stringify(text)}`)
  }
  // -0 becomes 0.
  return angleDeg + 0
}

/** Value of one to three fields; the first has no range unless it counts hours. */
function sexagesimal({ fields, sign }: AngleTokens, isHours: boolean): number {
  const [first = Number.NaN, minute, second] = fields
  if (minute === undefined) return first
  if (isHours) checkField(first, { name: 'hours', max: 24, sign })
  checkField(minute, { name: 'minutes', max: 60 })
  if (second !== undefined) checkField(second, { name: 'seconds', max: 60 })
  return first + minute / 60 + (second ?? 0) / 3600
}

function checkField(
  value: number,
  { name, max, sign = 1 }: { readonly name: string; readonly max: number; readonly sign?: number },
): void {
  if (value <= max) return
  throw new RangeError(`expected ${name} from 0 to ${max}, got ${sign * value}`)
}

function missingUnit(value: string | number): RangeError {
  const given = typeof value === 'string' ? JSON.stringify(value) : value
  return new RangeError(
    `expected a unit, as in -2d53m50s or 2.9d, because the right ascension has one, got ${given}`,
  )
}
