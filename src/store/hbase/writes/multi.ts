/**
 * Many actions on rows in few calls, sent side by side and answered one by one. Actions that
 * failed for a passing reason are sent again, the others are not.
 */

import { type ClientContext, type OperationOptions, timeForCall } from '../client-context.js'
import type { Deadline } from '../connection/clock.js'
import { serverKey } from '../connection/servers.js'
import { type CellBatch, type Cells, decodeCells } from '../protocol/cell-block.js'
import {
  type ActionException,
  decodeMultiAnswer,
  encodeMulti,
  type RegionAnswer,
  type RowAction,
} from '../protocol/mutation-messages.js'
import type { Region } from '../regions/catalog.js'
import { RemoteFailure } from '../retries/failures.js'
import { isAnswerFull, reactionTo } from '../retries/reaction.js'
import { retry } from '../retries/retry.js'
import { type CallPlan, type LocatedAction, planCalls } from './multi-plan.js'

const NO_ANSWER = new SyntaxError('Cannot read an answer: expected a result of each action')

/** What became of one action: its row (without rows when there is none) or why it failed. */
export type ActionResult =
  | { readonly row: CellBatch; readonly failure?: undefined }
  | { readonly row?: undefined; readonly failure: unknown }

/**
 * Runs actions on rows of a table; results are in the order of the actions.
 *
 * @throws the reason of the aborted signal; everything else is told per action
 */
export async function runActions(
  context: ClientContext,
  work: { readonly table: string; readonly actions: readonly RowAction[] },
  options: OperationOptions,
): Promise<ActionResult[]> {
  const { clock } = context.retry
  const deadline = { atMs: clock.nowMs() + options.timeoutMs, signal: options.signal }
  const rounds = new ActionRounds(context, work.table, work.actions)
  let failure: unknown = NO_ANSWER
  try {
    await retry(context.retry, deadline, {
      operation: () => rounds.run(deadline),
      onFailure: () => undefined,
    })
  } catch (last) {
    failure = last
  }
  options.signal?.throwIfAborted()
  return rounds.results(failure)
}

/** The actions of one operation and what has become of them so far. */
class ActionRounds {
  readonly #context: ClientContext
  readonly #table: string
  readonly #actions: readonly RowAction[]
  readonly #results: (ActionResult | undefined)[]

  constructor(context: ClientContext, table: string, actions: readonly RowAction[]) {
    this.#context = context
    this.#table = table
    this.#actions = actions
    this.#results = new Array<ActionResult | undefined>(actions.length).fill(undefined)
  }

  /** Results so far; actions without one get `failure`. */
  results(failure: unknown): ActionResult[] {
    return this.#results.map(result => result ?? { failure })
  }

  /** Sends all actions that have no result yet; throws one of their failures if some remain. */
  async run(deadline: Deadline): Promise<void> {
    for (let open = Number.POSITIVE_INFINITY; ; ) {
      const failures = await this.#sendOpen(deadline)
      if (failures.length === 0) return
      const stillOpen = this.#results.filter(result => result === undefined).length
      // A server that answered as much as fits is asked for the rest without a pause.
      if (stillOpen >= open || !failures.every(isAnswerFull)) throw failures[0]
      open = stillOpen
    }
  }

  /** Makes one round of calls; returns the failures of actions that should be sent again. */
  async #sendOpen(deadline: Deadline): Promise<unknown[]> {
    const calls = planCalls(await this.#locateOpen(deadline))
    const outcomes = await Promise.allSettled(calls.map(call => this.#send(call, deadline)))
    return outcomes.flatMap((outcome, index) =>
      outcome.status === 'fulfilled'
        ? outcome.value
        : this.#failCall(calls[index]!, outcome.reason),
    )
  }

  async #locateOpen(deadline: Deadline): Promise<LocatedAction[]> {
    const located: LocatedAction[] = []
    const { regions } = this.#context
    for (const [position, action] of this.#actions.entries()) {
      if (this.#results[position] !== undefined) continue
      const region = await regions.locate(this.#table, action.row, { side: 'at', deadline })
      located.push({ action, position, region })
    }
    return located
  }

  /** Makes one call; returns the failures of those of its actions that should be sent again. */
  async #send(call: CallPlan, deadline: Deadline): Promise<unknown[]> {
    const { message, cellBlock } = encodeMulti(
      call.parts.map(({ region, actions }) => ({ regionName: region.name, actions })),
    )
    const answer = await this.#context.servers.connectionTo(call.server, 'ClientService').call({
      method: 'Multi',
      param: message,
      cellBlock: cellBlock.length === 0 ? undefined : cellBlock,
      timeoutMs: timeForCall(this.#context, deadline),
      signal: deadline.signal,
    })
    return this.#take(call, decodeMultiAnswer(answer.message), answer.cellBlock)
  }

  #take(call: CallPlan, answers: readonly RegionAnswer[], block: Buffer): unknown[] {
    const counts = answers.flatMap(region => region.answers.map(one => one.cellCount))
    const cellCount = counts.reduce((sum, count) => sum + count, 0)
    const cells = decodeCells(block, cellCount)
    const failures: unknown[] = []
    let cell = 0
    for (const [index, { region, positions }] of call.parts.entries()) {
      const answer = answers[index]
      for (const one of answer?.answers ?? []) {
        const position = positions[one.index]
        if (position === undefined) throw NO_ANSWER
        const start = cell
        cell += one.cellCount
        if (one.exception) failures.push(...this.#fail(region, [position], one.exception))
        else this.#results[position] = { row: rowOf(cells, start, cell) }
      }
      if (answer?.exception) failures.push(...this.#fail(region, positions, answer.exception))
    }
    return failures
  }

  /** Notes the failure of actions of a region; returns it when they should be sent again. */
  #fail(region: Region, positions: readonly number[], exception: ActionException): unknown[] {
    const failure = new RemoteFailure(serverKey(region.server), exception)
    const reaction = reactionTo(failure)
    this.#context.regions.forgetAfter(region, reaction)
    if (reaction !== 'give up') return [failure]
    this.#setFailure(positions, failure)
    return []
  }

  /** Notes the failure of a whole call; returns it when its actions should be sent again. */
  #failCall(call: CallPlan, failure: unknown): unknown[] {
    const reaction = reactionTo(failure)
    for (const { region } of call.parts) this.#context.regions.forgetAfter(region, reaction)
    if (reaction !== 'give up') return [failure]
    for (const { positions } of call.parts) this.#setFailure(positions, failure)
    return []
  }

  #setFailure(positions: readonly number[], failure: unknown): void {
    for (const position of positions) this.#results[position] ??= { failure }
  }
}

/** One row of a block that holds many: the arrays are shared. */
function rowOf(cells: Cells, start: number, end: number): CellBatch {
  return { ...cells, rowCount: end > start ? 1 : 0, rowStartCell: Uint32Array.of(start, end) }
}
