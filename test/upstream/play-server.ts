/**
 * An HTTP server that plays every remote service from scripts: well, slow, failing, or talking
 * nonsense. It listens on a free port of this machine; nothing leaves it.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RemoteAddresses } from '../../src/upstream/remotes.js'

/** A service that is played. */
export type ServiceName = keyof RemoteAddresses

const SERVICES: readonly ServiceName[] = [
  'sesame',
  'quaero',
  'ssodnet',
  'miriade',
  'gracedb',
  'cutouts',
]

/** What a service is asked. */
export interface PlayRequest {
  readonly service: ServiceName
  readonly method: string
  /** Below the address of the service. */
  readonly path: string
  readonly params: URLSearchParams
  /** As sent, still encoded. */
  readonly rawQuery: string
  readonly body: string
}

/**
 * What it answers: a status and a body, `silence` (no byte ever), `hang up` (the connection ends
 * in the middle of the answer) or `flood` (bytes without end).
 */
export type PlayAnswer =
  | { readonly status?: number; readonly body: string | Uint8Array }
  | 'silence'
  | 'hang up'
  | 'flood'

/** Answers the requests of one service. */
export type Script = (request: PlayRequest) => PlayAnswer

/** A server that plays. */
export interface PlayServer {
  readonly addresses: Readonly<Record<ServiceName, string>>
  /** Every request so far. */
  readonly requests: readonly PlayRequest[]
  /** From now on the service answers so; without a script it answers 500. */
  play(service: ServiceName, script: Script): void
  /** Resolves when there were that many requests. */
  untilRequests(count: number): Promise<void>
  close(): Promise<void>
}

/** Answers nothing knows how to read. */
export const NONSENSE: PlayAnswer = { body: '<html><body>It works!</body></html>' }

/** Starts a server without scripts. */
export async function openPlayServer(): Promise<PlayServer> {
  const scripts = new Map<ServiceName, Script>()
  const requests: PlayRequest[] = []
  const server = createServer((message, response) => {
    void readRequest(message).then(request => {
      requests.push(request)
      server.emit('played')
      const script = scripts.get(request.service)
      respond(response, script?.(request) ?? { status: 500, body: 'no script' })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const address = (service: ServiceName): string => `http://127.0.0.1:${port}/${service}`
  return {
    addresses: Object.fromEntries(SERVICES.map(service => [service, address(service)])) as Record<
      ServiceName,
      string
    >,
    requests,
    play: (service, script) => {
      scripts.set(service, script)
    },
    async untilRequests(count) {
      while (requests.length < count) await once(server, 'played')
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readRequest(message: IncomingMessage): Promise<PlayRequest> {
  const url = new URL(message.url ?? '/', 'http://play')
  const [, service = '', ...rest] = url.pathname.split('/')
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return {
    service: service as ServiceName,
    method: message.method ?? '',
    path: rest.length === 0 ? '' : `/${rest.join('/')}`,
    params: url.searchParams,
    rawQuery: url.search.slice(1),
    body: Buffer.concat(parts).toString(),
  }
}

function respond(response: ServerResponse, answer: PlayAnswer): void {
  if (answer === 'silence') return
  if (answer === 'hang up') {
    response.writeHead(200, { 'content-length': '1000' })
    response.write('{"data": [')
    setImmediate(() => response.destroy())
  } else if (answer === 'flood') {
    const write = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
    }
    response.on('drain', write)
    write()
  } else response.writeHead(answer.status ?? 200).end(answer.body)
}
