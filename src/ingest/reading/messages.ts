/**
 * What the writing thread asks the reading thread, and what that answers: plain values, which are
 * copied from one to the other. Files are known by the number of the request that opened them.
 */
import type { AlertBatch, AlertFields } from '../alert-batch.js'
import type { AlertFile } from '../alert-file.js'
import { AlertFileError } from '../errors.js'

/** What the reading thread is started with. */
export interface ReadingStart {
  readonly fields: AlertFields
}

/** Something to be done with a file. */
export type ReadingTask =
  | {
      readonly kind: 'open'
      readonly path: string
      readonly size: number
      /** Descriptor of the file, which stays open until all answers about it are there. */
      readonly descriptor: number
    }
  | { readonly kind: 'fingerprint' | 'check' | 'close'; readonly file: number }
  | { readonly kind: 'has'; readonly file: number; readonly path: string }
  | { readonly kind: 'start'; readonly file: number; readonly start: number; readonly size: number }
  | { readonly kind: 'next'; readonly file: number }

/** A task with the number of its answer. */
export interface ReadingRequest {
  readonly number: number
  readonly task: ReadingTask
}

/** What an open file is. */
export type FileFacts = Pick<AlertFile, 'format' | 'length'>

/** What a task gives; the batches of a file end with undefined. */
export type ReadingResult = FileFacts | AlertBatch | string | boolean | undefined

/** The answer to a request. */
export type ReadingAnswer =
  | { readonly number: number; readonly result: ReadingResult }
  | { readonly number: number; readonly failure: ReadingFailure }

/** An error as it is copied: `reason` is that of a refused file, `code` one of the system. */
export interface ReadingFailure {
  readonly message: string
  readonly path?: string
  readonly reason?: string
  readonly code?: string
}

/** The parts of an error that ingest tells errors apart by. */
export function toFailure(error: unknown): ReadingFailure {
  if (error instanceof AlertFileError) {
    return { message: error.message, path: error.path, reason: error.reason }
  }
  if (!(error instanceof Error)) return { message: String(error) }
  return { message: error.message, ...('code' in error && { code: String(error.code) }) }
}

/** The error again. */
export function fromFailure({ message, path, reason, code }: ReadingFailure): Error {
  if (path !== undefined && reason !== undefined) return new AlertFileError(path, reason)
  return Object.assign(new Error(message), code === undefined ? {} : { code })
}
