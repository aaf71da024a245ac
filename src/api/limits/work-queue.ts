/**
 * Work in flight, bounded by number and by the time that it waits. What arrives while the process
 * is busy takes turns: between two pieces the process looks at its connections, so that refusals
 * are told at once and health checks are answered, however long the queue is. Looking takes at most
 * as long as working, so that a flood of requests to refuse does not end all work.
 *
 * A piece may go on after others have begun: it waits for a store, or its answer leaves in parts.
 * While the processor is busy none does, so that answers become ready one after the other and not
 * all of them late.
 *
 * A queue is worked off: it is a burst, such as the stamps of a page, or clients that each wait for
 * their answers. When work must be refused because the queue is too long, more arrives than can be
 * done, and nobody is helped by waiting: from then on new work may only wait for a moment (the idea
 * of controlled delay, Nichols and Jacobson 2012), until queues have become rare again.
 */

/** Time for work that arrives together; in overload, connections are looked at after each piece. */
const SLICE_MS = 10
/** Longest time that work may wait, and the shortest to which overload reduces it. */
const MAX_WAIT_MS = 2_000
const MIN_WAIT_MS = 5
/** What each ms without a queue adds to it again in overload; one with a queue takes a ms away. */
const RECOVERY = 1.5
/**
 * A turn of the loop in which nothing arrived. The loop accepts one connection a turn, so that many
 * turns may have to be made to look at all.
 */
const QUIET_TURN_MS = 0.05
/** So many turns are made at least while connections arrive, however long they take. */
const MIN_TURNS = 8
/** A turn in which the processor had time: the pieces under way wait for others. */
const IDLE_TURN_MS = 1
/** Another piece begins after this time all the same: long ones are not to hold up short ones. */
const MAX_HOLD_MS = 20
/** Weight of the latest piece of work in the mean time that one takes. */
const LATEST_WEIGHT = 1 / 8
/** More is a standstill, which says nothing about the next piece. */
const MAX_PIECE_MS = 100

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
  /** The process will tell when it has looked at all connections. */
  #isTurning = false
  #turnStartMs = 0
  /** Turns since the latest work was started. */
  #turns = 0
  /** When the latest work was started, and when it was seen to have let go; NaN before that. */
  #workStartMs = 0
  #workEndMs = 0
  /** Time from one start of waiting work to the next, on average; of this queue when it is a burst. */
  #meanMs = 0
  /** Work waits, or did when this turn began. */
  #isBehind = false
  /** How long work may wait, as of `#grantedAtMs`; all that it ever may unless there is overload. */
  #grantedMs = MAX_WAIT_MS
  #grantedAtMs = 0

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
    const nowMs = this.#nowMs()
    if (this.#inFlight >= this.#maxInFlight || this.#isTooLate(nowMs)) {
      this.#refused++
      this.#grant(nowMs, this.waiting > 0)
      if (!this.#isOverloaded) this.#grantedMs = 0
      this.#lookBack(nowMs)
      return false
    }
    const isFree = !this.#isBusy
    const isFirst = !this.#isTurning
    this.#inFlight++
    if (isFirst) {
      if (isFree) this.#workStartMs = nowMs
      this.#openTurn(nowMs)
    }
    const hasTime = !this.#isOverloaded && nowMs - this.#workStartMs < SLICE_MS
    if (isFree && this.waiting === 0 && (isFirst || hasTime)) {
      this.#workEndMs = Number.NaN
      work()
      return true
    }
    this.#grant(nowMs, true)
    this.#waiting.push(work)
    this.#lookBack(nowMs)
    return true
  }

  /** A piece of work is over. */
  leave(): void {
    this.#inFlight--
  }

  /** A piece has begun and is not over. */
  get #isBusy(): boolean {
    return this.#inFlight > this.waiting
  }

  get #isOverloaded(): boolean {
    return this.#grantedMs < MAX_WAIT_MS
  }

  /** Whether work that arrives now would wait for longer than is granted. */
  #isTooLate(nowMs: number): boolean {
    // Behind what waits and the piece that was just at work.
    const waitMs = (this.waiting + 1) * this.#meanMs
    if (this.waiting === 0 || waitMs <= MIN_WAIT_MS) return false
    this.#grant(nowMs, true)
    return waitMs > this.#grantedMs
  }

  /** Accounts for the time since the last call, and tells how it is from now on. */
  #grant(nowMs: number, isBehind: boolean): void {
    if (!this.#isOverloaded) {
      if (isBehind && !this.#isBehind) this.#meanMs = 0
    } else {
      const passedMs = nowMs - this.#grantedAtMs
      const granted = this.#grantedMs + (this.#isBehind ? -passedMs : passedMs * RECOVERY)
      this.#grantedMs = Math.min(MAX_WAIT_MS, Math.max(0, granted))
    }
    this.#grantedAtMs = nowMs
    this.#isBehind = isBehind
  }

  /** Goes on with waiting work when arrivals have taken as long as the work before them. */
  #lookBack(nowMs: number): void {
    const isOutOfTime = this.#isOutOfTime(nowMs)
    if (isOutOfTime && this.waiting > 0 && !this.#isBusy) this.#startNext(nowMs)
  }

  /** True when looking at connections has taken as long as the work before. */
  #isOutOfTime(nowMs: number): boolean {
    if (Number.isNaN(this.#workEndMs)) this.#workEndMs = nowMs
    return nowMs - this.#workEndMs >= this.#workEndMs - this.#workStartMs
  }

  #openTurn(nowMs: number): void {
    this.#isTurning = true
    this.#turnStartMs = nowMs
    this.#defer(() => this.#endTurn())
  }

  /** A turn is over: when all connections have been looked at, a piece of waiting work may start. */
  #endTurn(): void {
    const nowMs = this.#nowMs()
    const turnMs = nowMs - this.#turnStartMs
    this.#isTurning = false
    this.#grant(nowMs, this.waiting > 0)
    if (this.waiting === 0) return
    this.#openTurn(nowMs)
    this.#turns++
    const isOutOfTime = this.#isOutOfTime(nowMs)
    const hasLooked = turnMs < QUIET_TURN_MS || (isOutOfTime && this.#turns >= MIN_TURNS)
    const heldMs = nowMs - this.#workStartMs
    const mayStart = !this.#isBusy || turnMs < IDLE_TURN_MS || heldMs >= MAX_HOLD_MS
    if (hasLooked && mayStart) this.#startNext(nowMs)
  }

  #startNext(nowMs: number): void {
    const tookMs = Math.min(MAX_PIECE_MS, nowMs - this.#workStartMs)
    this.#meanMs += (tookMs - this.#meanMs) * LATEST_WEIGHT
    this.#workStartMs = nowMs
    this.#workEndMs = Number.NaN
    this.#turns = 0
    this.#shift()?.()
  }

  #shift(): (() => void) | undefined {
    const work = this.#waiting[this.#next++]
    if (this.#next > this.#maxInFlight || this.waiting === 0) {
      this.#waiting = this.#waiting.slice(this.#next)
      this.#next = 0
    }
    return work
  }
}
