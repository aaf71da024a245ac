/** Errors about the content of files in the lake, in the words of the lake. */
import { quotePath } from '../../datalake/lake-path.js'
import { DatalakeError, ServiceError } from '../../errors.js'

/** Name of the service in errors about the content of files. */
export const LAKE_SERVICE = 'data lake'

/** The error for a file that cannot be understood; errors of the service pass. */
export function toFileError(path: string, what: string, cause: unknown): unknown {
  if (cause instanceof ServiceError) return cause
  if (cause instanceof Error && cause.name === 'AbortError') return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  const text = `Cannot read ${what} of ${quotePath(path)}: ${reason}`
  return new DatalakeError(LAKE_SERVICE, text, { cause })
}
