/**
 * What can go wrong between this client and a cluster, before it is decided what to do about it:
 * that, and what callers of the client are told, is in `reaction.ts`.
 */
import type { ExceptionAnswer } from '../protocol/wire.js'

const PACKAGE = 'org.apache.hadoop.hbase.'
const MAX_MESSAGE_CHARS = 500

/** An exception that a server answered. */
export class RemoteFailure extends Error {
  /** Java class; without its package when it is one of HBase. */
  readonly className: string
  readonly doNotRetry: boolean
  readonly isServerOverloaded: boolean

  constructor(server: string, answer: Partial<ExceptionAnswer> & { className: string }) {
    const className = shortClassName(answer.className)
    super(`${server} answered ${className}${detailOf(answer.stackTrace ?? '')}`)
    this.name = 'RemoteFailure'
    this.className = className
    this.doNotRetry = answer.doNotRetry ?? false
    this.isServerOverloaded = answer.isServerOverloaded ?? false
  }
}

/** A connection could not be opened, broke, or carried what is not of the protocol. */
export class ConnectionFailure extends Error {
  /** True when trying again cannot help. */
  readonly isPermanent: boolean

  constructor(message: string, details: { cause?: unknown; isPermanent?: boolean } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'ConnectionFailure'
    this.isPermanent = details.isPermanent ?? false
  }
}

/** An answer did not come in time. */
export class TimeoutFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TimeoutFailure'
  }
}

/** Too many calls wait for a server already. */
export class OverloadFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'OverloadFailure'
  }
}

/** No region holds a row at the moment: it is being split, merged or moved. */
export class RegionGapFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RegionGapFailure'
  }
}

/** A table does not exist or is not enabled. */
export class TableFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TableFailure'
  }
}

function shortClassName(className: string): string {
  if (!className.startsWith(PACKAGE)) return className
  return className.slice(className.lastIndexOf('.') + 1)
}

/** The message in a Java stack trace `class: message\n\tat ...`, led in by a colon. */
function detailOf(stackTrace: string): string {
  const [head = ''] = stackTrace.split('\n\tat ', 1)
  const message = head.replace(/^[\w.$]+(: |$)/, '').trim()
  if (message === '') return ''
  if (message.length <= MAX_MESSAGE_CHARS) return `: ${message}`
  return `: ${message.slice(0, MAX_MESSAGE_CHARS)}...`
}
