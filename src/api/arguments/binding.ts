/**
 * From the arguments of a request to the values a handler receives: names are matched (exactly,
 * then with `-` and `_` as the same letter, then by alias), required ones are demanded, values are
 * read by their declarations. Every complaint is a ParamError that names the parameter.
 */
import { ParamError } from '../../errors.js'
import type { Param, ParamSpecs, ParamValues } from '../declarations/param.js'
import { escapeText, quoteValue } from '../quoted-text.js'
import { suggestionText } from '../suggestion.js'
import type { ArgumentMap } from './query-string.js'

/** Most ignored names that are told to the client, and that a suggestion is looked for. */
const MAX_WARNINGS = 5

/** Longest reason taken over from a parser, which may repeat a value at length. */
const MAX_REASON_LENGTH = 400

/** Values of the parameters, and what the client should know about ignored arguments. */
export interface Bound<P extends ParamSpecs> {
  readonly values: ParamValues<P>
  readonly warnings: readonly string[]
}

/** Reads arguments by the declarations it was made from. */
export type Binder<P extends ParamSpecs> = (
  args: ArgumentMap,
  options: { readonly isStrict: boolean },
) => Bound<P>

interface NameTable {
  readonly exact: ReadonlyMap<string, number>
  /** Names and aliases with `_` written as `-`. */
  readonly folded: ReadonlyMap<string, number>
  readonly names: readonly string[]
}

/** The arguments in the order of the declarations; a hole is an absent one. */
interface Matched {
  readonly values: readonly unknown[]
  readonly warnings: string[]
  readonly unknown: readonly string[]
}

/**
 * Prepares the declarations of a route once, for many requests.
 *
 * @throws RangeError when two parameters answer to one name
 */
export function toBinder<P extends ParamSpecs>(specs: P): Binder<P> {
  const names = Object.keys(specs)
  const params = Object.values(specs)
  const table = toNameTable(names, params)
  return (args, { isStrict }) => {
    const matched = matchNames(table, args)
    if (isStrict && matched.unknown.length > 0) throw unknownError(matched.unknown[0]!, table)
    const values: Record<string, unknown> = {}
    checkRequired(params, names, matched)
    for (let i = 0; i < params.length; i++) {
      values[names[i]!] = readValue(params[i]!, names[i]!, matched.values[i])
    }
    return { values: values as ParamValues<P>, warnings: toWarnings(matched, table) }
  }
}

function toNameTable(names: readonly string[], params: readonly Param<unknown>[]): NameTable {
  const exact = new Map<string, number>()
  const folded = new Map<string, number>()
  params.forEach((param, position) => {
    for (const name of [names[position]!, ...param.aliases]) {
      const other = folded.get(foldName(name))
      if (other !== undefined && other !== position) {
        throw new RangeError(`Cannot declare parameters: two of them answer to "${name}"`)
      }
      folded.set(foldName(name), position)
      exact.set(name, position)
    }
  })
  return { exact, folded, names }
}

function foldName(name: string): string {
  return name.includes('_') ? name.replaceAll('_', '-') : name
}

function matchNames(table: NameTable, args: ArgumentMap): Matched {
  const values: unknown[] = new Array(table.names.length)
  const warnings: string[] = []
  const unknown: string[] = []
  const inexact: [string, number, unknown][] = []
  for (const [name, value] of args) {
    const position = table.exact.get(name)
    if (position === undefined || name !== table.names[position]) {
      const near = position ?? table.folded.get(foldName(name))
      if (near === undefined) unknown.push(name)
      else inexact.push([name, near, value])
    } else values[position] = value
  }
  for (const [name, position, value] of inexact) {
    if (values[position] === undefined) values[position] = value
    else warnings.push(`"${escapeText(name)}" ignored: "${table.names[position]}" is given too`)
  }
  return { values, warnings, unknown }
}

function readValue(param: Param<unknown>, name: string, given: unknown): unknown {
  const value = given === null ? param.nullAs : given
  if (value === undefined) return param.fallback
  try {
    return param.parse(value)
  } catch (cause) {
    if (isComplaint(cause)) {
      const reason = escapeText(lowerFirst(cause.message), MAX_REASON_LENGTH)
      throw new ParamError(`Cannot read parameter "${name}": ${reason}`, { param: name, cause })
    }
    throw cause
  }
}

function isComplaint(error: unknown): error is Error {
  const isPure =
    error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError
  return isPure && !(error instanceof ParamError)
}

function lowerFirst(message: string): string {
  return message.startsWith('Cannot ') ? `c${message.slice(1)}` : message
}

function checkRequired(
  params: readonly Param<unknown>[],
  names: readonly string[],
  { values, unknown }: Matched,
): void {
  const missing = params.findIndex((param, i) => {
    const value = values[i]
    return (
      param.isRequired && (value === undefined || (value === null && param.nullAs === undefined))
    )
  })
  if (missing < 0) return
  const name = names[missing]!
  const misspelt = unknown
    .slice(0, MAX_WARNINGS)
    .find(given => suggestionText(given, [name]) !== '')
  const hint = misspelt === undefined ? '' : `; did you misspell it as ${quoteValue(misspelt)}`
  throw new ParamError(
    `Missing parameter "${name}": expected ${params[missing]!.expected}${hint}`,
    { param: name },
  )
}

function unknownError(name: string, table: NameTable): ParamError {
  const hint = suggestionText(name, table.exact.keys())
  const known = hint === '' ? `: expected ${knownText(table)}` : hint
  return new ParamError(`Unknown parameter ${quoteValue(name)}${known}`, {
    param: escapeText(name),
  })
}

function knownText({ names }: NameTable): string {
  return names.length === 0 ? 'no parameters' : names.join(', ')
}

function toWarnings({ warnings, unknown }: Matched, table: NameTable): readonly string[] {
  if (unknown.length === 0) return warnings
  const shown = unknown.slice(0, MAX_WARNINGS).map(name => {
    const hint = suggestionText(name, table.exact.keys())
    return `unknown parameter ${quoteValue(name)} ignored${hint}`
  })
  const more = unknown.length - shown.length
  return [...warnings, ...shown, ...(more > 0 ? [`${more} more ignored`] : [])]
}
