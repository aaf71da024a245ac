/**
 * One request and its answer, from the first header line read to the last byte sent: its id, its
 * time limit, its abort signal and what is counted about it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BytePool } from '../../rows/byte-pool.js'
import type { RequestFacts } from '../declarations/route.js'
import { DeadlineError } from '../http-errors.js'
import { bearerToken } from '../limits/client-name.js'
import type { AbortSignals } from './abort-signals.js'
import type { ExchangeTrace } from './exchange-trace.js'

/** Route and survey that an exchange is counted under; empty texts when there is none. */
export interface ExchangeLabels {
  readonly survey: string
  readonly route: string
}

/** Counted for everything that no route took: unknown paths, wrong methods. */
export const NO_ROUTE: ExchangeLabels = { survey: '', route: '' }

/** What an exchange tells when it is over. */
export type ExchangeListener = (exchange: Exchange) => void

/** See the top of the file. Ends by itself when the connection has taken or lost the answer. */
export class Exchange implements RequestFacts {
  readonly requestId: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly startMs: number = performance.now()
  labels: ExchangeLabels = NO_ROUTE
  /** Bytes of the answer's body, also when it is only described (HEAD). */
  bytes = 0
  /** Rows of the answer. */
  rows = 0
  /** Name that its requests and rows are counted under; undefined when they are not. */
  client: string | undefined
  /** It counts among the work in flight. */
  isAdmitted = false
  /** Its record, where requests are recorded. */
  trace: ExchangeTrace | undefined
  readonly pool: BytePool
  readonly #deadlineMs: number
  readonly #signals: AbortSignals
  readonly #onEnd: ExchangeListener
  readonly #listeners: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #isComplete = false
  #abort: AbortController | undefined
  #reason: Error | undefined
  #onDeadline: ((error: DeadlineError) => void) | undefined

  constructor(
    requestId: string,
    raw: { readonly request: IncomingMessage; readonly response: ServerResponse },
    options: {
      readonly deadlineMs: number
      readonly pool: BytePool
      readonly signals: AbortSignals
      readonly onEnd: ExchangeListener
    },
  ) {
    this.pool = options.pool
    this.#signals = options.signals
    this.requestId = requestId
    this.request = raw.request
    this.response = raw.response
    this.#deadlineMs = options.deadlineMs
    this.#onEnd = options.onEnd
    raw.response.on('finish', () => {
      this.#isComplete = true
    })
    raw.response.on('close', () => this.#end())
  }

  /** Made when first asked for: a signal costs more than the rest of the exchange. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = this.#signals.take()
      if (this.#reason !== undefined) this.#abort.abort(this.#reason)
    }
    return this.#abort.signal
  }

  get bearerToken(): string | undefined {
    return bearerToken(this.request)
  }

  onEnd(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** True when nobody waits for the answer any more; the same as `signal.aborted`. */
  get isAborted(): boolean {
    return this.#reason !== undefined
  }

  /** True when the whole answer was handed to the connection. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /** Bytes of the body that were handed to the connection. */
  get sentBytes(): number {
    return this.request.method === 'HEAD' ? 0 : this.bytes
  }

  get elapsedMs(): number {
    return performance.now() - this.startMs
  }

  /**
   * Starts the time limit of the work. When it passes, the signal is aborted and `onDeadline` is
   * called once, with an error for the client.
   */
  startDeadline(onDeadline: (error: DeadlineError) => void): void {
    this.#onDeadline = onDeadline
    this.#timer = setTimeout(() => this.#expire(), this.#deadlineMs)
  }

  /** Grants the full time again: a streamed answer made progress. */
  extendDeadline(): void {
    this.#timer?.refresh()
  }

  #expire(): void {
    const seconds = this.#deadlineMs / 1000
    const error = new DeadlineError(`Cannot answer in time: the limit is ${seconds} s`)
    this.#stop(error)
    this.#onDeadline?.(error)
  }

  #end(): void {
    clearTimeout(this.#timer)
    if (!this.isComplete) this.#stop(new Error('the client hung up'))
    this.#onEnd(this)
    for (const listener of this.#listeners) listener()
    if (this.#abort !== undefined) this.#signals.give(this.#abort)
  }

  #stop(reason: Error): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#abort?.abort(reason)
  }
}
