/**
 * Work in flight, bounded. Requests that arrive while others are being answered take turns: after a
 * slice of time the process looks at its connections again, so that what exceeds the bound is
 * refused at once and health checks are answered, however long the queue is.
 */

/** Time after which waiting work lets new connections be looked at. */
const SLICE_MS = 10

/** Bounds of the work of one process. */
export interface WorkBounds {
  /** Most pieces of work that run or wait. */
  readonly maxInFlight: number
  /** A clock in milliseconds; that of the machine when absent. */
  readonly nowMs?: () => number
  /** Calls back when connections have been looked at; `setImmediate` when absent. */
  readonly defer?: (call: () => void) => void
}

/** See the top of the file. */
export class WorkQueue {
  readonly #maxInFlight: number
  readonly #nowMs: () => number
  readonly #defer: (call: () => void) => void
  #waiting: (() => void)[] = []
  #next = 0
  #inFlight = 0
  #refused = 0
  /** When the present slice began; NaN when nothing has run in this turn of the loop. */
  #sliceStartMs = Number.NaN

  constructor({ maxInFlight, nowMs, defer }: WorkBounds) {
    this.#maxInFlight = maxInFlight
    this.#nowMs = nowMs ?? (() => performance.now())
    this.#defer = defer ?? (call => void setImmediate(call))
  }

  /** Pieces of work that run or wait. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Pieces of work that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length - this.#next
  }

  /** Pieces of work that were refused since the start. */
  get refused(): number {
    return this.#refused
  }

  /**
   * Runs the work now or soon; false when there is too much of it. Each piece that is taken must
   * be followed by one call of `leave`, also when it was not run.
   */
  enter(work: () => void): boolean {
    if (this.#inFlight >= this.#maxInFlight) {
      this.#refused++
      return false
    }
    this.#inFlight++
    if (Number.isNaN(this.#sliceStartMs)) this.#openSlice()
    const isFree = this.waiting === 0 && this.#nowMs() - this.#sliceStartMs < SLICE_MS
    if (isFree) work()
    else this.#waiting.push(work)
    return true
  }

  /** A piece of work is over. */
  leave(): void {
    this.#inFlight--
  }

  #openSlice(): void {
    this.#sliceStartMs = this.#nowMs()
    this.#defer(() => this.#runSlice())
  }

  #runSlice(): void {
    this.#sliceStartMs = Number.NaN
    if (this.waiting === 0) return
    this.#openSlice()
    const startMs = this.#sliceStartMs
    while (this.waiting > 0 && this.#nowMs() - startMs < SLICE_MS) this.#waiting[this.#next++]?.()
    if (this.waiting === 0) {
      this.#waiting = []
      this.#next = 0
    } else if (this.#next > this.#maxInFlight) {
      this.#waiting = this.#waiting.slice(this.#next)
      this.#next = 0
    }
  }
}
