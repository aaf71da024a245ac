/**
 * The numeric part of the vocabulary of parameter declarations. Numbers are read from decimal
 * texts and JSON numbers alike; anything else a programming language might accept is refused.
 */
import {
  type AnyPresence,
  declareParam,
  type Param,
  type ParamOptions,
  type Present,
  unexpectedValue,
} from './param.js'

/** Most characters of a number written as text. */
const MAX_NUMBER_LENGTH = 64
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const NON_FINITE = /^[+-]?(?:nan|inf|infinity)$/i

/** Bounds of a number, both inclusive. */
export interface NumberOptions extends ParamOptions {
  readonly min?: number
  readonly max?: number
}

/** A finite number; with `allowNonFinite` also NaN and infinities in the usual spellings. */
export function number(
  options: NumberOptions & { readonly allowNonFinite?: boolean } & Present<number>,
): Param<number>
export function number(
  options: NumberOptions & { readonly allowNonFinite?: boolean },
): Param<number | undefined>
export function number(
  options: AnyPresence<NumberOptions & { readonly allowNonFinite?: boolean }, number>,
): Param<number | undefined> {
  const { allowNonFinite = false } = options
  const expected = rangeText('a number', options)
  return declareParam(options, {
    expected,
    schema: { type: 'number', ...boundsOf(options) },
    parse(value) {
      const read = readNumber(value, expected)
      const isAllowed = Number.isFinite(read) ? isWithin(read, options) : allowNonFinite
      if (!isAllowed) throw unexpectedValue(expected, value)
      return read
    },
  })
}

/** A whole number within the range that a double holds exactly; blanks around are ignored. */
export function integer(options: NumberOptions & Present<number>): Param<number>
export function integer(options: NumberOptions): Param<number | undefined>
export function integer(options: AnyPresence<NumberOptions, number>): Param<number | undefined> {
  const expected = rangeText('a whole number', options)
  return declareParam(options, {
    expected,
    schema: { type: 'integer', ...boundsOf(options) },
    parse(value) {
      const isText = typeof value === 'string'
      if (isText && !/^[+-]?\d{1,16}$/.test(value.trim())) throw unexpectedValue(expected, value)
      const read = readNumber(value, expected)
      if (!Number.isSafeInteger(read) || !isWithin(read, options))
        throw unexpectedValue(expected, value)
      return read
    },
  })
}

function readNumber(value: unknown, expected: string): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.length > MAX_NUMBER_LENGTH) {
    throw unexpectedValue(expected, value)
  }
  const trimmed = value.trim()
  if (DECIMAL.test(trimmed)) return Number(trimmed)
  if (NON_FINITE.test(trimmed)) {
    if (/nan/i.test(trimmed)) return Number.NaN
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  throw unexpectedValue(expected, value)
}

function isWithin(value: number, { min, max }: NumberOptions): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max)
}

function boundsOf({ min, max }: NumberOptions): { minimum?: number; maximum?: number } {
  return { ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) }
}

function rangeText(noun: string, { min, max, unit }: NumberOptions): string {
  const end = unit === undefined ? '' : ` ${unit}`
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${max}${end}`
  if (min !== undefined) return `${noun} of at least ${min}${end}`
  if (max !== undefined) return `${noun} of at most ${max}${end}`
  return unit === undefined ? noun : `${noun} of${end}`
}
