/**
 * The vocabulary of parameter declarations: text, integer, number, flag, choice, list, and
 * `custom` and `structured` for what only a domain knows. Each reads query texts and JSON values
 * alike; the type a handler receives follows from the declaration. Messages of thrown errors
 * complete `Cannot read parameter "name": `.
 */

import { quoteValue } from '../quoted-text.js'
import { suggestionText } from '../suggestion.js'
import type { JsonSchema } from './json.js'
import {
  type AnyPresence,
  declareParam,
  type Grammar,
  type Param,
  type ParamOptions,
  type Present,
  unexpectedValue,
} from './param.js'

export { integer, type NumberOptions, number } from './number-params.js'

/** Most characters of a text when its declaration does not say. */
export const MAX_TEXT_LENGTH = 1000
/** Most values of a choice that an error message lists. */
const MAX_LISTED_CHOICES = 12

/** Nearly every value; tested first because it is much faster than the Unicode patterns. */
const PRINTABLE_ASCII = /^[ -~]*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
const CONTROL = /[\x00-\x1f\x7f]|\p{Surrogate}/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
const CONTROL_BUT_BREAKS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Surrogate}/u
const TRUE_TEXTS = new Set(['true', '1', 'yes', 'on'])
const FALSE_TEXTS = new Set(['false', '0', 'no', 'off'])

/** Limits of a text. */
export interface TextOptions extends ParamOptions {
  readonly minLength?: number
  /** In UTF-16 units; `MAX_TEXT_LENGTH` when absent. */
  readonly maxLength?: number
  /** The whole text must match; must run in linear time. */
  readonly pattern?: RegExp
  /** What the pattern means, completing "expected ...". */
  readonly expected?: string
  /** Tabs and line breaks are allowed. */
  readonly isMultiline?: boolean
}

/** A text; JSON numbers are read as their digits. Control characters are refused. */
export function text(options: TextOptions & Present<string>): Param<string>
export function text(options: TextOptions): Param<string | undefined>
export function text(options: AnyPresence<TextOptions, string>): Param<string | undefined> {
  return declareParam(options, textGrammar(options))
}

function textGrammar(options: TextOptions): Grammar<string> {
  const { minLength = 0, maxLength = MAX_TEXT_LENGTH, pattern, isMultiline = false } = options
  const control = isMultiline ? CONTROL_BUT_BREAKS : CONTROL
  const expected = options.expected ?? lengthText(minLength, maxLength)
  return {
    expected,
    schema: {
      type: 'string',
      ...(minLength > 0 && { minLength }),
      maxLength,
      pattern: pattern?.source ?? (isMultiline ? '^[^\\u0000]*$' : '^[^\\u0000-\\u001f\\u007f]*$'),
    },
    parse(value) {
      const read = readText(value, expected)
      if (read.length > maxLength) throw tooLong(read, expected, maxLength)
      if (!PRINTABLE_ASCII.test(read) && control.test(read)) {
        throw new SyntaxError(
          `expected ${expected}, without control characters, got ${quoteValue(read)}`,
        )
      }
      const isMatch = read.length >= minLength && (pattern === undefined || pattern.test(read))
      if (!isMatch) throw unexpectedValue(expected, value)
      return read
    },
  }
}

function tooLong(text: string, expected: string, maxLength: number): RangeError {
  return new RangeError(
    `expected ${expected}, at most ${maxLength} characters, got ${text.length}: ${quoteValue(text)}`,
  )
}

function lengthText(minLength: number, maxLength: number): string {
  if (minLength === 0) return `text of at most ${maxLength} characters`
  return `text of ${minLength} to ${maxLength} characters`
}

/** A yes or no: true, 1, yes, on and their negatives, in any case; JSON booleans, 0 and 1. */
export function flag(options: ParamOptions & Present<boolean>): Param<boolean>
export function flag(options: ParamOptions): Param<boolean | undefined>
export function flag(options: AnyPresence<ParamOptions, boolean>): Param<boolean | undefined> {
  const expected = 'true or false'
  return declareParam(options, {
    expected,
    schema: { type: 'boolean' },
    parse(value) {
      if (typeof value === 'boolean') return value
      const word = readText(value, expected).trim().toLowerCase()
      if (TRUE_TEXTS.has(word)) return true
      if (FALSE_TEXTS.has(word)) return false
      throw unexpectedValue(expected, value)
    },
  })
}

/** Spellings that stand for one of the values of a choice. */
export interface ChoiceOptions<V extends string> extends ParamOptions {
  readonly synonyms?: Readonly<Record<string, V>>
}

/** One of the given texts, letter for letter; a misspelt one is answered with the nearest. */
export function choice<const V extends string>(
  values: readonly V[],
  options: ChoiceOptions<V> & Present<V>,
): Param<V>
export function choice<const V extends string>(
  values: readonly V[],
  options: ChoiceOptions<V>,
): Param<V | undefined>
export function choice<const V extends string>(
  values: readonly V[],
  options: AnyPresence<ChoiceOptions<V>, V>,
): Param<V | undefined> {
  const known = new Map<string, V>(Object.entries(options.synonyms ?? {}))
  for (const value of values) known.set(value, value)
  const expected = `one of ${choicesText(values)}`
  return declareParam(options, {
    expected,
    schema: { type: 'string', enum: [...known.keys()] },
    parse(value) {
      const word = readText(value, expected)
      const found = known.get(word)
      if (found !== undefined) return found
      throw new RangeError(
        `expected ${expected}, got ${quoteValue(value)}${suggestionText(word, values)}`,
      )
    },
  })
}

function choicesText(values: readonly string[]): string {
  if (values.length <= MAX_LISTED_CHOICES) return values.join(', ')
  return `${values.slice(0, MAX_LISTED_CHOICES).join(', ')} … (${values.length} in all)`
}

/** Limits of a list. */
export interface ListOptions extends ParamOptions {
  /** What the items are called in messages; "names" when absent. */
  readonly items?: string
  readonly minItems?: number
  readonly maxItems: number
  /** Most characters of one item; 256 when absent. */
  readonly maxItemLength?: number
}

/** Texts separated by commas, blanks around each ignored; in JSON also an array of texts. */
export function list(options: ListOptions & Present<readonly string[]>): Param<readonly string[]>
export function list(options: ListOptions): Param<readonly string[] | undefined>
export function list(
  options: AnyPresence<ListOptions, readonly string[]>,
): Param<readonly string[] | undefined> {
  const { items = 'names', minItems = 1, maxItems, maxItemLength = 256 } = options
  const expected = `${minItems} to ${maxItems} ${items} separated by commas`
  const item = textGrammar({
    description: '',
    minLength: 1,
    maxLength: maxItemLength,
    expected: `${items} of 1 to ${maxItemLength} characters separated by commas`,
  })
  const maxLength = maxItems * (maxItemLength + 2)
  return declareParam(options, {
    expected,
    schema: { type: 'string', maxLength, pattern: itemsPattern(maxItems, maxItemLength) },
    parse(value) {
      const parts = Array.isArray(value)
        ? value
        : splitItems(readText(value, expected), expected, maxLength)
      if (parts.length < minItems || parts.length > maxItems) {
        throw new RangeError(`expected ${expected}, got ${parts.length}: ${quoteValue(value)}`)
      }
      return parts.map(part => item.parse(typeof part === 'string' ? part.trim() : part))
    },
  })
}

function itemsPattern(maxItems: number, maxItemLength: number): string {
  const item = `[^,\\u0000-\\u0020\\u007f][^,\\u0000-\\u001f\\u007f]{0,${maxItemLength - 1}}`
  return `^${item}(,${item}){0,${maxItems - 1}}$`
}

function splitItems(value: string, expected: string, maxLength: number): string[] {
  if (value.length > maxLength) throw tooLong(value, expected, maxLength)
  return value.trim() === '' ? [] : value.split(',')
}

/** What a domain says about values of its own. */
export interface CustomOptions extends ParamOptions {
  /** What a value must be, completing "expected ...". */
  readonly expected: string
  readonly schema?: JsonSchema
  /** In UTF-16 units; `MAX_TEXT_LENGTH` when absent. */
  readonly maxLength?: number
}

/**
 * A text with a grammar of its own, such as a position or a date; JSON numbers are read as their
 * digits. `parse` throws SyntaxError or RangeError; control characters never reach it.
 */
export function custom<T>(options: CustomOptions & Present<T>, parse: (text: string) => T): Param<T>
export function custom<T>(options: CustomOptions, parse: (text: string) => T): Param<T | undefined>
export function custom<T>(
  options: AnyPresence<CustomOptions, T>,
  parse: (text: string) => T,
): Param<T | undefined> {
  const { maxLength = MAX_TEXT_LENGTH, expected } = options
  const plain = textGrammar({ description: '', maxLength, expected })
  return declareParam<T>(options, {
    expected,
    schema: options.schema ?? plain.schema,
    parse: value => parse(plain.parse(value)),
  })
}

/**
 * A value that is more than one text: a JSON array or object, or the bytes of an uploaded file.
 * `parse` gets the value as it came (big integers inside JSON as texts) and must check it whole,
 * sizes included; it throws TypeError, SyntaxError or RangeError.
 */
export function structured<T>(
  options: CustomOptions & { readonly schema: JsonSchema } & Present<T>,
  parse: (value: unknown) => T,
): Param<T>
export function structured<T>(
  options: CustomOptions & { readonly schema: JsonSchema },
  parse: (value: unknown) => T,
): Param<T | undefined>
export function structured<T>(
  options: AnyPresence<CustomOptions & { readonly schema: JsonSchema }, T>,
  parse: (value: unknown) => T,
): Param<T | undefined> {
  return declareParam<T>(options, { expected: options.expected, schema: options.schema, parse })
}

function readText(value: unknown, expected: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  throw new TypeError(`expected ${expected}, got ${quoteValue(value)}`)
}
