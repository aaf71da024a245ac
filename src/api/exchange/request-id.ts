/**
 * Request ids: taken over from a proxy that sends a well-formed `X-Request-Id`, else made of a
 * random start per process and a count, so that they are unique and cheap.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const WELL_FORMED = /^[\w.:-]{1,64}$/

/** Gives the id of a request, or a new one for a connection without a request. */
export type RequestIds = (request?: IncomingMessage) => string

/** Starts a series of ids. */
export function requestIds(): RequestIds {
  const start = randomBytes(6).toString('base64url')
  let count = 0
  return request => {
    const given = request?.headers['x-request-id']
    if (typeof given === 'string' && WELL_FORMED.test(given)) return given
    count++
    return `${start}-${count.toString(36)}`
  }
}
