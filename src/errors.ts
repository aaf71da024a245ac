/**
 * The error kinds of the service. Each kind has one reaction: client errors are told to the
 * client as they are, upstream errors name the service that failed and whether a retry may help,
 * anything else is an internal error whose message stays in the log.
 */

/** What every error answer carries; see `docs/reference/errors.md` for the list of codes. */
export interface ErrorDetails {
  /** Name of the parameter at fault. */
  readonly param?: string
  /** Seconds after which a retry may succeed. */
  readonly retryAfterSec?: number
  readonly cause?: unknown
}

/** An error with an HTTP status and a stable machine-readable code. */
export abstract class ServiceError extends Error {
  abstract readonly status: number
  abstract readonly code: string
  readonly param: string | undefined
  readonly retryAfterSec: number | undefined

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.param = details.param
    this.retryAfterSec = details.retryAfterSec
  }
}

/** The request is at fault; the message is meant for the client. */
export abstract class ClientError extends ServiceError {}

/** A parameter is missing, unreadable or out of range. */
export class ParamError extends ClientError {
  readonly status = 400
  readonly code = 'bad_parameter'
}

/** A named single thing does not exist. */
export class NotFoundError extends ClientError {
  readonly status = 404
  readonly code = 'not_found'
}

/** The method is not offered by the path. */
export class MethodError extends ClientError {
  readonly status = 405
  readonly code = 'method_not_allowed'
}

/** The request contradicts the present state. */
export class ConflictError extends ClientError {
  readonly status = 409
  readonly code = 'conflict'
}

/** The request or its answer would exceed a limit. */
export class TooLargeError extends ClientError {
  readonly status = 413
  readonly code = 'too_large'
}

/** The body has a media type the service does not read. */
export class MediaTypeError extends ClientError {
  readonly status = 415
  readonly code = 'unsupported_media_type'
}

/** Credentials are missing or not valid. */
export class UnauthorizedError extends ClientError {
  readonly status = 401
  readonly code = 'unauthorized'
}

/** The client asked too much in too short a time. */
export class RateLimitError extends ClientError {
  readonly status = 429
  readonly code = 'rate_limited'
}

/** How a service we depend on failed. */
export type UpstreamFailure = 'failed' | 'unavailable' | 'timeout'

const upstreamStatus: Readonly<Record<UpstreamFailure, number>> = {
  failed: 502,
  unavailable: 503,
  timeout: 504,
}

/**
 * A service we depend on failed. `service` is its public name ("HBase", "HDFS", "Miriade");
 * `failure` decides the status: 502 wrong answer, 503 not reachable (retry), 504 too late (retry).
 */
export abstract class UpstreamError extends ServiceError {
  readonly service: string
  readonly failure: UpstreamFailure

  constructor(
    service: string,
    message: string,
    details: ErrorDetails & { readonly failure?: UpstreamFailure } = {},
  ) {
    super(message, details)
    this.service = service
    this.failure = details.failure ?? 'failed'
  }

  get status(): number {
    return upstreamStatus[this.failure]
  }

  /** True when the same request may succeed later. */
  get isRetryable(): boolean {
    return this.failure !== 'failed'
  }
}

/** The table store failed. */
export class StoreError extends UpstreamError {
  readonly code = 'store_failed'
}

/** The store of alert files (stamps) failed. */
export class DatalakeError extends UpstreamError {
  readonly code = 'datalake_failed'
}

/** A remote name, ephemeris or sky map service failed. */
export class ResolverError extends UpstreamError {
  readonly code = 'resolver_failed'
}
