/**
 * The arguments of a request, from its query string or its body. A query with at least one
 * argument wins over a JSON body, which is then not even read; bodies of other declared media
 * types are merged with the query, whose names win.
 */
import { isUtf8 } from 'node:buffer'
import { MediaTypeError } from '../../errors.js'
import type { BodyDecoder, BodyOptions } from '../declarations/route.js'
import { BadRequestError } from '../http-errors.js'
import { escapeText, quoteValue } from '../quoted-text.js'
import { parseJsonBody } from './json-body.js'
import { isJsonType, toMediaType } from './media-type.js'
import { type ArgumentMap, MAX_ARGUMENTS, parseQuery } from './query-string.js'

/** The parts of a request that arguments come from. */
export interface RequestParts {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly body: Buffer | undefined
}

/**
 * Arguments by name; empty for a request without any.
 *
 * @throws BadRequestError for what cannot be read, MediaTypeError for a body of another type
 */
export function readArguments(parts: RequestParts, options: BodyOptions): ArgumentMap {
  const query = readQuery(parts.url)
  if (parts.method !== 'POST') return query
  const mediaType = toMediaType(parts.contentType)
  const decoders = options.decoders ?? {}
  const decode = Object.hasOwn(decoders, mediaType) ? decoders[mediaType] : undefined
  if (decode !== undefined) return mergeArguments(query, readBody(parts, decode))
  if (query.size > 0) return query
  if (!isJsonType(mediaType)) throw unknownMediaType(mediaType, Object.keys(decoders))
  return readBody(parts, decodeJson)
}

function readQuery(url: string): ArgumentMap {
  const mark = url.indexOf('?')
  if (mark < 0) return new Map()
  try {
    return parseQuery(url.slice(mark + 1))
  } catch (cause) {
    throw toBadRequest(cause)
  }
}

function readBody(parts: RequestParts, decode: BodyDecoder): ArgumentMap {
  const encoding = parts.contentEncoding ?? 'identity'
  if (encoding !== 'identity') {
    throw new MediaTypeError(
      `Cannot read a body with Content-Encoding ${quoteValue(encoding)}: expected none`,
    )
  }
  try {
    return decode(parts.body ?? Buffer.alloc(0), parts.contentType ?? '')
  } catch (cause) {
    throw toBadRequest(cause)
  }
}

function toBadRequest(cause: unknown): unknown {
  if (cause instanceof SyntaxError || cause instanceof RangeError) {
    return new BadRequestError(cause.message, { cause })
  }
  return cause
}

function mergeArguments(query: ArgumentMap, body: ArgumentMap): ArgumentMap {
  const merged = new Map(query)
  for (const [name, value] of body) if (!merged.has(name)) merged.set(name, value)
  return merged
}

function unknownMediaType(mediaType: string, others: readonly string[]): MediaTypeError {
  const expected = ['application/json', ...others].join(' or ')
  const given = mediaType === '' ? 'without Content-Type' : `of type ${quoteValue(mediaType)}`
  return new MediaTypeError(`Cannot read a body ${given}: expected ${expected}`)
}

/** Members of a JSON object; see `json-body.ts` for big integers. */
export const decodeJson: BodyDecoder = body => {
  if (!isUtf8(body)) throw new SyntaxError('Cannot read the body: expected JSON in UTF-8')
  const text = body.toString('utf8')
  const value = parseJson(text.startsWith('\ufeff') ? text.slice(1) : text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError(`Cannot read the body: expected a JSON object, got ${quoteValue(value)}`)
  }
  const members = Object.entries(value)
  if (members.length > MAX_ARGUMENTS) {
    throw new RangeError(`Cannot read the body: expected at most ${MAX_ARGUMENTS} members`)
  }
  return new Map<string, unknown>(members)
}

function parseJson(text: string): unknown {
  try {
    return parseJsonBody(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    throw new SyntaxError(`Cannot read the body as JSON: ${escapeText(reason)}`, { cause })
  }
}

/** Fields of a form, `application/x-www-form-urlencoded`, for routes that declare it. */
export const decodeForm: BodyDecoder = body => {
  if (!isUtf8(body)) throw new SyntaxError('Cannot read the body: expected a form in UTF-8')
  return parseQuery(body.toString('utf8'))
}
