/**
 * The OpenAPI 3.1 document, derived from the endpoints: every path, parameter, body, format and
 * error answer, so that no answer of the service is missing from it.
 */

import { isJsonType } from '../arguments/media-type.js'
import type { JsonSchema, JsonValue } from '../declarations/json.js'
import type { Param } from '../declarations/param.js'
import {
  type Endpoint,
  isTableFormat,
  type Method,
  type RouteOutput,
} from '../declarations/route.js'
import { ERROR_CODES } from '../http-errors.js'
import type { ServiceTexts } from './service-texts.js'

type JsonObject = { [key: string]: JsonValue }

/** The document about all endpoints, under all their paths. */
export function toOpenApi(endpoints: readonly Endpoint[], texts: ServiceTexts): JsonSchema {
  const surveys = [...new Set(endpoints.map(endpoint => endpoint.survey))]
  return {
    openapi: '3.1.0',
    info: { title: texts.title, version: texts.version, description: texts.description },
    servers: [{ url: '/' }],
    tags: surveys.map(name => ({ name })),
    paths: toPaths(endpoints),
    components: { schemas: { Error: errorSchema() }, responses: errorResponses() },
  }
}

function toPaths(endpoints: readonly Endpoint[]): JsonObject {
  const paths = new Map<string, JsonObject>()
  for (const endpoint of endpoints) {
    for (const path of endpoint.paths) {
      const item = paths.get(path) ?? {}
      for (const method of endpoint.methods) {
        item[method.toLowerCase()] = toOperation(endpoint, path, method)
      }
      paths.set(path, item)
    }
  }
  return Object.fromEntries(paths)
}

function toOperation(endpoint: Endpoint, path: string, method: Method): JsonObject {
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, '_')}`,
    tags: [endpoint.survey],
    summary: endpoint.summary,
    description: endpoint.description,
    ...(method === 'GET' ? { parameters: queryParameters(endpoint) } : requestBody(endpoint)),
    responses: toResponses(endpoint, method),
  }
}

function queryParameters({ params }: Endpoint): JsonValue[] {
  return Object.entries(params).map(([name, param]) => {
    const examples = param.examples.slice(0, 1)
    return {
      name,
      in: 'query',
      required: param.isRequired,
      description: describeParam(param),
      schema: withDefault(param),
      ...(examples.length > 0 && { example: examples[0]! }),
    }
  })
}

function requestBody({ params, body, isStrict }: Endpoint): JsonObject {
  const entries = Object.entries(params)
  const required = entries.filter(([, param]) => param.isRequired).map(([name]) => name)
  const members = entries.map(([name, param]) => [
    name,
    { ...bodySchema(param), description: describeParam(param), examples: [...param.examples] },
  ])
  const schema: JsonObject = {
    type: 'object',
    properties: Object.fromEntries(members),
    ...(required.length > 0 && { required }),
    additionalProperties: !isStrict,
  }
  const content: JsonObject = { 'application/json': { schema } }
  for (const mediaType of Object.keys(body.decoders ?? {})) {
    const isForm = mediaType.includes('form')
    content[mediaType] = isForm ? { schema } : { schema: { type: 'string' } }
  }
  return { requestBody: { required: true, content } }
}

/** Description with unit, aliases and a default that is not a plain value. */
export function describeParam(param: Param<unknown>): string {
  const { description, unit, aliases, defaultText, fallback } = param
  const parts = [description]
  if (unit !== undefined) parts.push(`Unit: ${unit}.`)
  if (defaultText !== undefined && fallback === undefined) parts.push(`Default: ${defaultText}.`)
  if (aliases.length > 0) parts.push(`Also read as ${aliases.join(', ')}.`)
  return parts.join(' ')
}

function withDefault({ schema, fallback }: Param<unknown>): JsonSchema {
  return isPlainValue(fallback) ? { ...schema, default: fallback } : schema
}

/** In a JSON body, null is the same as absent; a declaration may give it a meaning. */
function bodySchema(param: Param<unknown>): JsonSchema {
  const schema = withDefault(param)
  if (param.isRequired && param.nullAs === undefined) return schema
  if (schema.type === undefined) return { anyOf: [schema, { type: 'null' }] }
  const types = Array.isArray(schema.type) ? schema.type : [schema.type]
  const choices = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {}
  return { ...schema, type: [...types, 'null'], ...choices }
}

function isPlainValue(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function toResponses(endpoint: Endpoint, method: Method): JsonObject {
  const content: JsonObject = {}
  for (const [mediaType, outputs] of byMediaType(endpoint.outputs)) {
    content[mediaType] = outputContent(outputs)
  }
  if (method === 'GET' && endpoint.emptyGet === 'describe') {
    content['text/html'] = { schema: { type: 'string' }, example: endpoint.summary }
  }
  const headers = answerHeaders()
  const success = { description: endpoint.summary, headers, content }
  const made = method === 'POST' ? { '201': success } : { '304': { description: 'Not modified' } }
  const statuses = [...new Set(ERROR_CODES.flatMap(entry => entry.statuses))]
  const errors = statuses.map(status => [status, { $ref: `#/components/responses/${status}` }])
  return { '200': success, ...made, ...Object.fromEntries(errors) }
}

function bareType({ mediaType }: RouteOutput): string {
  return mediaType.split(';', 1)[0]!.trim()
}

function byMediaType(outputs: readonly RouteOutput[]): ReadonlyMap<string, RouteOutput[]> {
  const groups = new Map<string, RouteOutput[]>()
  for (const output of outputs) {
    groups.set(bareType(output), [...(groups.get(bareType(output)) ?? []), output])
  }
  return groups
}

/** Content of one media type, which may have several shapes. */
function outputContent(outputs: readonly RouteOutput[]): JsonObject {
  const schemas = outputs.map(outputSchema)
  const known = schemas.filter(schema => schema !== undefined)
  const [only] = known
  // Where nothing is known about one shape, nothing is known about the answer.
  if (only === undefined || known.length < schemas.length) return {}
  return { schema: known.length === 1 ? only : { anyOf: known } }
}

function outputSchema(output: RouteOutput): JsonSchema | undefined {
  if (!isTableFormat(output)) return output.schema
  if (!isJsonType(bareType(output))) return undefined
  return { type: 'array', items: { type: 'object' } }
}

function answerHeaders(): JsonObject {
  const text = { type: 'string' }
  return {
    'X-Request-Id': { description: 'Id of the request, also in the log', schema: text },
    'X-Fink-Warning': { description: 'Arguments that were ignored, and why', schema: text },
    'X-Fink-Truncated': { description: '"true" when a limit cut rows off', schema: text },
    'X-Fink-Truncated-Count': {
      description: 'How many rows a limit cut off, when that is known',
      schema: { type: 'integer', minimum: 0 },
    },
    'X-Fink-Partial': { description: 'What is missing from the answer, and why', schema: text },
  }
}

function errorSchema(): JsonObject {
  return {
    type: 'object',
    required: ['status', 'code', 'text', 'request'],
    properties: {
      status: { const: 'error' },
      code: { type: 'string', enum: ERROR_CODES.map(entry => entry.code) },
      text: { type: 'string', description: 'What was attempted, the value, what was expected' },
      param: { type: 'string', description: 'Name of the parameter at fault' },
      request: { type: 'string', description: 'Id of the request' },
    },
  }
}

function errorResponses(): JsonObject {
  const responses: JsonObject = {}
  for (const status of new Set(ERROR_CODES.flatMap(entry => entry.statuses))) {
    const entries = ERROR_CODES.filter(entry => entry.statuses.includes(status))
    responses[status] = {
      description: entries.map(({ code, meaning }) => `\`${code}\`: ${meaning}`).join('; '),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    }
  }
  return responses
}
