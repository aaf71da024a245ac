/**
 * The calls of one connection: those in flight, those that wait for a place, and those given up
 * whose answers may still come. Every call ends exactly once.
 */

import { OverloadFailure, TimeoutFailure } from '../retries/failures.js'
import { CallWindow } from './call-window.js'
import { type Clock, onAbort } from './clock.js'

/** Calls given up that are remembered; older ones lose their clean-up. */
const MAX_ABANDONED_CALLS = 4_096
const MAX_CALL_ID = 2 ** 31 - 1

/** What a call sends and how long it waits. */
export interface CallRequest {
  readonly method: string
  readonly param: Uint8Array
  /** Plain cells; the connection packs them. */
  readonly cellBlock?: Buffer | undefined
  readonly priority?: number | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /**
   * Told how a call that was given up here ends on the server, to clean up after it: with its
   * answer, or undefined for an exception and when it was never sent. Must not throw. Not told
   * when the connection is lost.
   */
  readonly onLateEnd?: ((answer: Answer | undefined) => void) | undefined
}

/** A successful answer: the result message and its plain cells, views into one frame. */
export interface Answer {
  readonly message: Buffer
  readonly cellBlock: Buffer
}

/** A call that has not ended. */
export interface PendingCall {
  readonly callId: number
  readonly request: CallRequest
  /** When it was sent; NaN while it waits. */
  sentAtMs: number
  readonly resolve: (answer: Answer) => void
  readonly reject: (failure: unknown) => void
}

/** What the queue needs of its connection. */
export interface CallQueueOptions {
  readonly server: string
  readonly clock: Clock
  readonly maxInFlight: number
  readonly maxWaiting: number
  readonly send: (call: PendingCall) => void
  /** True while the socket takes no more. */
  readonly isBlocked: () => boolean
  /** Told when a call that was sent times out. */
  readonly onTimeout: () => void
  readonly onEmpty: () => void
}

/** See the head of the file. */
export class CallQueue {
  readonly #options: CallQueueOptions
  readonly #inFlight = new Map<number, PendingCall>()
  readonly #waiting = new Set<PendingCall>()
  readonly #abandoned = new Map<number, (answer: Answer | undefined) => void>()
  readonly #window: CallWindow
  #nextCallId = 1

  constructor(options: CallQueueOptions) {
    this.#options = options
    this.#window = new CallWindow(options.maxInFlight)
  }

  /** Sends a call, now or when there is a place for it. */
  add(request: CallRequest): Promise<Answer> {
    const { clock, server, maxWaiting } = this.#options
    const { signal, timeoutMs } = request
    if (signal?.aborted) return this.#refuse(signal.reason)
    if (this.#waiting.size >= maxWaiting) {
      return this.#refuse(new OverloadFailure(`${maxWaiting} calls wait for ${server} already`))
    }
    const { promise, resolve, reject } = promiseParts<Answer>()
    const cancelTimer = clock.after(timeoutMs, () => this.#timeOut(call))
    const forgetSignal = onAbort(signal, () => this.#giveUp(call, signal?.reason))
    const end = () => {
      cancelTimer()
      forgetSignal()
    }
    const call: PendingCall = {
      callId: this.#takeCallId(),
      request,
      sentAtMs: Number.NaN,
      resolve: answer => {
        end()
        resolve(answer)
      },
      reject: failure => {
        end()
        reject(failure)
      },
    }
    this.#waiting.add(call)
    this.advance()
    return promise
  }

  #refuse(reason: unknown): Promise<never> {
    this.#afterEnd()
    return Promise.reject(reason)
  }

  /** Sends waiting calls while there is place. */
  advance(): void {
    const { isBlocked, clock, send } = this.#options
    for (const call of this.#waiting) {
      if (this.#inFlight.size >= this.#window.size || isBlocked()) return
      this.#waiting.delete(call)
      this.#inFlight.set(call.callId, call)
      call.sentAtMs = clock.nowMs()
      try {
        send(call)
      } catch (failure) {
        this.#inFlight.delete(call.callId)
        call.reject(failure)
      }
    }
  }

  /**
   * Takes the call that an answer is for: a pending one, or what is left of one given up.
   * Undefined when nobody wants the answer.
   *
   * @param isBusy whether the answer is that the server has no room for the call
   */
  take(callId: number, isBusy: boolean): Pick<PendingCall, 'resolve' | 'reject'> | undefined {
    this.#window.count(isBusy)
    const call = this.#inFlight.get(callId)
    if (call !== undefined) {
      this.#inFlight.delete(callId)
      this.#afterEnd()
      return call
    }
    const onLateEnd = this.#abandoned.get(callId)
    if (onLateEnd === undefined) return undefined
    this.#abandoned.delete(callId)
    return { resolve: onLateEnd, reject: () => onLateEnd(undefined) }
  }

  /** Ends all calls with `failure`. */
  failAll(failure: unknown): void {
    const calls = [...this.#inFlight.values(), ...this.#waiting]
    this.#inFlight.clear()
    this.#waiting.clear()
    this.#abandoned.clear()
    for (const call of calls) call.reject(failure)
  }

  #timeOut(call: PendingCall): void {
    const { server } = this.#options
    const { method, timeoutMs } = call.request
    const wasSent = this.#inFlight.has(call.callId)
    const ms = Math.round(timeoutMs)
    this.#giveUp(call, new TimeoutFailure(`${server} did not answer ${method} within ${ms} ms`))
    if (wasSent) this.#options.onTimeout()
  }

  #giveUp(call: PendingCall, reason: unknown): void {
    if (this.#inFlight.delete(call.callId)) this.#abandon(call)
    else if (this.#waiting.delete(call)) call.request.onLateEnd?.(undefined)
    call.reject(reason)
    this.#afterEnd()
  }

  #abandon(call: PendingCall): void {
    const { onLateEnd } = call.request
    if (onLateEnd === undefined) return
    this.#abandoned.set(call.callId, onLateEnd)
    if (this.#abandoned.size > MAX_ABANDONED_CALLS) this.#forgetOldest()
  }

  #forgetOldest(): void {
    for (const callId of this.#abandoned.keys()) {
      this.#abandoned.delete(callId)
      return
    }
  }

  #afterEnd(): void {
    this.advance()
    if (this.#inFlight.size === 0 && this.#waiting.size === 0) this.#options.onEmpty()
  }

  #takeCallId(): number {
    const callId = this.#nextCallId
    this.#nextCallId = callId === MAX_CALL_ID ? 1 : callId + 1
    return callId
  }
}

function promiseParts<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((onValue, onFailure) => {
    resolve = onValue
    reject = onFailure
  })
  return { promise, resolve, reject }
}
