/** Errors of S3: a status and an XML document with a code, sorted by what can be done about them. */
import { DatalakeError, type NotFoundError } from '../../errors.js'
import type { HttpReply } from '../http-exchange.js'
import { missingFile, refusedFile, shortFile } from '../lake-errors.js'

/** Name of the service in errors. */
export const S3 = 'S3'

/** What an answer says went wrong; empty texts where it does not say. */
export interface S3Fault {
  readonly code: string
  readonly message: string
  /** The region that the bucket is in, when the request was signed for another one. */
  readonly region: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
}
const BUSY_CODES = new Set(['SlowDown', 'RequestTimeout', 'InternalError', 'ServiceUnavailable'])

/** The fault in the body of an answer. Never throws. */
export function parseS3Fault(body: Uint8Array): S3Fault {
  const xml = Buffer.from(body).toString()
  const textOf = (name: string): string => {
    const found = new RegExp(`<${name}>([^<]{0,1000})</${name}>`).exec(xml)?.[1] ?? ''
    return found.replace(/&(lt|gt|quot|apos|amp);/g, (_all, entity: string) => ENTITIES[entity]!)
  }
  return { code: textOf('Code'), message: textOf('Message'), region: textOf('Region') }
}

/**
 * The error of the service for an answer that is an error.
 *
 * @param end end of the byte range that was asked for
 */
export function toS3Error(
  { status, body }: HttpReply,
  path: string,
  end = 0,
): DatalakeError | NotFoundError {
  const { code, message, region } = parseS3Fault(body)
  // The answer to HEAD has no body.
  if (code === 'NoSuchKey' || (status === 404 && code === '')) return missingFile(path)
  if (status === 416) return shortFile(S3, path, end)
  const reason = [code || `HTTP ${status}`, message].filter(text => text !== '').join(': ')
  const hint = region === '' ? '' : ` (region "${region}")`
  const error = refusedFile(S3, path, reason + hint)
  if (status < 500 && status !== 429 && !BUSY_CODES.has(code)) return error
  return new DatalakeError(S3, error.message, { failure: 'unavailable' })
}
