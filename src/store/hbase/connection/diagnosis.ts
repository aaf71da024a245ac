/**
 * What a refused or broken connection most likely means, as a failure that says so: the clusters
 * this client cannot speak to (TLS, Kerberos, another codec) mostly just hang up.
 */

import type { ExceptionAnswer } from '../protocol/wire.js'
import { ConnectionFailure, RemoteFailure } from '../retries/failures.js'

const TLS_ALERT = 0x15
const TLS_MAJOR_VERSION = 0x03
const NEEDS_KERBEROS = /Authentication is required|BadAuth|AccessDenied/
const UNRESOLVED_CODES: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'EAI_AGAIN'])

/** True when the first bytes of a server are those of TLS. */
export function isTlsAlert(bytes: Uint8Array): boolean {
  return bytes[0] === TLS_ALERT && bytes[1] === TLS_MAJOR_VERSION
}

/** A server that answers in TLS. */
export function tlsFailure(server: string): ConnectionFailure {
  const message = `${server} asks for TLS, which this client does not speak`
  return new ConnectionFailure(message, { isPermanent: true })
}

/** An error of the socket. */
export function socketFailure(server: string, cause: NodeJS.ErrnoException): ConnectionFailure {
  const message = UNRESOLVED_CODES.has(cause.code)
    ? `the host name of ${server}, under which the cluster knows it, does not resolve`
    : `the connection to ${server} failed: ${cause.message}`
  return new ConnectionFailure(message, { cause })
}

/**
 * A connection closed by its server, without a word when it dislikes the preamble.
 *
 * @param codec Java class of the compression asked for
 */
export function closedFailure(
  server: string,
  about: { readonly hasAnswered: boolean; readonly codec: string | undefined },
): ConnectionFailure {
  const message = `${server} closed the connection`
  if (about.hasAnswered) return new ConnectionFailure(message)
  const lack = about.codec === undefined ? '' : `, or lack the codec "${about.codec}"`
  const hint = `does it ask for TLS or Kerberos${lack}?`
  return new ConnectionFailure(`${message} before its first answer (${hint})`)
}

/** A connection that a server refused by an exception: trying again cannot help. */
export function setupFailure(server: string, exception: ExceptionAnswer | undefined): Error {
  const { className = '', stackTrace = '' } = exception ?? {}
  const cause = new RemoteFailure(server, { className, stackTrace, doNotRetry: true })
  if (!NEEDS_KERBEROS.test(`${className} ${stackTrace}`)) return cause
  const message = `${server} refuses SIMPLE authentication (does it ask for Kerberos?)`
  return new ConnectionFailure(message, { isPermanent: true, cause })
}
