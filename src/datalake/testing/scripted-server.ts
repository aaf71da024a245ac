/** A small HTTP server that does what a test tells it, for faults that real servers have rarely. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers one request. */
export type Script = (request: IncomingMessage, response: ServerResponse) => void

/** A running server. */
export interface ScriptedServer {
  /** `127.0.0.1:port`. */
  readonly host: string
  /** Method and address of the requests so far. */
  readonly requests: readonly string[]
  /** Ends all connections. */
  close(): Promise<void>
}

/**
 * Starts a server on a free port of the loopback interface.
 *
 * @param script called for every request
 */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    request.resume()
    script(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
