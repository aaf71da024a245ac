/**
 * The error kinds that only the HTTP machinery raises, beside those of `errors.ts`, and the
 * catalogue of all codes a client can meet.
 */
import {
  ClientError,
  ConflictError,
  DatalakeError,
  MediaTypeError,
  MethodError,
  NotFoundError,
  ParamError,
  RateLimitError,
  ResolverError,
  ServiceError,
  StoreError,
  TooLargeError,
  UnauthorizedError,
} from '../errors.js'

/** The request cannot be read at all: malformed JSON, address or HTTP. */
export class BadRequestError extends ClientError {
  readonly status = 400
  readonly code = 'bad_request'
}

/** The client took too long to send its request. */
export class SlowRequestError extends ClientError {
  readonly status = 408
  readonly code = 'request_timeout'
}

/** The header lines of the request, its address included, are too long. */
export class HeaderTooLargeError extends ClientError {
  readonly status = 431
  readonly code = 'header_too_large'
}

/** Something in the service is broken; the message is not shown to the client. */
export class InternalError extends ServiceError {
  readonly status = 500
  readonly code = 'internal_error'
}

/** The service is starting, stopping or misses something it needs. */
export class NotReadyError extends ServiceError {
  readonly status = 503
  readonly code = 'not_ready'
}

/** Too many requests are being answered; this one was refused at once. */
export class OverloadError extends ServiceError {
  readonly status = 503
  readonly code = 'overloaded'
}

/** The answer was not ready within the time limit of a request. */
export class DeadlineError extends ServiceError {
  readonly status = 504
  readonly code = 'deadline_exceeded'
}

/** A code of the error answers. */
export interface ErrorCode {
  readonly code: string
  /** HTTP statuses it comes with. */
  readonly statuses: readonly number[]
  readonly meaning: string
}

/** Every code a client can meet, by status. */
export const ERROR_CODES: readonly ErrorCode[] = [
  entry(new ParamError(''), 'A parameter is missing, unreadable or out of range'),
  entry(new BadRequestError(''), 'The request itself cannot be read, such as malformed JSON'),
  entry(new UnauthorizedError(''), 'Credentials are missing or not valid'),
  entry(new NotFoundError(''), 'The path or the named thing does not exist'),
  entry(new MethodError(''), 'The path does not offer the method; see the header Allow'),
  entry(new SlowRequestError(''), 'The request arrived too slowly'),
  entry(new ConflictError(''), 'The request contradicts the present state'),
  entry(new TooLargeError(''), 'The body or the answer exceeds a limit'),
  entry(new MediaTypeError(''), 'The body has a media type the route does not read'),
  entry(
    new RateLimitError(''),
    'Too many requests or rows of one client; see the header Retry-After',
  ),
  entry(new HeaderTooLargeError(''), 'The address and header lines are too long; use POST'),
  entry(new InternalError(''), 'A fault of the service; quote the request id in a report'),
  upstream(new StoreError('', ''), 'The table store failed'),
  upstream(new DatalakeError('', ''), 'The store of alert files failed'),
  upstream(new ResolverError('', ''), 'A remote name, ephemeris or sky map service failed'),
  entry(new NotReadyError(''), 'The service is starting, stopping or misses something it needs'),
  entry(new OverloadError(''), 'Too many requests are being answered; ask again in a second'),
  entry(new DeadlineError(''), 'The answer was not ready within the time limit'),
]

function entry(error: ServiceError, meaning: string): ErrorCode {
  return { code: error.code, statuses: [error.status], meaning }
}

function upstream(error: ServiceError, meaning: string): ErrorCode {
  return { code: error.code, statuses: [502, 503, 504], meaning }
}
