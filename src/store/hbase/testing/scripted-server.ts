/**
 * A small server that speaks the HBase protocol as a test tells it to: it reads preambles and
 * calls and answers whatever its handler returns, well or badly. For tests only.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import {
  exceptionHeader,
  preambleBytes,
  responseFrame,
  type ScriptedCall,
  type ScriptedConnection,
  type ScriptedException,
  toCall,
  toConnection,
} from './scripted-frames.js'

/** A result or an exception: what a healthy server answers. */
export type ScriptedResult =
  | { readonly message: Buffer; readonly cellBlock?: Buffer }
  | { readonly exception: ScriptedException }

/** What to do about a call. */
export type ScriptedAnswer =
  | ScriptedResult
  /** Nothing at all. */
  | 'silence'
  /** Cut the connection. */
  | 'cut'
  /** Send these bytes, whatever they are. */
  | { readonly bytes: Buffer }
  /** Send a part of the answer (a number of bytes, or the half), then what `after` says. */
  | {
      readonly of: ScriptedResult
      readonly cutAfterBytes?: number
      /** `cut` the connection, say nothing more on it, or `go on` when the loop has turned. */
      readonly after?: 'cut' | 'stall' | 'go on'
    }
  /** Send the answer before that of the next call to this server. */
  | { readonly late: ScriptedResult }

/** Decides about a call. */
export type ScriptedHandler = (call: ScriptedCall) => ScriptedAnswer | Promise<ScriptedAnswer>

/** How a server treats its connections. */
export interface ScriptedOptions {
  /** Sends answers in pieces of this many bytes. */
  readonly pieceBytes?: number
  /** Answers a preamble with these bytes and cuts the connection. */
  readonly refuseWith?: Buffer
  /** Told of each call that gets no answer in time, when the client waits for it. */
  readonly onSilence?: () => void
}

/** See the head of the file; `startScriptedServer` gives one that listens. */
export class ScriptedServer {
  readonly calls: ScriptedCall[] = []
  readonly #handler: ScriptedHandler
  readonly #options: ScriptedOptions
  readonly #sockets = new Set<Socket>()
  /** Sockets that nothing is sent on any more. */
  readonly #stalled = new WeakSet<Socket>()
  /** Sockets on which half of a frame was sent: the other half comes before anything else. */
  readonly #unfinished = new WeakMap<Socket, Promise<void>>()
  readonly #late: (() => void)[] = []
  readonly #server: Server
  readonly #waiters: (() => void)[] = []
  /** Connections accepted so far. */
  connectionCount = 0
  port = 0
  /** What the next preamble is answered with, before its connection is cut. */
  refuseOnceWith: Buffer | undefined

  constructor(handler: ScriptedHandler, options: ScriptedOptions = {}) {
    this.#handler = handler
    this.#options = options
    this.#server = createServer({ noDelay: true }, socket => this.#accept(socket))
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
        const end = preambleBytes(held)
        if (end === undefined) return
        connection = toConnection(socket, held.subarray(0, end))
        held = held.subarray(end)
        const refusal = this.refuseOnceWith ?? this.#options.refuseWith
        this.refuseOnceWith = undefined
        if (refusal !== undefined) {
          socket.end(refusal)
          // A server that refuses a connection reads no calls from it.
          socket.removeAllListeners('data').resume()
          return
        }
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
    for (const send of this.#late.splice(0)) send()
    const answer = await this.#handler(call)
    const { socket } = call.connection
    if (answer === 'silence' || this.#stalled.has(socket)) this.#keepSilent()
    else if (answer === 'cut') socket.destroy()
    else if ('bytes' in answer) this.#write(socket, answer.bytes)
    else if ('late' in answer) {
      this.#late.push(() => this.#write(socket, frameOf(call.callId, answer.late)))
      this.#keepSilent()
    } else if ('of' in answer) this.#writePart(socket, frameOf(call.callId, answer.of), answer)
    else this.#write(socket, frameOf(call.callId, answer))
  }

  #writePart(
    socket: Socket,
    frame: Buffer,
    { cutAfterBytes, after = 'cut' }: { cutAfterBytes?: number; after?: 'cut' | 'stall' | 'go on' },
  ): void {
    const start = frame.subarray(0, cutAfterBytes ?? frame.length >> 1)
    if (after === 'cut') socket.end(start)
    else if (after === 'stall') {
      this.#write(socket, start)
      this.#stalled.add(socket)
      this.#keepSilent()
    } else {
      this.#write(socket, start)
      const rest = frame.subarray(start.length)
      const written = new Promise(resolve => setImmediate(resolve)).then(() => {
        this.#unfinished.delete(socket)
        this.#write(socket, rest)
      })
      this.#unfinished.set(socket, written)
    }
  }

  #keepSilent(): void {
    const { onSilence } = this.#options
    if (onSilence !== undefined) setImmediate(onSilence)
  }

  #write(socket: Socket, bytes: Buffer): void {
    if (this.#stalled.has(socket)) return
    const unfinished = this.#unfinished.get(socket)
    if (unfinished !== undefined) {
      void unfinished.then(() => this.#write(socket, bytes))
      return
    }
    const { pieceBytes = bytes.length } = this.#options
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      socket.write(bytes.subarray(start, start + pieceBytes))
    }
  }
}

/** Frame of the answer to a call. */
export function frameOf(callId: number, result: ScriptedResult): Buffer {
  if ('exception' in result) return responseFrame(exceptionHeader(callId, result.exception))
  return responseFrame({ call_id: callId }, result)
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
