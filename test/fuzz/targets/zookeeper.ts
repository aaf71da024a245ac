/** What a ZooKeeper server sends, on a connection. */
import { type AddressInfo, createServer } from 'node:net'
import { systemClock } from '../../../src/store/hbase/connection/clock.js'
import { readNode } from '../../../src/store/hbase/discovery/zookeeper.js'
import { decodeMetaNode } from '../../../src/store/hbase/protocol/messages.js'
import { ConnectionFailure, TimeoutFailure } from '../../../src/store/hbase/retries/failures.js'
import { nodeData } from '../../../src/store/hbase/testing/scripted-zookeeper.js'
import { type FuzzTarget, kinds, type OpenTarget } from '../target.js'

const TIMEOUT_MS = 2_000
const STAT_BYTES = 68

function packet(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** The answers to both requests of the client: a session, and a node. */
function conversation(error: number): Buffer {
  const session = Buffer.alloc(36)
  session.writeInt32BE(10_000, 4)
  session.writeInt32BE(16, 16)
  const head = Buffer.alloc(20)
  head.writeInt32BE(1, 0)
  head.writeInt32BE(error, 12)
  const server = { host_name: 'worker-1', port: 16020, start_code: '1795518657385' }
  const data = nodeData('MetaRegionServer', { server, rpc_version: 0, state: 3 })
  head.writeInt32BE(data.length, 16)
  const answer = error === 0 ? Buffer.concat([head, data, Buffer.alloc(STAT_BYTES)]) : head
  return Buffer.concat([packet(session), packet(answer)])
}

async function open(): Promise<FuzzTarget> {
  let input: Buffer = Buffer.alloc(0)
  const server = createServer(socket => {
    // The client ends as soon as it has seen enough.
    socket.on('error', () => socket.destroy())
    socket.resume()
    socket.end(input)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    name: 'zookeeper',
    about: 'answers of ZooKeeper',
    samples: [conversation(0), conversation(-101), conversation(-102)],
    words: ['PBUF', '\xff\xff\xff\xff'],
    shortRun: 200,
    read: async given => {
      input = given
      const wait = { clock: systemClock, timeoutMs: TIMEOUT_MS }
      return decodeMetaNode(await readNode({ host: '127.0.0.1', port }, '/hbase', wait))
    },
    isDocumented: kinds(ConnectionFailure, TimeoutFailure, SyntaxError),
    close: async () => {
      server.close()
    },
  }
}

/** By name. */
export const TARGETS: Readonly<Record<string, OpenTarget>> = { zookeeper: open }
