/**
 * Routes as data. A definition says what a route is, once for all surveys; mounted for one survey
 * it becomes an endpoint, from which the server, OpenAPI, the manual and the example tests are
 * derived. No HTTP library in here.
 */

import type { TableFormat } from '../../formats/table.js'
import type { BytePool } from '../../rows/byte-pool.js'
import { toBinder } from '../arguments/binding.js'
import type { ArgumentMap } from '../arguments/query-string.js'
import type { Answer } from './answer.js'
import type { JsonSchema, JsonValue } from './json.js'
import type { ParamSpecs, ParamValues } from './param.js'
import { choice } from './params.js'

/** Methods a route can offer; HEAD comes with GET, OPTIONS always. */
export type Method = 'GET' | 'POST'

/** Name of the parameter that selects among the table formats of a route. */
export const FORMAT_PARAM = 'output-format'

/** A media type that a route answers with, beside table formats. */
export interface MediaOutput {
  readonly mediaType: string
  readonly description: string
  /** Shape of a JSON answer. */
  readonly schema?: JsonSchema
}

/** A table format brings the parameter `output-format` along. */
export type RouteOutput = TableFormat | MediaOutput

/** A request that answers, for documentation and tests. */
export interface RouteExample {
  readonly title: string
  readonly arguments: Readonly<Record<string, JsonValue>>
  /** GET when the route offers it. */
  readonly method?: Method
}

/** Reads a body of one media type into arguments; throws SyntaxError or RangeError. */
export type BodyDecoder = (body: Buffer, contentType: string) => ArgumentMap

/** Bodies that a route reads beside JSON. Their arguments are merged with those of the query. */
export interface BodyOptions {
  /** Largest body in bytes; the limit of the server when absent. */
  readonly maxBytes?: number
  /** By media type, in lower case and without parameters. */
  readonly decoders?: Readonly<Record<string, BodyDecoder>>
}

/** What the machinery knows about a request. */
export interface RequestFacts {
  /** Aborted when the client hangs up or the time limit of the request passes. */
  readonly signal: AbortSignal
  readonly requestId: string
  /** Token sent as `Authorization: Bearer`, not checked; undefined when it is none of ours. */
  readonly bearerToken: string | undefined
  /** Memory for what the answer is made of. */
  readonly pool: BytePool
  /** Calls back when the answer is sent, or nobody waits for it any more. */
  onEnd(listener: () => void): void
}

/** What a handler is given beside its parameters: services of the app, survey, request. */
export type RouteContext<S, C extends object> = C &
  RequestFacts & {
    readonly survey: S
    /** Value of `output-format` if the client gave one. */
    readonly format: string | undefined
  }

/** A value, or a promise of it. */
export type MaybeLater<T> = T | Promise<T>

type PerSurvey<S, T> = T | ((survey: S) => T)

/** A route for surveys described by `S`, with services `C`; `P` follows from `params`. */
export interface RouteDefinition<S, C extends object, P extends ParamSpecs> {
  /** Last part of the path; may contain `/`. */
  readonly name: string
  /** One line; the answer to a GET without arguments. */
  readonly summary: PerSurvey<S, string>
  /** What an astronomer should know before the first request. */
  readonly description: PerSurvey<S, string>
  /** GET and POST when absent. */
  readonly methods?: readonly Method[]
  readonly params: (survey: S) => P
  /** What the route can answer; the first is the default. Table formats before other outputs. */
  readonly outputs: PerSurvey<S, readonly RouteOutput[]>
  /** When absent: one with the first example of each required parameter. */
  readonly examples?: (survey: S) => readonly RouteExample[]
  /**
   * A GET without arguments: answers the summary (`describe`, the default), is a request like any
   * other (`handle`), or has an answer of its own.
   */
  readonly emptyGet?: 'describe' | 'handle' | ((context: RouteContext<S, C>) => MaybeLater<Answer>)
  /** Unknown arguments are refused, whatever the setting of the server. */
  readonly isStrict?: boolean
  readonly body?: BodyOptions
  handle(params: ParamValues<P>, context: RouteContext<S, C>): MaybeLater<Answer>
}

/** Where a route is mounted. */
export interface MountPoint {
  /** Public name of the survey. */
  readonly survey: string
  /** Paths under which routes of the survey stand, such as `/ztf/api/v1`; the first is shown. */
  readonly prefixes: readonly string[]
}

/** A definition whose parameter types are checked and put aside. */
export interface Route<S, C extends object> {
  readonly name: string
  /** @throws RangeError when the definition contradicts itself for this survey */
  mount(survey: S, services: C, at: MountPoint): Endpoint
}

/** The arguments of one request, read and ready to be answered. */
export interface PreparedCall {
  readonly warnings: readonly string[]
  /** Value of `output-format` if the client gave one. */
  readonly format: string | undefined
  run(facts: RequestFacts): MaybeLater<Answer>
}

/** A route of one survey: everything the server and the documentation need. */
export interface Endpoint {
  readonly survey: string
  readonly name: string
  readonly paths: readonly string[]
  readonly methods: readonly Method[]
  readonly summary: string
  readonly description: string
  /** With `output-format` when the route has table formats. */
  readonly params: ParamSpecs
  readonly outputs: readonly RouteOutput[]
  readonly tableFormats: readonly TableFormat[]
  readonly examples: readonly RouteExample[]
  readonly body: BodyOptions
  readonly isStrict: boolean
  readonly emptyGet: 'describe' | 'handle' | ((facts: RequestFacts) => MaybeLater<Answer>)
  /** @throws ParamError */
  prepare(args: ArgumentMap, options: { readonly isStrict: boolean }): PreparedCall
}

/**
 * Makes the `defineRoute` of an application, which knows the types of its surveys and services:
 * `export const defineRoute = routeDefiner<Survey, Services>()`.
 */
export function routeDefiner<S, C extends object>() {
  return <P extends ParamSpecs>(definition: RouteDefinition<S, C, P>): Route<S, C> => ({
    name: definition.name,
    mount: (survey, services, at) => mountRoute(definition, { survey, services, at }),
  })
}

/** True for an output that is a table format. */
export function isTableFormat(output: RouteOutput): output is TableFormat {
  return 'encoder' in output
}

interface Mounting<S, C> {
  readonly survey: S
  readonly services: C
  readonly at: MountPoint
}

function mountRoute<S, C extends object, P extends ParamSpecs>(
  definition: RouteDefinition<S, C, P>,
  { survey, services, at }: Mounting<S, C>,
): Endpoint {
  const outputs = forSurvey(definition.outputs, survey)
  const tableFormats = outputs.filter(isTableFormat)
  const params = withFormat(definition.params(survey), tableFormats)
  const bind = toBinder(params)
  const toContext = (facts: RequestFacts, format: string | undefined): RouteContext<S, C> => ({
    survey,
    signal: facts.signal,
    requestId: facts.requestId,
    bearerToken: facts.bearerToken,
    pool: facts.pool,
    onEnd: listener => facts.onEnd(listener),
    format,
    // Last: V8 copies into a fresh literal much faster than it extends a copy.
    ...services,
  })
  const { emptyGet = 'describe' } = definition
  const methods = definition.methods ?? ['GET', 'POST']
  const endpoint = {
    survey: at.survey,
    name: definition.name,
    paths: at.prefixes.map(prefix => `${prefix}/${definition.name}`),
    methods,
    summary: forSurvey(definition.summary, survey),
    description: forSurvey(definition.description, survey),
    params,
    outputs,
    tableFormats,
    examples: definition.examples?.(survey) ?? [defaultExample(params)],
    body: definition.body ?? {},
    isStrict: definition.isStrict ?? false,
    emptyGet:
      typeof emptyGet === 'string'
        ? emptyGet
        : (facts: RequestFacts) => emptyGet(toContext(facts, undefined)),
    prepare: (args: ArgumentMap, options: { readonly isStrict: boolean }): PreparedCall => {
      const { values, warnings } = bind(args, options)
      const format = asText(Reflect.get(values, FORMAT_PARAM))
      const run = (facts: RequestFacts) => definition.handle(values, toContext(facts, format))
      return { warnings, format, run }
    },
  }
  checkExamples(endpoint)
  return endpoint
}

function forSurvey<S, T extends string | readonly RouteOutput[]>(
  value: T | ((survey: S) => T),
  survey: S,
): T {
  return typeof value === 'function' ? value(survey) : value
}

function withFormat<P extends ParamSpecs>(own: P, formats: readonly TableFormat[]): P {
  if (formats.length === 0 || FORMAT_PARAM in own) return own
  const names = formats.map(format => format.name)
  const description = 'Format of the answer'
  const defaultText = names[0]!
  return { ...own, [FORMAT_PARAM]: choice(names, { description, examples: names, defaultText }) }
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function defaultExample(params: ParamSpecs): RouteExample {
  const required = Object.entries(params).filter(([, param]) => param.isRequired)
  const known = required.flatMap(([name, { examples }]) => examples.slice(0, 1).map(v => [name, v]))
  return { title: 'Simplest request', arguments: Object.fromEntries(known) }
}

/** Documentation and tests rely on examples: each names what is required, nothing unknown. */
function checkExamples({ name: route, params, examples }: Endpoint): void {
  const required = Object.keys(params).filter(name => params[name]?.isRequired)
  for (const { title, arguments: given } of examples) {
    const missing = required.find(name => !Object.hasOwn(given, name))
    const unknown = Object.keys(given).find(name => !Object.hasOwn(params, name))
    if (missing !== undefined) {
      throw new RangeError(`Cannot mount "${route}": example "${title}" lacks "${missing}"`)
    }
    if (unknown !== undefined) {
      throw new RangeError(`Cannot mount "${route}": example "${title}" names unknown "${unknown}"`)
    }
  }
}
