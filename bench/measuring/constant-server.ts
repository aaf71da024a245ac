/**
 * The floor of the HTTP benchmarks: the same server sending the same bytes from memory. Asks the
 * address given as argument for each path once, then serves what it got under the same path.
 *
 * Usage: node constant-server.js http://127.0.0.1:24000 /api/v1/objects?objectId=... ...
 */
import type { AddressInfo } from 'node:net'
import { buildServer } from '../../src/api/server.js'

const [, , origin = '', ...paths] = process.argv
const bodies = new Map<string, Buffer>()
for (const path of paths) {
  const answer = await fetch(origin + path)
  bodies.set(String(bodies.size), Buffer.from(await answer.arrayBuffer()))
}
const { app } = buildServer({
  endpoints: [],
  texts: { title: 'Constant bodies', description: '', version: '0' },
  strictParameters: false,
  requestTimeoutMs: 60_000,
  bodyLimitBytes: 1024,
  logLevel: 'silent',
})
for (const [name, body] of bodies) {
  app.get(`/constant/${name}`, (_request, reply) => {
    reply.header('content-type', 'application/json').send(body)
  })
}
await app.listen({ host: '127.0.0.1', port: 0 })
const { port } = app.server.address() as AddressInfo
process.stdout.write(`listening on http://127.0.0.1:${port}\n`)
process.once('SIGTERM', () => process.exit(0))
