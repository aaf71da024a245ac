import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OverloadFailure, TimeoutFailure } from '../retries/failures.js'
import { ManualClock } from '../testing/manual-clock.js'
import { PageTurns } from './page-turns.js'

function setUp(more: { maxPages?: number; maxWaiting?: number } = {}) {
  const clock = new ManualClock()
  const turns = new PageTurns({ clock, maxPages: 1, maxWaiting: 10, maxWaitMs: 1_000, ...more })
  const granted: number[] = []
  const take = (order: number, signal?: AbortSignal) => {
    const turn = turns.take(order, signal)
    turn.granted.then(
      () => granted.push(order),
      () => undefined,
    )
    return turn
  }
  return { clock, turns, granted, take }
}

const settle = () => new Promise(resolve => setImmediate(resolve))

test('PageTurns gives as many turns as it may, then to the earliest scan first', async () => {
  const { turns, granted, take } = setUp({ maxPages: 2 })
  const orders = Array.from({ length: 5 }, () => turns.nextOrder())
  assert.deepEqual(orders, [0, 1, 2, 3, 4])
  const [first, second] = [take(2), take(4)]
  take(3)
  take(0)
  take(1)
  await settle()
  assert.deepEqual(granted, [2, 4])
  first.leave()
  first.leave()
  await settle()
  assert.deepEqual(granted, [2, 4, 0])
  second.leave()
  await settle()
  assert.deepEqual(granted, [2, 4, 0, 1])
})

test('PageTurns forgets who leaves while waiting', async () => {
  const { granted, take, clock } = setUp()
  const first = take(0)
  take(1).leave()
  const last = take(2)
  first.leave()
  await settle()
  assert.deepEqual(granted, [0, 2])
  last.leave()
  await take(3).granted
  assert.equal(clock.timerCount, 0)
})

test('PageTurns ends a wait with the reason of its signal, or when it takes too long', async () => {
  const { granted, take, clock } = setUp()
  const first = take(0)
  const abort = new AbortController()
  const aborted = take(1, abort.signal)
  const late = take(2)
  abort.abort(new Error('enough'))
  await assert.rejects(aborted.granted, /enough/)
  clock.advance(1_000)
  await assert.rejects(late.granted, TimeoutFailure)
  first.leave()
  take(3)
  await settle()
  assert.deepEqual(granted, [0, 3])
})

test('PageTurns refuses to let too many wait', async () => {
  const { take } = setUp({ maxWaiting: 1 })
  take(0)
  take(1)
  await assert.rejects(take(2).granted, OverloadFailure)
})
