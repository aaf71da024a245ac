/**
 * A small server that speaks the HBase protocol as a test tells it to: it reads preambles and
 * calls with the general protobuf library and answers whatever its handler returns, well or
 * badly. For tests only.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { decodeReference, encodeReference, type PlainMessage } from './reference-messages.js'

/** What a client sent first. */
export interface ScriptedConnection {
  readonly user: string
  readonly service: string
  readonly compressorClass: string | undefined
  readonly socket: Socket
}

/** A call as it came. */
export interface ScriptedCall {
  readonly connection: ScriptedConnection
  readonly callId: number
  readonly method: string
  readonly timeoutMs: number | undefined
  readonly priority: number | undefined
  readonly param: Buffer
  readonly cellBlock: Buffer
}

/** An exception to answer. */
export interface ScriptedException {
  readonly className: string
  readonly message?: string
  readonly doNotRetry?: boolean
}

/** What to do about a call. */
export type ScriptedAnswer =
  | { readonly message: Buffer; readonly cellBlock?: Buffer }
  | { readonly exception: ScriptedException }
  /** Nothing at all. */
  | 'silence'
  /** Cut the connection. */
  | 'cut'
  /** Send this much of the answer, then cut the connection. */
  | { readonly cutAfterBytes: number; readonly of: { message: Buffer; cellBlock?: Buffer } }

/** Decides about a call. */
export type ScriptedHandler = (call: ScriptedCall) => ScriptedAnswer | Promise<ScriptedAnswer>

const PREAMBLE_BYTES = 10

interface Delimited {
  readonly bytes: Buffer
  readonly end: number
}

function readVarint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0
  let position = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes.readUInt8(position++)
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return { value, end: position }
  }
}

function readDelimited(bytes: Buffer, start: number): Delimited {
  const { value, end } = readVarint(bytes, start)
  return { bytes: bytes.subarray(end, end + value), end: end + value }
}

function delimited(message: Buffer): Buffer {
  const length: number[] = []
  let rest = message.length
  for (; rest > 0x7f; rest >>= 7) length.push((rest & 0x7f) | 0x80)
  return Buffer.concat([Buffer.from([...length, rest]), message])
}

function toCall(connection: ScriptedConnection, frame: Buffer): ScriptedCall {
  const header = readDelimited(frame, 0)
  const fields = decodeReference<{
    call_id: number
    method_name: string
    timeout?: number
    priority?: number
  }>('RequestHeader', header.bytes)
  const param = readDelimited(frame, header.end)
  return {
    connection,
    callId: fields.call_id,
    method: fields.method_name,
    timeoutMs: fields.timeout,
    priority: fields.priority,
    param: param.bytes,
    cellBlock: frame.subarray(param.end),
  }
}

/** Frame of a response with the given header fields and parts. */
export function responseFrame(
  header: PlainMessage,
  parts: { readonly message?: Buffer; readonly cellBlock?: Buffer } = {},
): Buffer {
  const { message, cellBlock } = parts
  const meta = cellBlock === undefined ? {} : { cell_block_meta: { length: cellBlock.length } }
  const body = Buffer.concat([
    delimited(encodeReference('ResponseHeader', { ...header, ...meta })),
    ...(message === undefined ? [] : [delimited(message)]),
    ...(cellBlock === undefined ? [] : [cellBlock]),
  ])
  const total = Buffer.alloc(4)
  total.writeInt32BE(body.length)
  return Buffer.concat([total, body])
}

/** Response header of an exception. */
export function exceptionHeader(callId: number, exception: ScriptedException): PlainMessage {
  const { className, message = 'scripted', doNotRetry = false } = exception
  return {
    call_id: callId,
    exception: {
      exception_class_name: className,
      stack_trace: `${className}: ${message}\n\tat org.apache.Somewhere.run(Somewhere.java:1)`,
      do_not_retry: doNotRetry,
    },
  }
}

/** How a server treats the bytes it sends. */
export interface ScriptedOptions {
  /** Sends answers in pieces of this many bytes. */
  readonly pieceBytes?: number
  /** Answers a preamble with these bytes and cuts the connection. */
  readonly refuseWith?: Buffer
}

/** See the head of the file; `startScriptedServer` gives one that listens. */
export class ScriptedServer {
  readonly calls: ScriptedCall[] = []
  readonly #handler: ScriptedHandler
  readonly #options: ScriptedOptions
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  readonly #waiters: (() => void)[] = []
  /** Connections accepted so far. */
  connectionCount = 0
  port = 0

  constructor(handler: ScriptedHandler, options: ScriptedOptions = {}) {
    this.#handler = handler
    this.#options = options
    this.#server = createServer(socket => this.#accept(socket))
  }

  get host(): string {
    return '127.0.0.1'
  }

  /** Begins to listen, on the same port as before after `stop()`. */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.port, this.host, () => resolve())
    })
    this.port = (this.#server.address() as AddressInfo).port
  }

  /** Cuts all connections and stops listening. */
  async stop(): Promise<void> {
    this.cutAll()
    if (this.#server.listening) await new Promise(resolve => this.#server.close(resolve))
  }

  /** Cuts all connections. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Resolves when `count` calls have come in all. */
  async received(count: number): Promise<void> {
    while (this.calls.length < count) {
      await new Promise<void>(resolve => this.#waiters.push(resolve))
    }
  }

  #accept(socket: Socket): void {
    this.connectionCount++
    this.#sockets.add(socket)
    let held = Buffer.alloc(0)
    let connection: ScriptedConnection | undefined
    socket.on('close', () => this.#sockets.delete(socket))
    // A client that is gone is part of the script.
    socket.on('error', () => socket.destroy())
    socket.on('data', chunk => {
      held = Buffer.concat([held, chunk])
      if (connection === undefined) {
        const end = PREAMBLE_BYTES + (held.length < PREAMBLE_BYTES ? 0 : held.readInt32BE(6))
        if (held.length < Math.max(end, PREAMBLE_BYTES)) return
        connection = toConnection(socket, held.subarray(0, end))
        held = held.subarray(end)
        if (this.#options.refuseWith) socket.end(this.#options.refuseWith)
      }
      held = this.#takeFrames(connection, held)
    })
  }

  #takeFrames(connection: ScriptedConnection, bytes: Buffer): Buffer<ArrayBuffer> {
    let rest = bytes
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0)
      const call = toCall(connection, rest.subarray(4, end))
      rest = rest.subarray(end)
      this.calls.push(call)
      for (const waiter of this.#waiters.splice(0)) waiter()
      void this.#answer(call)
    }
    return Buffer.from(rest)
  }

  async #answer(call: ScriptedCall): Promise<void> {
    const answer = await this.#handler(call)
    const { socket } = call.connection
    if (answer === 'silence') return
    if (answer === 'cut') {
      socket.destroy()
    } else if ('exception' in answer) {
      this.#write(socket, responseFrame(exceptionHeader(call.callId, answer.exception)))
    } else if ('cutAfterBytes' in answer) {
      const frame = responseFrame({ call_id: call.callId }, answer.of)
      socket.end(frame.subarray(0, answer.cutAfterBytes))
    } else {
      this.#write(socket, responseFrame({ call_id: call.callId }, answer))
    }
  }

  #write(socket: Socket, bytes: Buffer): void {
    const { pieceBytes = bytes.length } = this.#options
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      socket.write(bytes.subarray(start, start + pieceBytes))
    }
  }
}

function toConnection(socket: Socket, preamble: Buffer): ScriptedConnection {
  if (preamble.toString('latin1', 0, 4) !== 'HBas' || preamble[4] !== 0 || preamble[5] !== 80) {
    throw new Error(`Unexpected preamble "${preamble.toString('hex', 0, 6)}"`)
  }
  const header = decodeReference<{
    user_info: { effective_user: string }
    service_name: string
    cell_block_compressor_class?: string
  }>('ConnectionHeader', preamble.subarray(PREAMBLE_BYTES))
  return {
    socket,
    user: header.user_info.effective_user,
    service: header.service_name,
    compressorClass: header.cell_block_compressor_class,
  }
}

/** A started server. */
export async function startScriptedServer(
  handler: ScriptedHandler,
  options: ScriptedOptions = {},
): Promise<ScriptedServer> {
  const server = new ScriptedServer(handler, options)
  await server.start()
  return server
}
