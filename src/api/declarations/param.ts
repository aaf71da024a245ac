/**
 * What a declared parameter is: how its value is read, and everything that documentation, OpenAPI
 * and the example tests derive from it. The vocabulary that makes declarations is `params.ts`.
 */

import { quoteValue } from '../quoted-text.js'
import type { JsonSchema, JsonValue } from './json.js'

/** A parameter of a route whose handler receives `T`. */
export interface Param<T> {
  readonly description: string
  /** Values that a client could send. */
  readonly examples: readonly JsonValue[]
  readonly isRequired: boolean
  /** What the handler gets when the parameter is absent. */
  readonly fallback: T | undefined
  /** The default in words; absent when there is none. */
  readonly defaultText: string | undefined
  /** Further names under which the parameter is read. */
  readonly aliases: readonly string[]
  /** What a value must be, completing "expected ...". */
  readonly expected: string
  readonly unit: string | undefined
  readonly schema: JsonSchema
  /** Text that JSON null stands for; undefined: null is the same as absent. */
  readonly nullAs: string | undefined
  /**
   * Reads a text (query string, form) or a JSON value.
   *
   * @throws SyntaxError, RangeError or TypeError saying what was expected and what was given
   */
  parse(value: unknown): T
}

/** Parameters of a route by public name. */
export type ParamSpecs = Readonly<Record<string, Param<unknown>>>

/** What the handler of a route with these parameters receives. */
export type ParamValues<P extends ParamSpecs> = {
  readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never
}

/** What every declaration may say. */
export interface ParamOptions {
  readonly description: string
  readonly examples?: readonly JsonValue[]
  readonly aliases?: readonly string[]
  readonly unit?: string
  /** The default in words, when it is computed by the handler ("now"). */
  readonly defaultText?: string
  readonly nullAs?: string
}

/** Makes the value always present in the handler: the client or the declaration gives it. */
export type Present<T> = { readonly required: true } | { readonly default: T }

/** Options of a declaration together with the two ways of being present. */
export type AnyPresence<O, T> = O & { readonly required?: true; readonly default?: T }

/** The part of a declaration that depends on the kind of value. */
export interface Grammar<T> {
  readonly expected: string
  readonly schema: JsonSchema
  parse(value: unknown): T
}

/** Joins the options of a declaration with the grammar of its values. */
export function declareParam<T>(
  options: AnyPresence<ParamOptions, T>,
  grammar: Grammar<T>,
): Param<T | undefined> {
  const fallback = options.default
  const hasPlainDefault = ['string', 'number', 'boolean'].includes(typeof fallback)
  return {
    description: options.description,
    examples: options.examples ?? [],
    isRequired: options.required === true,
    fallback,
    defaultText: options.defaultText ?? (hasPlainDefault ? String(fallback) : undefined),
    aliases: options.aliases ?? [],
    expected: grammar.expected,
    unit: options.unit,
    schema: grammar.schema,
    nullAs: options.nullAs,
    parse: grammar.parse,
  }
}

/** The complaint of a parameter about a value, completing `Cannot read parameter "name": `. */
export function unexpectedValue(expected: string, value: unknown): RangeError {
  return new RangeError(`expected ${expected}, got ${quoteValue(value)}`)
}
