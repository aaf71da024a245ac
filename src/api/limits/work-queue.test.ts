import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WorkQueue } from './work-queue.js'

/** A queue whose clock and turns of the loop are played by the test. */
function playQueue(maxInFlight: number) {
  const deferred: (() => void)[] = []
  const state = { nowMs: 0 }
  const queue = new WorkQueue({
    maxInFlight,
    nowMs: () => state.nowMs,
    defer: call => void deferred.push(call),
  })
  const turn = (): void => {
    for (const call of deferred.splice(0)) call()
  }
  return { queue, state, turn }
}

test('WorkQueue runs work at once when there is time', () => {
  const { queue } = playQueue(10)
  const ran: number[] = []
  assert.equal(
    queue.enter(() => ran.push(1)),
    true,
  )
  assert.equal(
    queue.enter(() => ran.push(2)),
    true,
  )
  assert.deepEqual(ran, [1, 2])
})

test('WorkQueue lets connections be looked at after a slice, then goes on in order', () => {
  const { queue, state, turn } = playQueue(10)
  const ran: number[] = []
  for (const name of [1, 2, 3, 4, 5]) {
    queue.enter(() => {
      ran.push(name)
      state.nowMs += 6
    })
  }
  assert.deepEqual(ran, [1, 2])
  assert.equal(queue.waiting, 3)
  turn()
  assert.deepEqual(ran, [1, 2, 3, 4])
  queue.enter(() => ran.push(6))
  turn()
  assert.deepEqual(ran, [1, 2, 3, 4, 5, 6])
  assert.equal(queue.waiting, 0)
})

test('WorkQueue refuses what exceeds its bound until work has left', () => {
  const { queue, state } = playQueue(2)
  const busy = (): void => {
    state.nowMs += 100
  }
  assert.deepEqual([queue.enter(busy), queue.enter(busy), queue.enter(busy)], [true, true, false])
  assert.deepEqual([queue.inFlight, queue.refused], [2, 1])
  queue.leave()
  assert.equal(queue.enter(busy), true)
})

test('WorkQueue stays short however long it is busy', () => {
  const { queue, state, turn } = playQueue(4)
  let ran = 0
  const work = (): void => {
    ran++
    state.nowMs += 20
    queue.leave()
  }
  for (let i = 0; i < 1000; i++) {
    queue.enter(work)
    queue.enter(work)
    turn()
  }
  while (queue.waiting > 0) turn()
  assert.equal(queue.inFlight, 0)
  assert.equal(ran + queue.refused, 2000)
})
