/**
 * Headers that stand on every answer, so that any web page may read the service and see what the
 * answer says about itself (Fetch standard, CORS protocol).
 */

/** Header names in lower case, as Fastify keeps them. */
export const OPEN_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'Content-Type,Authorization',
  'access-control-allow-methods': 'GET,PUT,POST,DELETE,OPTIONS',
  'access-control-expose-headers':
    'Content-Disposition,ETag,Retry-After,X-Request-Id,X-Fink-Warning,X-Fink-Truncated,X-Fink-Partial',
  'x-content-type-options': 'nosniff',
}
