/**
 * Sky maps sent with a request: an uploaded file, its base64 text, or the text that Python's `str`
 * makes of its bytes, which is what clients of the previous service send. No text is evaluated.
 */
import { structured } from '../api/declarations/params.js'
import { quoteValue } from '../api/quoted-text.js'

/** Largest map in its compressed form; published ones have 1 to 5 MB. */
export const MAX_MAP_BYTES = 64 * 1024 * 1024

/** Texts are longer: up to four characters a byte in Python's form. */
const MAX_MAP_TEXT = 100 * 1024 * 1024

const EXPECTED = 'an uploaded file, base64 text or the Python text of bytes'

/** Bytes of the file as it was sent, usually gzip. */
export function skyMapParam() {
  return structured<Uint8Array>(
    {
      description:
        'Sky map (FITS, gzip or not) as uploaded file, base64 text, or Python text of its bytes; ' +
        'flat or multi-order',
      expected: EXPECTED,
      aliases: ['file'],
      examples: ["b'\\x1f\\x8b...'"],
      schema: { type: 'string' },
    },
    parseMap,
  )
}

function parseMap(value: unknown): Uint8Array {
  const bytes = toBytes(value)
  if (bytes.length === 0 || bytes.length > MAX_MAP_BYTES) {
    throw new RangeError(`expected 1 to ${MAX_MAP_BYTES} bytes, got ${bytes.length}`)
  }
  return bytes
}

function toBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string')
    throw new TypeError(`expected ${EXPECTED}, got ${quoteValue(value)}`)
  if (value.length > MAX_MAP_TEXT) {
    throw new RangeError(`expected at most ${MAX_MAP_TEXT} characters, got ${value.length}`)
  }
  return /^b['"]/.test(value) ? decodePythonBytes(value) : decodeBase64(value)
}

function decodeBase64(text: string): Uint8Array {
  const clean = text.replaceAll(/\s/g, '')
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(clean)) {
    throw new SyntaxError(`expected ${EXPECTED}, got ${quoteValue(text)}`)
  }
  return Buffer.from(clean, 'base64')
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  r: 13,
  t: 9,
  '\\': 92,
  "'": 39,
  '"': 34,
}

/**
 * Bytes of a Python bytes literal such as `b'\x1f\x8b\n'`.
 *
 * @throws SyntaxError when the text is anything else
 */
export function decodePythonBytes(text: string): Uint8Array {
  const quote = text[1]
  if (text.length < 3 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) {
    throw new SyntaxError("expected text of the form b'...'")
  }
  const bytes = Buffer.allocUnsafe(text.length)
  const end = text.length - 1
  let length = 0
  for (let at = 2; at < end; at++) {
    let code = text.charCodeAt(at)
    if (code === 0x5c) {
      const read = readEscape(text, at, end)
      code = read.code
      at += read.length
    } else if (code > 0x7e || code < 0x20 || text[at] === quote) {
      throw new SyntaxError(`expected escapes such as \\x1f at character ${at}`)
    }
    bytes[length++] = code
  }
  return bytes.subarray(0, length)
}

/** The escape that begins at a backslash: its byte, and the characters behind the backslash. */
function readEscape(text: string, at: number, end: number): { code: number; length: number } {
  const kind = text[at + 1] ?? ''
  if (kind === 'x') {
    const hex = text.slice(at + 2, at + 4)
    if (at + 3 < end && /^[0-9a-fA-F]{2}$/.test(hex)) {
      return { code: Number.parseInt(hex, 16), length: 3 }
    }
  } else if (at + 1 < end && Object.hasOwn(ESCAPES, kind)) {
    return { code: ESCAPES[kind]!, length: 1 }
  }
  throw new SyntaxError(`expected an escape such as \\x1f at character ${at}`)
}
