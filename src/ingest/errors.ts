/** The one error of ingest that is about a whole file. */

/** A file that is refused: nothing of it is written. */
export class AlertFileError extends Error {
  /** The file, as it was given. */
  readonly path: string
  /** What is wrong with it, without its name. */
  readonly reason: string

  constructor(path: string, reason: string, cause?: unknown) {
    super(`Cannot ingest "${path}": ${reason}`, cause === undefined ? undefined : { cause })
    this.name = 'AlertFileError'
    this.path = path
    this.reason = reason
  }
}

/** The error as one about the file; other errors become its cause. */
export function toAlertFileError(path: string, what: string, cause: unknown): AlertFileError {
  if (cause instanceof AlertFileError) return cause
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new AlertFileError(path, `${what} (${detail})`, cause)
}
