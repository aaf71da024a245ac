/** UTF-8 text rewritten as a JSON string, byte by byte where nothing needs to be escaped. */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const FIRST_NON_ASCII = 0x80

/** Bytes that a text of so many bytes takes at most: each may become a `\u` escape. */
export function maxJsonBytes(textBytes: number): number {
  return textBytes * 6 + 2
}

/**
 * Writes `source[start, end)` as a JSON string; bytes that are not UTF-8 become U+FFFD.
 *
 * @param target has room for `maxJsonBytes`
 * @returns the offset behind the string
 */
export function writeJsonText(
  target: Buffer,
  at: number,
  { source, start, end }: { readonly source: Buffer; readonly start: number; readonly end: number },
): number {
  target[at] = QUOTE
  let next = at + 1
  for (let i = start; i < end; i++) {
    const byte = source[i]!
    if (byte < SPACE || byte >= FIRST_NON_ASCII || byte === QUOTE || byte === BACKSLASH) {
      return at + target.write(JSON.stringify(source.toString('utf8', start, end)), at, 'utf8')
    }
    target[next++] = byte
  }
  target[next] = QUOTE
  return next + 1
}
