/**
 * One TCP connection to one service of one HBase server. Calls are multiplexed by id and answered
 * in any order; each has its own time-out and signal, and the loss of the socket fails them all.
 */
import { connect, type Socket } from 'node:net'
import type { Compression } from '../protocol/compression.js'
import { FrameSplitter } from '../protocol/frame-splitter.js'
import {
  decodeResponse,
  encodePreamble,
  encodeRequest,
  type ResponseFrame,
  SETUP_CALL_ID,
  type ServiceName,
} from '../protocol/wire.js'
import { ConnectionFailure, RemoteFailure, TimeoutFailure } from '../retries/failures.js'
import { isServerFull } from '../retries/reaction.js'
import { type Answer, CallQueue, type CallRequest, type PendingCall } from './call-queue.js'
import type { Clock } from './clock.js'
import { closedFailure, isTlsAlert, setupFailure, socketFailure, tlsFailure } from './diagnosis.js'
import type { FrameMemory } from './frame-memory.js'

/** Limits of a connection, each with its default in `DEFAULT_CONNECTION_LIMITS`. */
export interface ConnectionLimits {
  readonly connectTimeoutMs: number
  /** Calls in flight at most; fewer while a server says that it is too busy. More wait. */
  readonly maxCallsInFlight: number
  /** Calls that wait; more are refused. */
  readonly maxCallsWaiting: number
  /** Bytes not yet sent above which further calls wait. */
  readonly maxUnsentBytes: number
  /** Largest answer, packed or unpacked. */
  readonly maxAnswerBytes: number
  /** A connection without calls is closed after this time. */
  readonly idleTimeoutMs: number
  /** A connection on which a call times out and nothing came for this long is given up. */
  readonly maxSilenceMs: number
}

/** Limits that suit a service beside its cluster. */
export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  connectTimeoutMs: 5_000,
  maxCallsInFlight: 256,
  maxCallsWaiting: 20_000,
  maxUnsentBytes: 16 * 1024 * 1024,
  maxAnswerBytes: 256 * 1024 * 1024,
  idleTimeoutMs: 120_000,
  maxSilenceMs: 5_000,
}

/** Where to connect and as whom. */
export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  readonly service: ServiceName
  readonly user: string
  readonly compression?: Compression | undefined
  readonly limits: ConnectionLimits
  readonly clock: Clock
  /** Where answers are read into. */
  readonly memory: FrameMemory
  /** Told once, when the connection can no longer be used. */
  readonly onClose?: (connection: Connection) => void
}

/** What is taken from the socket in one go: larger than the system's own buffers as a rule. */
const READ_BYTES = 256 * 1024
/** Silence after which the system probes whether the other side is still there. */
const KEEP_ALIVE_MS = 30_000

/** See the head of the file; `close()` must be called, or the idle time passes. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #socket: Socket
  readonly #splitter: FrameSplitter
  readonly #queue: CallQueue
  #failure: unknown
  #hasAnswered = false
  #lastByteAtMs: number
  /** When the first call was sent behind the last byte that came; undefined when none was. */
  #silentSinceMs: number | undefined
  #cancelIdle: (() => void) | undefined

  /** Starts to connect at once; calls may be made at once. */
  constructor(options: ConnectionOptions) {
    const { host, port, limits, clock, memory } = options
    this.#options = options
    this.#splitter = new FrameSplitter(limits.maxAnswerBytes, bytes => memory.take(bytes))
    this.#lastByteAtMs = clock.nowMs()
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      // One buffer for all that comes, instead of a new one for each piece.
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (bytes, buffer) => {
          this.#receive(buffer.subarray(0, bytes))
          return true
        },
      },
    })
    this.#queue = new CallQueue({
      server: this.server,
      clock,
      maxInFlight: limits.maxCallsInFlight,
      maxWaiting: limits.maxCallsWaiting,
      send: call => this.#send(call),
      isBlocked: () => this.#socket.writableLength > limits.maxUnsentBytes,
      onTimeout: () => this.#judgeSilence(),
      onEmpty: () => this.#startIdle(),
    })
    this.#listen()
    const { user, service, compression } = options
    this.#socket.write(encodePreamble({ user, service, compressorClass: compression?.className }))
    this.#startIdle()
  }

  /** Name of the server in messages. */
  get server(): string {
    return `${this.#options.host}:${this.#options.port}`
  }

  /** Where its answers are read into; whoever has read one may give it back there. */
  get memory(): FrameMemory {
    return this.#options.memory
  }

  /** False once the connection has failed or was closed. */
  get isOpen(): boolean {
    return this.#failure === undefined
  }

  /**
   * Makes a call.
   *
   * @throws RemoteFailure when the server answers an exception, ConnectionFailure when the
   *   connection is lost, TimeoutFailure, OverloadFailure, or the reason of the aborted signal
   */
  async call(request: CallRequest): Promise<Answer> {
    if (this.#failure) throw this.#failure
    const { cellBlock } = request
    const { compression } = this.#options
    const packed = cellBlock && compression ? await compression.compress(cellBlock) : cellBlock
    if (this.#failure) throw this.#failure
    this.#stopIdle()
    return this.#queue.add({ ...request, cellBlock: packed })
  }

  /** Fails all calls and closes the socket. */
  close(): void {
    this.#fail(new ConnectionFailure(`the connection to ${this.server} was closed here`))
  }

  #listen(): void {
    const { clock, limits } = this.#options
    const cancel = clock.after(limits.connectTimeoutMs, () => {
      this.#fail(
        new ConnectionFailure(
          `${this.server} did not accept a connection within ${limits.connectTimeoutMs} ms`,
        ),
      )
    })
    this.#socket
      .once('connect', cancel)
      .once('close', cancel)
      .on('drain', () => this.#queue.advance())
      .on('error', cause => this.#fail(socketFailure(this.server, cause)))
      .on('close', () => this.#fail(this.#closedByServer()))
  }

  #closedByServer(): ConnectionFailure {
    const codec = this.#options.compression?.className
    return closedFailure(this.server, { hasAnswered: this.#hasAnswered, codec })
  }

  #send(call: PendingCall): void {
    const { callId, request } = call
    const parts = encodeRequest({ ...request, callId, timeoutMs: Math.ceil(request.timeoutMs) })
    this.#silentSinceMs ??= call.sentAtMs
    // Calls made in one go leave in one packet.
    this.#socket.cork()
    for (const part of parts) this.#socket.write(part)
    process.nextTick(() => this.#socket.uncork())
  }

  /** Takes bytes that are good until this returns. */
  #receive(chunk: Uint8Array): void {
    this.#lastByteAtMs = this.#options.clock.nowMs()
    this.#silentSinceMs = undefined
    if (!this.#hasAnswered && isTlsAlert(chunk)) {
      this.#fail(tlsFailure(this.server))
      return
    }
    try {
      for (const frame of this.#splitter.push(chunk)) {
        this.#hasAnswered = true
        this.#deliver(decodeResponse(frame))
      }
    } catch (cause) {
      const message = `${this.server} sent what is not an HBase answer`
      this.#fail(cause instanceof SyntaxError ? new ConnectionFailure(message, { cause }) : cause)
    }
  }

  #deliver(response: ResponseFrame): void {
    if (response.callId === SETUP_CALL_ID) {
      this.#fail(setupFailure(this.server, response.exception))
      return
    }
    const failure = response.exception && new RemoteFailure(this.server, response.exception)
    const call = this.#queue.take(response.callId, isServerFull(failure))
    if (call === undefined) return
    if (failure) call.reject(failure)
    else this.#unpack(response, call)
  }

  #unpack(response: ResponseFrame, call: Pick<PendingCall, 'resolve' | 'reject'>): void {
    const { message, cellBlock } = response
    const { compression, limits } = this.#options
    if (compression === undefined || cellBlock.length === 0) {
      call.resolve({ message, cellBlock })
      return
    }
    compression.decompress(cellBlock, limits.maxAnswerBytes).then(
      plain => call.resolve({ message, cellBlock: plain }),
      (cause: unknown) => {
        const failure = new ConnectionFailure(`${this.server} sent bad cells`, { cause })
        call.reject(failure)
        this.#fail(failure)
      },
    )
  }

  /** A call timed out; when nothing at all comes any more, the connection is dead. */
  #judgeSilence(): void {
    const { clock, limits } = this.#options
    const silenceMs = clock.nowMs() - (this.#silentSinceMs ?? this.#lastByteAtMs)
    if (silenceMs < limits.maxSilenceMs) return
    this.#fail(new TimeoutFailure(`${this.server} was silent for ${Math.round(silenceMs)} ms`))
  }

  #startIdle(): void {
    this.#stopIdle()
    const { clock, limits } = this.#options
    if (this.isOpen) this.#cancelIdle = clock.after(limits.idleTimeoutMs, () => this.close())
  }

  #stopIdle(): void {
    this.#cancelIdle?.()
    this.#cancelIdle = undefined
  }

  #fail(failure: unknown): void {
    if (this.#failure) return
    this.#failure = failure
    this.#stopIdle()
    this.#socket.destroy()
    this.#options.onClose?.(this)
    this.#queue.failAll(failure)
  }
}
