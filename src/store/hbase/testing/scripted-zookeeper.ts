/** A ZooKeeper server that knows a few nodes and may misbehave. For tests only. */
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { encodeReference, type PlainMessage } from './reference-messages.js'

/** How the server answers. */
export interface ZookeeperScript {
  readonly nodes: Readonly<Record<string, Buffer>>
  /** `silent`: accepts and says nothing; `refuse`: no session; `cut`: half an answer. */
  readonly mood?: 'silent' | 'refuse' | 'cut'
  /** Sends answers in pieces of this many bytes. */
  readonly pieceBytes?: number
}

const NO_NODE = -101
const STAT_BYTES = 68

function packet(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

function sessionAnswer(isRefused: boolean): Buffer {
  const body = Buffer.alloc(36)
  body.writeInt32BE(isRefused ? 0 : 10_000, 4)
  body.writeInt32BE(16, 16)
  return packet(body)
}

function dataAnswer(request: Buffer, data: Buffer | undefined): Buffer {
  const header = Buffer.alloc(16)
  header.writeInt32BE(request.readInt32BE(0), 0)
  header.writeInt32BE(data === undefined ? NO_NODE : 0, 12)
  if (data === undefined) return packet(header)
  const length = Buffer.alloc(4)
  length.writeInt32BE(data.length)
  return packet(Buffer.concat([header, length, data, Buffer.alloc(STAT_BYTES)]))
}

/** Data of a node as HBase writes it: writer's name, mark, message. */
export function nodeData(type: string, values: PlainMessage): Buffer {
  const writer = Buffer.from('regionserver:16020')
  const start = Buffer.alloc(5)
  start[0] = 0xff
  start.writeInt32BE(writer.length, 1)
  return Buffer.concat([start, writer, Buffer.from('PBUF'), encodeReference(type, values)])
}

/** A started server; `paths` lists what was asked for. */
export async function startScriptedZookeeper(script: ZookeeperScript) {
  const sockets = new Set<Socket>()
  let connections = 0
  const paths: string[] = []
  const send = (socket: Socket, bytes: Buffer) => {
    const { pieceBytes = bytes.length } = script
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      socket.write(bytes.subarray(at, at + pieceBytes))
    }
  }
  const answer = (socket: Socket, request: Buffer, isFirst: boolean) => {
    if (isFirst) return send(socket, sessionAnswer(script.mood === 'refuse'))
    if (request.readInt32BE(4) < 0) return socket.end()
    const path = request.toString('utf8', 12, 12 + request.readInt32BE(8))
    paths.push(path)
    const bytes = dataAnswer(request, script.nodes[path])
    if (script.mood === 'cut') socket.end(bytes.subarray(0, bytes.length >> 1))
    else send(socket, bytes)
  }
  const server = createServer(socket => {
    sockets.add(socket)
    connections++
    let held = Buffer.alloc(0)
    let isFirst = true
    socket.on('error', () => socket.destroy())
    socket.on('data', chunk => {
      if (script.mood === 'silent') return
      held = Buffer.concat([held, chunk])
      while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
        const end = 4 + held.readInt32BE(0)
        answer(socket, held.subarray(4, end), isFirst)
        isFirst = false
        held = Buffer.from(held.subarray(end))
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    paths,
    connectionCount: () => connections,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
