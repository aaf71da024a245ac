/**
 * Paths in a data lake: relative, `/` between the names, the same for folders, HDFS and S3. What
 * could lead out of the root of a lake, or mean something else in one of them, is refused.
 */
import { DatalakeError } from '../errors.js'

/** Most bytes (UTF-8) of a path; the limit of S3 keys. */
export const MAX_PATH_BYTES = 1024
const MAX_QUOTED_LENGTH = 200

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
const UNSAFE = /[\x00-\x1f\x7f\\]|\p{Surrogate}/u
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/

/** What is wrong with a path, undefined when it is allowed. */
function findProblem(path: string): string | undefined {
  if (path === '') return 'expected a path, got none'
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `expected at most ${MAX_PATH_BYTES} bytes`
  if (UNSAFE.test(path)) return 'expected no control characters and no backslash'
  if (path.startsWith('/')) return 'expected a path relative to the root of the lake'
  if (SCHEME.test(path)) return 'expected a path without scheme'
  const names = path.split('/')
  if (names.includes('')) return 'expected no empty names'
  if (names.includes('..') || names.includes('.')) return 'expected no "." and ".."'
  return undefined
}

/**
 * Checks that a path stays in a lake: relative, without scheme, empty names, `.`, `..`, backslash
 * and control characters, at most `MAX_PATH_BYTES` long.
 *
 * @throws RangeError when it does not
 */
export function checkLakePath(path: string): void {
  const problem = findProblem(path)
  if (problem !== undefined) throw new RangeError(`Cannot open ${quotePath(path)}: ${problem}`)
}

/** A path for messages: in quotes, shortened, without control characters. */
export function quotePath(path: string): string {
  const shown = path.length > MAX_QUOTED_LENGTH ? `${path.slice(0, MAX_QUOTED_LENGTH)}…` : path
  return JSON.stringify(shown)
}

/**
 * The same check for lakes. Paths come from rows of the store, never from clients, so a bad one
 * is a fault of the data.
 *
 * @throws DatalakeError
 */
export function requireLakePath(service: string, path: string): void {
  const problem = findProblem(path)
  if (problem === undefined) return
  throw new DatalakeError(service, `Cannot open ${quotePath(path)}: ${problem}`)
}
