/**
 * What a handler returns: a table, a JSON value, bytes or a text, with what should be said beside
 * it. A handler knows no status code and no header of HTTP but those given here.
 */
import type { Table, TableColumn, TableFacts } from '../../formats/table.js'

/** A table that is not yet whole: every batch has the columns given here. */
export interface TableStream {
  readonly columns: readonly TableColumn[]
  /**
   * Read one batch at a time, only as fast as the client takes them. Ended early (`return`) when
   * the client hangs up.
   */
  readonly batches: AsyncIterable<Table>
  /**
   * What turned out to be missing while batches were read, to be told as `partial`; asked after the
   * last batch. Where the end of an answer cannot tell it, to HTTP/1.0, the answer breaks off.
   */
  readonly lateProblems?: (() => readonly string[]) | undefined
  /** The answer is probably long: it starts to leave with the first batch. */
  readonly isLong?: boolean | undefined
}

/** What can be said beside an answer of any kind. */
export interface AnswerNotes {
  /** Further headers; what is not printable ASCII is sent as `\\uXXXX`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** What is missing from the answer and why, one text a problem; sent as `X-Fink-Partial`. */
  readonly partial?: readonly string[] | undefined
  /** Something was made: status 201 instead of 200. */
  readonly isCreated?: boolean | undefined
}

/** Rows, written in the format the client asked for. */
export interface TableAnswer extends AnswerNotes {
  readonly kind: 'table'
  readonly table: Table | TableStream
  /** What it says of truncation is read again at the end of a streamed answer, so it may change. */
  readonly facts?: TableFacts | undefined
  /** Format when the client named none; the first output of the route when absent. */
  readonly format?: string | undefined
}

/** A value written by `JSON.stringify`: no bigint inside. */
export interface JsonAnswer extends AnswerNotes {
  readonly kind: 'json'
  readonly value: unknown
}

/** Ready bytes: an image, a file. */
export interface BytesAnswer extends AnswerNotes {
  readonly kind: 'bytes'
  /** Whole, or in pieces (then streamed with back-pressure). */
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>
  readonly mediaType: string
  /** Length when `bytes` comes in pieces, if it is known. */
  readonly length?: number | undefined
  /** Makes the answer an attachment of this name. */
  readonly fileName?: string | undefined
  /** Opaque name of exactly these bytes, without quotes; answers 304 when the client has them. */
  readonly etag?: string | undefined
  /** Value of `Cache-Control`. */
  readonly cacheControl?: string | undefined
}

/** A plain text. */
export interface TextAnswer extends AnswerNotes {
  readonly kind: 'text'
  readonly text: string
  /** `text/plain; charset=utf-8` when absent. */
  readonly mediaType?: string | undefined
}

/** What a handler returns. */
export type Answer = TableAnswer | JsonAnswer | BytesAnswer | TextAnswer
