/** Values that a parameter must refuse, derived from its schema, and hostile ones for all. */
import type { JsonSchema, JsonValue } from '../../src/api/declarations/json.js'
import type { Param } from '../../src/api/declarations/param.js'

/** A value and what must happen to it. */
export interface BrokenValue {
  readonly what: string
  readonly value: JsonValue
  /** False: the value may mean something to the route, but must do no harm. */
  readonly isRefused: boolean
}

const MEGABYTE = 1024 * 1024

/** Broken and hostile values for a parameter. */
export function brokenValues(param: Param<unknown>): readonly BrokenValue[] {
  return [...wrongTypes(param.schema), ...outOfRange(param.schema), ...hostile(param.schema)]
}

function refused(what: string, value: JsonValue): BrokenValue {
  return { what, value, isRefused: true }
}

function wrongTypes({ type }: JsonSchema): BrokenValue[] {
  switch (type) {
    case 'number':
    case 'integer':
      return ['', 'abc', 'NaN', 'Infinity', '1e999', '0x10', '1,5', true, [1], {}].map(value =>
        refused(`as ${JSON.stringify(value)}`, value),
      )
    case 'boolean':
      return ['', 'maybe', '2', [true], {}].map(value =>
        refused(`as ${JSON.stringify(value)}`, value),
      )
    case 'string':
      return [refused('as an object', {}), refused('as a boolean', true)]
    default:
      return []
  }
}

function outOfRange(schema: JsonSchema): BrokenValue[] {
  const { minimum, maximum, maxLength, minLength } = schema
  const values: BrokenValue[] = []
  if (typeof minimum === 'number') values.push(refused('below its minimum', minimum - 1))
  if (typeof minimum === 'number') values.push(refused('below as text', String(minimum - 1)))
  if (typeof maximum === 'number') values.push(refused('above its maximum', maximum + 1))
  if (typeof maximum === 'number') values.push(refused('above as text', String(maximum + 1)))
  if (typeof maxLength === 'number' && maxLength < MEGABYTE) {
    values.push(refused('too long', 'x'.repeat(maxLength + 1)))
  }
  if (typeof minLength === 'number' && minLength > 0) values.push(refused('empty', ''))
  if (Array.isArray(schema.enum)) values.push(refused('misspelt', `${schema.enum[0]}x`))
  return values
}

function hostile(schema: JsonSchema): BrokenValue[] {
  const isPlain = ['string', 'number', 'integer', 'boolean'].includes(String(schema.type))
  const isBinary = schema.format === 'binary'
  const isLong = typeof schema.maxLength === 'number' && schema.maxLength >= MEGABYTE
  const texts = ['__proto__', '../../etc/passwd', '<script>alert(1)</script>', "'; drop --", '%s%n']
  return [
    { what: 'with NUL', value: 'a\u0000b', isRefused: isPlain && !isBinary },
    { what: 'of a megabyte', value: 'x'.repeat(MEGABYTE), isRefused: isPlain && !isLong },
    { what: 'as a huge integer', value: '9'.repeat(400), isRefused: false },
    { what: 'as a lone surrogate', value: '\ud800', isRefused: false },
    ...texts.map(value => ({ what: `as ${JSON.stringify(value)}`, value, isRefused: false })),
  ]
}
