import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../testing/manual-clock.js'
import { ConnectionFailure, RemoteFailure } from './failures.js'
import type { Reaction } from './reaction.js'
import { pauseBeforeRetry, type RetryContext, retry } from './retry.js'

const POLICY = { pauseMs: 100, maxPauseMs: 1_000 }

function contextOf(clock: ManualClock): RetryContext {
  return { clock, policy: POLICY, random: () => 1 }
}

const MOVED = new RemoteFailure('s', { className: 'NotServingRegionException' })
const BUSY = new RemoteFailure('s', { className: 'CallQueueTooBigException' })
const WRONG = new RemoteFailure('s', { className: 'DoNotRetryIOException', doNotRetry: true })

/** An operation that fails with each of `failures` in turn, then gives its number of calls. */
function failing(failures: readonly unknown[]) {
  let calls = 0
  return async () => {
    const failure = failures[calls++]
    if (failure !== undefined) throw failure
    return calls
  }
}

test('pauseBeforeRetry() doubles up to the limit and is blurred down to half', () => {
  const clock = new ManualClock()
  const longest = [0, 1, 2, 3, 4, 50].map(n => pauseBeforeRetry(contextOf(clock), n))
  assert.deepEqual(longest, [100, 200, 400, 800, 1_000, 1_000])
  const shortest = pauseBeforeRetry({ clock, policy: POLICY, random: () => 0 }, 1)
  assert.equal(shortest, 100)
})

test('retry() tries again at once after a move, later after a pause', async () => {
  const clock = new ManualClock()
  const reactions: Reaction[] = []
  const result = retry(
    contextOf(clock),
    { atMs: 10_000 },
    {
      operation: failing([MOVED, MOVED, BUSY]),
      onFailure: (_, reaction) => reactions.push(reaction),
    },
  )
  await clock.nextTimer(200)
  clock.advance(200)
  await clock.nextTimer(400)
  clock.advance(400)
  assert.equal(await result, 4)
  assert.deepEqual(reactions, ['relocate', 'relocate', 'retry'])
})

test('retry() gives up at once what cannot succeed', async () => {
  const clock = new ManualClock()
  const run = retry(
    contextOf(clock),
    { atMs: 10_000 },
    { operation: failing([WRONG]), onFailure: () => undefined },
  )
  await assert.rejects(run, WRONG)
  assert.equal(clock.timerCount, 0)
})

test('retry() throws the last failure when the next pause would pass the deadline', async () => {
  const clock = new ManualClock()
  const lost = new ConnectionFailure('lost')
  const run = retry(
    contextOf(clock),
    { atMs: 250 },
    { operation: failing([BUSY, lost, lost]), onFailure: () => undefined },
  )
  await clock.nextTimer(100)
  clock.advance(100)
  await assert.rejects(run, lost)
})

test('retry() ends with the reason of the signal, in a pause and before an attempt', async () => {
  const clock = new ManualClock()
  const abort = new AbortController()
  const run = retry(
    contextOf(clock),
    { atMs: 10_000, signal: abort.signal },
    { operation: failing([BUSY]), onFailure: () => undefined },
  )
  await clock.nextTimer(100)
  abort.abort(new Error('enough'))
  await assert.rejects(run, /enough/)
  assert.equal(clock.timerCount, 0)
  const never = retry(
    contextOf(clock),
    { atMs: 10_000, signal: abort.signal },
    { operation: failing([]), onFailure: () => undefined },
  )
  await assert.rejects(never, /enough/)
})
