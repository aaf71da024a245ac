/**
 * How values that came from outside are shown in messages, headers and logs: quoted, shortened,
 * without control characters, so that a hostile value can neither break a line nor fill a log.
 */

/** Most characters of a foreign value that a message repeats. */
export const MAX_QUOTED_LENGTH = 80

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]|\p{Surrogate}/gu

/** `text` with control characters as `\uXXXX`, shortened to `maxLength` characters. */
export function escapeText(text: string, maxLength: number = MAX_QUOTED_LENGTH): string {
  const shown = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return shown.replace(UNSAFE, escapeCharacter)
}

/** A foreign value for a message: texts in quotes, other JSON values as JSON, bytes by size. */
export function quoteValue(value: unknown): string {
  if (typeof value === 'string') return `"${escapeText(value)}"`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return escapeText(String(value))
}

/** `text` as the value of a header: ASCII only, everything else as `\uXXXX`, no line breaks. */
export function toHeaderText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, escapeCharacter)
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
