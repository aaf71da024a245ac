/** The errors that all lakes tell in the same words. */
import { DatalakeError, NotFoundError } from '../errors.js'
import { quotePath } from './lake-path.js'

/** There is no such file. */
export function missingFile(path: string, cause?: unknown): NotFoundError {
  return new NotFoundError(`Cannot find file ${quotePath(path)} in the data lake`, { cause })
}

/** The file has fewer bytes than were asked for. */
export function shortFile(service: string, path: string, end: number): DatalakeError {
  return new DatalakeError(service, `Cannot read ${quotePath(path)}: it ends before byte ${end}`)
}

/** The lake lets us not do this, whether or not the file is there. */
export function refusedFile(
  service: string,
  path: string,
  reason: string,
  cause?: unknown,
): DatalakeError {
  return new DatalakeError(service, `Cannot open ${quotePath(path)}: ${reason}`, { cause })
}

/** A write gave another number of bytes than was said. */
export function wrongSize(service: string, path: string, size: number): DatalakeError {
  return new DatalakeError(service, `Cannot write ${quotePath(path)}: expected ${size} bytes`)
}
