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
  /** Work that takes so long and is over at once; tells how long it waited. */
  const work = (takesMs: number, onStart?: (waitedMs: number) => void) => {
    const arrivedMs = state.nowMs
    return () => {
      onStart?.(state.nowMs - arrivedMs)
      state.nowMs += takesMs
      queue.leave()
    }
  }
  return { queue, state, turn, work }
}

test('WorkQueue runs work at once when there is time', () => {
  const { queue, work } = playQueue(10)
  const ran: number[] = []
  for (const name of [1, 2]) assert.ok(queue.enter(work(1, () => void ran.push(name))))
  assert.deepEqual(ran, [1, 2])
})

test('WorkQueue lets connections be looked at after a slice and after each waiting piece', () => {
  const { queue, state, turn } = playQueue(10)
  const ran: number[] = []
  const enter = (name: number): boolean =>
    queue.enter(() => {
      ran.push(name)
      state.nowMs += 6
      queue.leave()
    })
  for (const name of [1, 2, 3, 4]) enter(name)
  assert.deepEqual(ran, [1, 2])
  assert.equal(queue.waiting, 2)
  // One in which the work was done, and a quiet one.
  const turns = () => {
    turn()
    turn()
  }
  turns()
  assert.deepEqual(ran, [1, 2, 3])
  enter(5)
  assert.deepEqual(ran, [1, 2, 3])
  turns()
  turns()
  assert.deepEqual(ran, [1, 2, 3, 4, 5])
  assert.equal(queue.waiting, 0)
})

test('WorkQueue refuses what exceeds its number until work has left', () => {
  const { queue, state } = playQueue(2)
  const busy = (): void => {
    state.nowMs += 100
  }
  assert.deepEqual([queue.enter(busy), queue.enter(busy), queue.enter(busy)], [true, true, false])
  assert.deepEqual([queue.inFlight, queue.refused], [2, 1])
  queue.leave()
  assert.equal(queue.enter(busy), true)
})

test('WorkQueue works bursts off whose end has to wait for half a second', () => {
  const { queue, state, turn, work } = playQueue(1000)
  for (let page = 0; page < 5; page++) {
    for (let i = 0; i < 100; i++) assert.ok(queue.enter(work(5)))
    while (queue.waiting > 0) turn()
    turn()
    state.nowMs += 1000
  }
  assert.deepEqual([queue.refused, queue.inFlight], [0, 0])
})

const percentile99 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN

/**
 * Offers work that takes `takesMs` at a multiple of what can be done, to a loop that takes some time
 * for each arrival that it looks at. Tells how long work waited to be done or refused, from its
 * arrival at the machine, without the first seconds.
 */
function offer(takesMs: number, times: number, arrivalMs: number) {
  const { queue, state, turn, work } = playQueue(256)
  const [waits, refusals]: [number[], number[]] = [[], []]
  const untilMs = 12_000
  const note = (list: number[], arrivedMs: number): void => {
    if (arrivedMs > 5_000) list.push(state.nowMs - arrivedMs)
  }
  for (let nextMs = 0; state.nowMs < untilMs; ) {
    const polledMs = state.nowMs
    for (; nextMs <= polledMs; nextMs += takesMs / times) {
      const arrivedMs = nextMs
      state.nowMs += arrivalMs
      if (!queue.enter(work(takesMs, () => note(waits, arrivedMs)))) note(refusals, arrivedMs)
    }
    turn()
    // While work waits, the loop turns and turns.
    const idleMs = queue.waiting > 0 ? 0 : nextMs - polledMs
    if (state.nowMs === polledMs) state.nowMs += Math.max(idleMs, 0.01)
  }
  const busyShare = (waits.length * takesMs) / (untilMs - 5_000)
  return { refused: queue.refused, busyShare, waits, refusals }
}

test('WorkQueue bounds the time to wait in overload, and stays busy', () => {
  for (const takesMs of [0.5, 3, 8, 30]) {
    const { waits, refusals, busyShare } = offer(takesMs, 5, 0)
    const [waitMs, refusalMs] = [percentile99(waits), percentile99(refusals)]
    assert.ok(waitMs <= 5 + takesMs, `${waitMs} for ${takesMs}`)
    assert.ok(refusalMs <= takesMs + 0.01, `${refusalMs} for ${takesMs}`)
    assert.ok(busyShare > 0.95, `${busyShare} for ${takesMs}`)
  }
})

test('WorkQueue lets work wait for little more than one piece in overload, though arrivals take time', () => {
  for (const takesMs of [4, 8, 30]) {
    const { waits, refusals } = offer(takesMs, 5, 0.15)
    const [waitMs, refusalMs] = [percentile99(waits), percentile99(refusals)]
    assert.ok(waitMs <= 1.5 * takesMs, `${waitMs} for ${takesMs}`)
    assert.ok(refusalMs <= 1.5 * takesMs, `${refusalMs} for ${takesMs}`)
  }
})

test('WorkQueue refuses nobody of a few clients that wait for their answers', () => {
  const { queue, state, turn, work } = playQueue(256)
  let answers = 0
  const ask = (): void => {
    assert.ok(queue.enter(work(20, () => void answers++)))
  }
  for (let client = 0; client < 16; client++) ask()
  while (state.nowMs < 20_000) {
    const before = answers
    turn()
    for (let i = before; i < answers; i++) ask()
  }
  assert.ok(answers > 990, `${answers}`)
})

test('WorkQueue does not take a standstill, or how slow it once was, for overload', () => {
  const { queue, state, turn, work } = playQueue(256)
  const burst = (takesMs: number): void => {
    for (let i = 0; i < 60; i++) assert.ok(queue.enter(work(i === 0 ? 5000 : takesMs)))
    while (queue.waiting > 0) turn()
    turn()
    state.nowMs += 10_000
  }
  burst(90)
  burst(5)
})

test('WorkQueue works for half of the time, however much there is to refuse', () => {
  const { queue, state, turn, work } = playQueue(256)
  let worked = 0
  while (state.nowMs < 20_000) {
    // As many connections as there are: looking at all of them takes 600 ms.
    for (let i = 0; i < 4000; i++) {
      state.nowMs += 0.15
      queue.enter(
        work(3, () => {
          worked += 3
        }),
      )
    }
    turn()
  }
  assert.ok(worked > 0.45 * state.nowMs, `${worked} of ${state.nowMs}`)
})

test('WorkQueue refuses nothing below its capacity', () => {
  for (const takesMs of [0.5, 3, 8, 30]) assert.equal(offer(takesMs, 0.9, 0).refused, 0)
})

test('WorkQueue grants bursts again once it has had time', () => {
  const { queue, state, turn, work } = playQueue(256)
  const flood = (): number => {
    const before = queue.refused
    for (let i = 0; i < 100; i++) queue.enter(work(5))
    return queue.refused - before
  }
  for (let i = 0; i < 1000; i++) {
    flood()
    turn()
  }
  assert.ok(flood() > 90)
  while (queue.waiting > 0) turn()
  turn()
  state.nowMs += 1000
  assert.equal(flood(), 0)
})

test('WorkQueue begins no second piece while one is busy, until it has been for long', () => {
  const { queue, state, turn } = playQueue(10)
  const ran: number[] = []
  const enter = (name: number): boolean => queue.enter(() => void ran.push(name))
  for (const name of [1, 2, 3]) assert.ok(enter(name))
  assert.deepEqual(ran, [1])
  const busyTurns = (count: number): void => {
    for (let i = 0; i < count; i++) {
      state.nowMs += 2
      turn()
    }
  }
  busyTurns(9)
  assert.deepEqual(ran, [1])
  queue.leave()
  turn()
  assert.deepEqual(ran, [1, 2])
  busyTurns(9)
  assert.deepEqual(ran, [1, 2])
  busyTurns(1)
  assert.deepEqual(ran, [1, 2, 3])
})

test('WorkQueue begins all there is while those under way wait for something else', () => {
  const { queue, state, turn } = playQueue(100)
  let ran = 0
  for (let i = 0; i < 50; i++) queue.enter(() => void ran++)
  for (let i = 0; i < 50; i++) {
    state.nowMs += 0.02
    turn()
  }
  assert.equal(ran, 50)
})

test('WorkQueue lets many connections be accepted between two pieces', () => {
  const { queue, state, turn, work } = playQueue(1000)
  let ran = 0
  for (let i = 0; i < 50; i++) queue.enter(work(1, () => void ran++))
  let turns = 0
  for (; ran < 40; turns++) {
    // One connection is accepted a turn.
    state.nowMs += 0.2
    turn()
  }
  assert.ok(turns >= 25 * 8, `${turns}`)
})
