/**
 * The little of the ZooKeeper client protocol that finding an HBase cluster takes: connect, read
 * one node, close. Nothing is watched and no session is kept.
 *
 * ```
 * packet   int32 length | body, all numbers big-endian
 * connect  int32 0 | int64 0 | int32 timeoutMs | int64 0 | int32 16 | 16 zero bytes
 *          -> int32 protocol | int32 timeoutMs (0: refused) | ...
 * getData  int32 xid | int32 4 | int32 length | path | byte watch
 *          -> int32 xid | int64 zxid | int32 error | int32 length | data | stat
 * close    int32 xid | int32 -11
 * ```
 */
import { connect, type Socket } from 'node:net'
import type { Clock } from '../connection/clock.js'
import { type ServerAddress, serverKey } from '../connection/servers.js'
import { FrameSplitter } from '../protocol/frame-splitter.js'
import { ConnectionFailure, TimeoutFailure } from '../retries/failures.js'

const GET_DATA = 4
const CLOSE = -11
const GET_XID = 1
const CLOSE_XID = 2
const NO_NODE = -101
const NO_AUTHORISATION = -102
const SESSION_TIMEOUT_MS = 10_000
const PASSWORD_BYTES = 16
/** Offset of the data length in an answer: xid, zxid and error come first. */
const DATA_LENGTH_AT = 16
/** ZooKeeper's own limit of a node is 1 MiB. */
const MAX_PACKET_BYTES = 2 * 1024 * 1024

function packet(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

function connectRequest(): Buffer {
  const body = Buffer.alloc(28 + PASSWORD_BYTES)
  body.writeInt32BE(SESSION_TIMEOUT_MS, 12)
  body.writeInt32BE(PASSWORD_BYTES, 24)
  return packet(body)
}

function getDataRequest(path: string): Buffer {
  const name = Buffer.from(path)
  const body = Buffer.alloc(12 + name.length + 1)
  body.writeInt32BE(GET_XID, 0)
  body.writeInt32BE(GET_DATA, 4)
  body.writeInt32BE(name.length, 8)
  name.copy(body, 12)
  return packet(body)
}

function closeRequest(): Buffer {
  const body = Buffer.alloc(8)
  body.writeInt32BE(CLOSE_XID, 0)
  body.writeInt32BE(CLOSE, 4)
  return packet(body)
}

function checkSession(answer: Buffer): void {
  if (answer.length < 8) throw new SyntaxError('Cannot read a ZooKeeper answer: it is too short')
  if (answer.readInt32BE(4) === 0) throw new ConnectionFailure('ZooKeeper refused a session')
}

function nodeError(path: string, code: number): ConnectionFailure {
  if (code === NO_NODE) {
    const hint = 'HBase is not running, or its parent node has another name'
    return new ConnectionFailure(`ZooKeeper has no node "${path}": ${hint}`)
  }
  if (code === NO_AUTHORISATION) {
    const message = `ZooKeeper does not let this client read "${path}"`
    return new ConnectionFailure(message, { isPermanent: true })
  }
  return new ConnectionFailure(`ZooKeeper answered error ${code} for "${path}"`)
}

function nodeData(answer: Buffer, path: string): Buffer {
  if (answer.length < DATA_LENGTH_AT) {
    throw new SyntaxError('Cannot read a ZooKeeper answer: it is too short')
  }
  const code = answer.readInt32BE(DATA_LENGTH_AT - 4)
  if (code !== 0) throw nodeError(path, code)
  const start = DATA_LENGTH_AT + 4
  const length = answer.length < start ? -1 : answer.readInt32BE(DATA_LENGTH_AT)
  if (length < 0 || start + length > answer.length) {
    throw new SyntaxError('Cannot read a ZooKeeper answer: expected the data of a node')
  }
  return answer.subarray(start, start + length)
}

/** How long to wait, and on which clock. */
export interface NodeWait {
  readonly clock: Clock
  readonly timeoutMs: number
}

/**
 * Reads one node from one ZooKeeper server.
 *
 * @throws ConnectionFailure when the server cannot be reached, refuses or has no such node,
 *   TimeoutFailure when it takes too long
 */
export function readNode(server: ServerAddress, path: string, wait: NodeWait): Promise<Buffer> {
  const name = `ZooKeeper at ${serverKey(server)}`
  return new Promise((resolve, reject) => {
    const socket = connect({ ...server, noDelay: true })
    const cancel = wait.clock.after(wait.timeoutMs, () => {
      fail(new TimeoutFailure(`${name} did not answer within ${Math.round(wait.timeoutMs)} ms`))
    })
    const fail = (failure: unknown) => {
      cancel()
      socket.destroy()
      reject(failure)
    }
    const finish = (data: Buffer) => {
      cancel()
      socket.end(closeRequest(), () => socket.destroy())
      resolve(data)
    }
    socket
      .on('error', cause => fail(new ConnectionFailure(`${name}: ${cause.message}`, { cause })))
      .on('close', () => fail(new ConnectionFailure(`${name} closed the connection`)))
    converse(socket, { path, name, finish, fail })
  })
}

/** Sends both requests at once and takes their answers in order. */
function converse(
  socket: Socket,
  talk: {
    readonly path: string
    readonly name: string
    readonly finish: (data: Buffer) => void
    readonly fail: (failure: unknown) => void
  },
): void {
  const splitter = new FrameSplitter(MAX_PACKET_BYTES)
  let hasSession = false
  socket.write(Buffer.concat([connectRequest(), getDataRequest(talk.path)]))
  socket.on('data', chunk => {
    try {
      for (const answer of splitter.push(chunk)) {
        if (hasSession) return talk.finish(nodeData(answer, talk.path))
        checkSession(answer)
        hasSession = true
      }
    } catch (cause) {
      const message = `${talk.name} sent what is not a ZooKeeper answer`
      talk.fail(cause instanceof SyntaxError ? new ConnectionFailure(message, { cause }) : cause)
    }
  })
}
