/**
 * Errors as answers: one JSON shape for all of them, whatever raised them. Client errors are told
 * as they are; upstream errors name the service; for anything else the message stays in the log.
 */
import type { FastifyReply } from 'fastify'
import { MediaTypeError, ServiceError, TooLargeError, UpstreamError } from '../../errors.js'
import { BadRequestError, InternalError, OverloadError } from '../http-errors.js'
import { LIMIT_HEADERS, OPEN_HEADERS } from './open-headers.js'
import { takeOver } from './stream-answer.js'

/** Seconds after which a client may retry when the error does not say. */
const DEFAULT_RETRY_AFTER_SEC = 5

/** Headers that an error answer keeps from what was set before. */
const KEPT_HEADERS = new Set([
  ...Object.keys(OPEN_HEADERS),
  ...LIMIT_HEADERS.map(name => name.toLowerCase()),
  'x-request-id',
  'x-fink-warning',
  'allow',
  'connection',
])

/** The body of every error answer. */
export interface ErrorBody {
  readonly status: 'error'
  readonly code: string
  readonly text: string
  readonly param?: string
  /** Id of the request, for reports. */
  readonly request: string
}

/**
 * The error as the client should see it.
 *
 * @param bodyLimitBytes largest body that the route takes
 */
export function toServiceError(error: unknown, bodyLimitBytes?: number): ServiceError {
  if (error instanceof ServiceError) return error
  if (!(error instanceof Error))
    return new InternalError('a non-error was thrown', { cause: error })
  switch (Reflect.get(error, 'code')) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new TooLargeError(
        bodyLimitBytes === undefined
          ? 'Cannot read the body: it is too large'
          : `Cannot read the body: expected at most ${bodyLimitBytes} bytes`,
      )
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new MediaTypeError('Cannot read the body: expected application/json')
    case 'FST_ERR_BAD_URL':
      return new BadRequestError('Cannot decode the address: expected UTF-8 behind "%"')
  }
  const status = Reflect.get(error, 'statusCode')
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new BadRequestError(`Cannot read the request: ${error.message}`, { cause: error })
  }
  return new InternalError(error.message, { cause: error })
}

/** Body of the answer to an error. */
export function toErrorBody(error: ServiceError, requestId: string): ErrorBody {
  const text =
    error instanceof InternalError
      ? `Cannot answer because of an internal error: quote request "${requestId}" in a report`
      : error.message
  const param = error.param === undefined ? {} : { param: error.param }
  return { status: 'error', code: error.code, text, ...param, request: requestId }
}

/** The body as bytes. */
export function encodeErrorBody(error: ServiceError, requestId: string): Buffer {
  return Buffer.from(JSON.stringify(toErrorBody(error, requestId)))
}

/**
 * Sends the answer to an error, unless an answer is already under way. Faults of the service are
 * logged with the request id; what clients do wrong is not.
 */
export function sendError(reply: FastifyReply, thrown: unknown): void {
  const error = toServiceError(thrown, reply.request.routeOptions.bodyLimit)
  const requestId = reply.request.id
  // Refusals in a flood are counted: writing each down would cost more than refusing.
  if (error.status >= 500 && !(error instanceof OverloadError)) {
    const level = error instanceof InternalError ? 'error' : 'warn'
    reply.log[level]({ request: requestId, code: error.code, err: error.cause ?? error }, 'failed')
  }
  if (reply.sent || reply.raw.headersSent || reply.raw.destroyed) return
  dropAnswerHeaders(reply)
  const retryAfterSec = error.retryAfterSec ?? (isRetryable(error) ? DEFAULT_RETRY_AFTER_SEC : 0)
  if (retryAfterSec > 0) reply.header('retry-after', String(Math.ceil(retryAfterSec)))
  const body = encodeErrorBody(error, requestId)
  const { exchange } = reply.request
  if (exchange !== undefined) exchange.bytes = body.length
  reply.code(error.status).type('application/json').header('content-length', String(body.length))
  // In a flood of requests most answers are refusals: they leave on the shortest way.
  takeOver(reply)
  reply.raw.end(body)
}

/** Headers that were meant for the answer, such as its cache time, must not stand on an error. */
function dropAnswerHeaders(reply: FastifyReply): void {
  for (const name of Object.keys(reply.getHeaders())) {
    if (!KEPT_HEADERS.has(name)) reply.removeHeader(name)
  }
}

function isRetryable(error: ServiceError): boolean {
  return error instanceof UpstreamError ? error.isRetryable : error.status === 503
}
