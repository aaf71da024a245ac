/**
 * How many calls a server is given at a time: a little more with every answer, half as many when
 * it says that it is too busy. The same rule by which TCP shares a line.
 */

const START_CALLS = 32
const MIN_CALLS = 4

/** The number of calls that one server is given at a time. */
export class CallWindow {
  readonly #max: number
  #size: number
  /** Answers to come before the window may shrink again: those of the calls already made. */
  #answersOfOldSize = 0

  /** @param max most calls at a time */
  constructor(max: number) {
    this.#max = max
    this.#size = Math.min(START_CALLS, max)
  }

  /** Calls that may be in flight. */
  get size(): number {
    return Math.floor(this.#size)
  }

  /** Counts an answer; `isBusy` tells that the server refused the call for want of room. */
  count(isBusy: boolean): void {
    this.#answersOfOldSize = Math.max(0, this.#answersOfOldSize - 1)
    if (!isBusy) {
      this.#size = Math.min(this.#max, this.#size + 1 / this.#size)
    } else if (this.#answersOfOldSize === 0) {
      this.#answersOfOldSize = this.size
      this.#size = Math.max(Math.min(MIN_CALLS, this.#max), this.#size / 2)
    }
  }
}
