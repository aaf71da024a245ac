/**
 * Bodies of type `multipart/form-data` (RFC 7578) for routes that take uploaded files. Works on
 * the whole body at once, whose size the route has already limited.
 */
import { isUtf8 } from 'node:buffer'
import { quoteValue } from '../quoted-text.js'
import { type ArgumentMap, MAX_ARGUMENTS } from './query-string.js'

/** Longest header block of one part, in bytes. */
const MAX_PART_HEADER_BYTES = 8192

/**
 * Fields of a form by name: texts, and the bytes (`Buffer`) of those sent with a file name or as
 * `application/octet-stream`. Of a repeated name the first counts.
 *
 * @throws SyntaxError for a body that is no such form, RangeError for too many or too large parts
 */
export function decodeMultipart(body: Buffer, contentType: string): ArgumentMap {
  const delimiter = Buffer.from(`\r\n--${readBoundary(contentType)}`)
  const fields: ArgumentMap = new Map()
  let at = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))
    ? delimiter.length - 2
    : nextDelimiter(body, delimiter, 0) + delimiter.length
  while (body.toString('latin1', at, at + 2) !== '--') {
    const start = body.indexOf('\r\n', at) + 2
    if (start < 2) throw malformed('a line break after each boundary')
    const end = nextDelimiter(body, delimiter, start - 2)
    if (fields.size === MAX_ARGUMENTS) {
      throw new RangeError(`Cannot read the form: expected at most ${MAX_ARGUMENTS} parts`)
    }
    addPart(fields, body.subarray(start, Math.max(start, end)))
    at = end + delimiter.length
  }
  return fields
}

function readBoundary(contentType: string): string {
  const found = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  const boundary = found?.[1] ?? found?.[2]
  if (boundary === undefined) throw malformed('a boundary of 1 to 70 characters in Content-Type')
  return boundary
}

function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  const at = body.indexOf(delimiter, from)
  if (at < 0) throw malformed('a closing boundary')
  return at
}

function addPart(fields: ArgumentMap, part: Buffer): void {
  const headerEnd = part.indexOf('\r\n\r\n')
  if (headerEnd < 0) throw malformed('header lines and an empty line in each part')
  if (headerEnd > MAX_PART_HEADER_BYTES) {
    throw new RangeError(`Cannot read the form: part headers exceed ${MAX_PART_HEADER_BYTES} bytes`)
  }
  const headers = part.toString('utf8', 0, headerEnd)
  const name = /^content-disposition:\s*form-data\b.*?;\s*name="([^"\r\n]*)"/im.exec(headers)?.[1]
  if (name === undefined) throw malformed('a name in each part')
  if (fields.has(name)) return
  const content = part.subarray(headerEnd + 4)
  const isFile = /;\s*filename\*?=/i.test(headers) || /octet-stream/i.test(headers)
  if (!isFile && !isUtf8(content)) throw malformed(`UTF-8 in field ${quoteValue(name)}`)
  fields.set(name, isFile ? content : content.toString('utf8'))
}

function malformed(expected: string): SyntaxError {
  return new SyntaxError(`Cannot read the multipart form: expected ${expected}`)
}
