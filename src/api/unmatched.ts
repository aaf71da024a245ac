/**
 * Requests that no route takes: OPTIONS on a known path (200 with `Allow`), a method that the path
 * does not offer (405) and unknown paths (404 with the nearest known one).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ClientError, MethodError, NotFoundError } from '../errors.js'
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
  // Fastify would first complain about the body of a QUERY, which no route offers.
  app.addHook('onRequest', (request, reply, done) => {
    done(request.method === 'QUERY' ? findFault(request, reply, table) : undefined)
  })
  app.setNotFoundHandler((request, reply) => {
    const fault = findFault(request, reply, table)
    if (fault !== undefined) throw fault
    reply.code(200).send()
  })
}

/** What is wrong with a request that no route takes; nothing with OPTIONS on a known path. */
function findFault(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  table: MethodTable,
): ClientError | undefined {
  const path = toPath(url)
  const offered = table.get(path)
  if (offered === undefined) {
    return new NotFoundError(
      `Cannot find ${quoteValue(path)}: no such path${suggestionText(path, table.keys())}`,
    )
  }
  const allowed = [...offered, 'OPTIONS'].sort().join(', ')
  reply.header('allow', allowed)
  if (method === 'OPTIONS') return undefined
  return new MethodError(`Cannot ${method} ${quoteValue(path)}: expected ${allowed}`)
}

function toPath(url: string): string {
  const end = url.search(/[?#]/)
  return (end < 0 ? url : url.slice(0, end)).replace(/\/{2,}/g, '/')
}
