/**
 * Answers to what never becomes a request: bytes that are no HTTP, header lines that are too long
 * or too slow. Written straight to the connection, in the same shape as every error, and the
 * connection is closed.
 */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ServiceError } from '../errors.js'
import { encodeErrorBody } from './answers/error-answer.js'
import { OPEN_HEADERS } from './answers/open-headers.js'
import { BadRequestError, HeaderTooLargeError, SlowRequestError } from './http-errors.js'

/** What Node reports about a connection. */
interface ConnectionFault {
  readonly code?: string
}

/** Answers a fault of the connection if no answer is under way on it, and closes it. */
export function answerConnectionFault(
  fault: ConnectionFault,
  socket: Socket,
  requestId: string,
): void {
  if (fault.code !== 'ECONNRESET' && socket.writable && !isAnswering(socket)) {
    socket.end(encodeAnswer(toClientError(fault), requestId))
  } else socket.destroy()
}

function toClientError({ code }: ConnectionFault): ServiceError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HeaderTooLargeError(
        'Cannot read the request: address and header lines are too long; use POST for long values',
      )
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new SlowRequestError('Cannot read the request: it arrived too slowly')
    default:
      return new BadRequestError('Cannot read the request: expected HTTP/1.1')
  }
}

/** Bytes of one answer must not end up inside another one; Node itself looks at the same member. */
function isAnswering(socket: Socket): boolean {
  return Boolean(Reflect.get(socket, '_httpMessage'))
}

function encodeAnswer(error: ServiceError, requestId: string): Buffer {
  const body = encodeErrorBody(error, requestId)
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    connection: 'close',
    'x-request-id': requestId,
    ...OPEN_HEADERS,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const status = `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n`
  return Buffer.concat([Buffer.from(`${status}${lines.join('')}\r\n`), body])
}
