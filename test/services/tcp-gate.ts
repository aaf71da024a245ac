/** A door in front of a TCP service: tests close it to make the service unreachable for a while. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** An open or closed door. */
export interface TcpGate {
  readonly port: number
  /** Connections that have come through. */
  readonly connectionCount: () => number
  /** Cuts all connections and refuses new ones. */
  shut(): Promise<void>
  /** Lets connections through again, on the same port. */
  open(): Promise<void>
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

/** An open gate to a local port. */
export async function openTcpGate(targetPort: number): Promise<TcpGate> {
  const sockets = new Set<Socket>()
  let connectionCount = 0
  const server = createServer(inner => {
    connectionCount++
    const outer = connect(targetPort, '127.0.0.1')
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    connectionCount: () => connectionCount,
    async shut() {
      for (const socket of sockets) socket.destroy()
      if (server.listening) await new Promise(resolve => server.close(resolve))
    },
    open: () => listen(server, port),
  }
}
