/**
 * Requests that no route takes: OPTIONS on a known path (200 with `Allow`), a method that the path
 * does not offer (405) and unknown paths (404 with the nearest known one).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { MethodError, NotFoundError } from '../errors.js'
import { quoteValue } from './quoted-text.js'
import { suggestionText } from './suggestion.js'

/** Methods that each known path offers, without OPTIONS. */
export type MethodTable = Map<string, Set<string>>

/** Notes that a path offers methods; HEAD comes with GET. Returns the methods to register. */
export function offerMethods(
  table: MethodTable,
  path: string,
  methods: readonly string[],
): string[] {
  const offered = methods.includes('GET') ? [...methods, 'HEAD'] : [...methods]
  const known = table.get(path) ?? new Set()
  for (const method of offered) known.add(method)
  table.set(path, known)
  return offered
}

/** Takes every request that is left, by the methods noted until now and later. */
export function registerUnmatched(app: FastifyInstance, table: MethodTable): void {
  app.setNotFoundHandler((request, reply) => answerUnmatched(request, reply, table))
}

function answerUnmatched(request: FastifyRequest, reply: FastifyReply, table: MethodTable): void {
  const path = toPath(request.url)
  const offered = table.get(path)
  if (offered === undefined) {
    throw new NotFoundError(
      `Cannot find ${quoteValue(path)}: no such path${suggestionText(path, table.keys())}`,
    )
  }
  const allowed = [...offered, 'OPTIONS'].sort()
  reply.header('allow', allowed.join(', '))
  if (request.method === 'OPTIONS') {
    reply.code(200).send()
    return
  }
  throw new MethodError(
    `Cannot ${request.method} ${quoteValue(path)}: expected ${allowed.join(', ')}`,
  )
}

function toPath(url: string): string {
  const end = url.search(/[?#]/)
  return (end < 0 ? url : url.slice(0, end)).replace(/\/{2,}/g, '/')
}
