/**
 * Headers that stand on every answer, so that any web page may read the service and see what the
 * answer says about itself (Fetch standard, CORS protocol).
 */

/** What a client may still ask, in requests and in rows, and the seconds until it may again. */
export const LIMIT_HEADERS = [
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-RateLimit-Rows-Limit',
  'X-RateLimit-Rows-Remaining',
] as const

/** Header names in lower case, as Fastify keeps them. */
export const OPEN_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'Content-Type,Authorization',
  'access-control-allow-methods': 'GET,PUT,POST,DELETE,OPTIONS',
  'access-control-expose-headers': [
    'Content-Disposition,ETag,Retry-After,X-Request-Id,X-Fink-Warning,X-Fink-Truncated',
    'X-Fink-Truncated-Count',
    'X-Fink-Partial',
    ...LIMIT_HEADERS,
  ].join(','),
  'x-content-type-options': 'nosniff',
}
