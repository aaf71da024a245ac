/**
 * A door in front of the played remote services that can be well, slow, silent, shut or in the way
 * of somebody else who answers nonsense. Nothing leaves the machine.
 */
import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How the services do. */
export type Health = 'well' | 'slow' | 'silent' | 'down' | 'nonsense'

const SLOW_MS = 700
const NONSENSE = '<html><body>It works!</body></html>'

/** The open door. */
export interface Unreliable {
  /** The same address behind the door. */
  through(address: string): string
  health: Health
  close(): Promise<void>
}

/** Opens the door on a free port. */
export async function openUnreliable(): Promise<Unreliable> {
  let health: Health = 'well'
  const targets: string[] = []
  const server = createServer((message, response) => {
    const [, index = '', rest = ''] = /^\/(\d+)(.*)$/.exec(message.url ?? '') ?? []
    const forward = (): void => {
      const { method, headers } = message
      const inner = request(targets[Number(index)] + rest, { method, headers }, answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      inner.on('error', () => response.destroy())
      message.pipe(inner)
    }
    answerAs(health, response, forward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    through: address => `http://127.0.0.1:${port}/${targets.push(address) - 1}`,
    get health() {
      return health
    },
    set health(next) {
      health = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answerAs(health: Health, response: ServerResponse, forward: () => void): void {
  switch (health) {
    case 'well':
      forward()
      return
    case 'slow':
      void sleep(SLOW_MS).then(forward)
      return
    case 'silent':
      return
    case 'down':
      response.destroy()
      return
    case 'nonsense':
      response.writeHead(200, { 'content-type': 'text/html' }).end(NONSENSE)
  }
}
