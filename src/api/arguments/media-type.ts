/** Media types of request headers (RFC 9110 section 8.3), reduced to what routes decide by. */

/** `type/subtype` of a Content-Type header in lower case; empty when there is none. */
export function toMediaType(header: string | undefined): string {
  if (header === undefined) return ''
  const end = header.indexOf(';')
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase()
}

/** True for `application/json` and the types built on it (RFC 6839). */
export function isJsonType(mediaType: string): boolean {
  return mediaType === 'application/json' || /^application\/[\w.-]{1,64}\+json$/.test(mediaType)
}
