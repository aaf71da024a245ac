/**
 * The open connections of a client: one per server and service, opened when first needed and
 * forgotten when it fails.
 */

import type { Compression } from '../protocol/compression.js'
import type { ServiceName } from '../protocol/wire.js'
import { ConnectionFailure } from '../retries/failures.js'
import type { Clock } from './clock.js'
import { Connection, type ConnectionLimits } from './connection.js'
import type { FrameMemory } from './frame-memory.js'

/** Address of a server. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** What all connections of a client share. */
export interface ServersOptions {
  readonly user: string
  readonly compression?: Compression | undefined
  readonly limits: ConnectionLimits
  readonly clock: Clock
  /** Where the answers of all connections are read into. */
  readonly memory: FrameMemory
  /** Address to use instead of the host name that the cluster knows a server by. */
  readonly hostMap: ReadonlyMap<string, string>
}

/** `host:port`, the name of a server in messages and as a key. */
export function serverKey(server: ServerAddress): string {
  return `${server.host}:${server.port}`
}

/**
 * Reads `host:port`.
 *
 * @throws SyntaxError when it is anything else
 */
export function parseServerAddress(text: string): ServerAddress {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^\s:]+):(\d{1,5})$/.exec(text.trim())
  const port = Number(match?.[2])
  if (match === null || port === 0 || port > 65_535) {
    throw new SyntaxError(`Cannot read a server address: expected "host:port", got "${text}"`)
  }
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port }
}

/** The connections of one client; `close()` ends them all. */
export class Servers {
  readonly #options: ServersOptions
  readonly #connections = new Map<string, Connection>()
  #isClosed = false

  constructor(options: ServersOptions) {
    this.#options = options
  }

  /** Where the answers of all connections are read into. */
  get memory(): FrameMemory {
    return this.#options.memory
  }

  /**
   * The connection to a service of a server; it may still be connecting.
   *
   * @throws ConnectionFailure when the client was closed
   */
  connectionTo(server: ServerAddress, service: ServiceName): Connection {
    if (this.#isClosed) {
      throw new ConnectionFailure('the client was closed', { isPermanent: true })
    }
    const key = `${serverKey(server)} ${service}`
    const open = this.#connections.get(key)
    if (open?.isOpen) return open
    const { hostMap, ...shared } = this.#options
    const connection = new Connection({
      ...shared,
      host: hostMap.get(server.host) ?? server.host,
      port: server.port,
      service,
      onClose: closed => {
        if (this.#connections.get(key) === closed) this.#connections.delete(key)
      },
    })
    this.#connections.set(key, connection)
    return connection
  }

  /** Closes all connections; calls in flight fail. */
  close(): void {
    this.#isClosed = true
    for (const connection of [...this.#connections.values()]) connection.close()
  }
}
