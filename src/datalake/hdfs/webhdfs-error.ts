/**
 * Errors of WebHDFS (Hadoop 3.3): a status and `{"RemoteException": {"exception", "message"}}`,
 * sorted here by what can be done about them.
 */
import { DatalakeError, type NotFoundError } from '../../errors.js'
import type { HttpReply } from '../http-exchange.js'
import { missingFile, refusedFile, shortFile } from '../lake-errors.js'

/** Name of the service in errors. */
export const HDFS = 'HDFS'

/** What a server says went wrong. */
export interface RemoteException {
  /** Short class name such as `FileNotFoundException`; `HTTP 502` when the answer is not JSON. */
  readonly name: string
  /** First line of the message, without the Java stack. */
  readonly message: string
}

/** The faults of a request that are the same whenever it is sent. */
const HOPELESS_NAMES = new Set([
  'AccessControlException',
  'IllegalArgumentException',
  'UnsupportedOperationException',
  'FileAlreadyExistsException',
  'ParentNotDirectoryException',
  'SecurityException',
])
const PAST_END = /out of the range|Cannot seek after EOF/
/** A file was taken for a folder. */
const BELOW_FILE = /is not a directory/

/** The exception in an answer that is an error. Never throws. */
export function parseRemoteException({ status, body }: HttpReply): RemoteException {
  const parsed = parseJson(body.toString())
  const remote = isRecord(parsed) ? parsed['RemoteException'] : undefined
  if (!isRecord(remote)) return { name: `HTTP ${status}`, message: '' }
  const { exception, message } = remote
  const [firstLine = ''] = String(message ?? '').split('\n', 1)
  return { name: String(exception ?? `HTTP ${status}`), message: firstLine }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not a WebHDFS answer; the caller falls back on the status.
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/**
 * The object in a good answer.
 *
 * @throws DatalakeError when it is none
 */
export function parseGoodReply({ body }: HttpReply): object {
  const parsed = parseJson(body.toString())
  if (isRecord(parsed)) return parsed
  throw new DatalakeError(HDFS, 'Cannot read an answer of a name node: expected JSON')
}

/** Where an answer redirects to, undefined when it does not. */
export function parseRedirect(reply: HttpReply): URL | undefined {
  const location = reply.status === 307 ? reply.header('location') : undefined
  return location !== undefined && URL.canParse(location) ? new URL(location) : undefined
}

/** What was asked, for the error. */
export interface Asked {
  readonly path: string
  /** End of the byte range, when one was asked for. */
  readonly end?: number
  /** Nothing was asked for: the file was to be written. */
  readonly isWrite?: boolean
}

/** The error of the service for an answer that is an error. */
export function toHdfsError(reply: HttpReply, asked: Asked): DatalakeError | NotFoundError {
  const { name, message } = parseRemoteException(reply)
  const isMissing = name === 'FileNotFoundException' || BELOW_FILE.test(message)
  if (isMissing && asked.isWrite !== true) return missingFile(asked.path, new Error(message))
  if (PAST_END.test(message)) return shortFile(HDFS, asked.path, asked.end ?? 0)
  const reason = message === '' ? name : `${name}: ${message}`
  if (HOPELESS_NAMES.has(name)) return refusedFile(HDFS, asked.path, reason)
  const text = refusedFile(HDFS, asked.path, reason).message
  return new DatalakeError(HDFS, text, { failure: 'unavailable' })
}
