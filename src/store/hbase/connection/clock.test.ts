import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../testing/manual-clock.js'
import { onAbort, sleep, systemClock, waitShared } from './clock.js'

test('sleep() ends after its time, or with the reason of the signal', async () => {
  const clock = new ManualClock()
  const slept = sleep(clock, 100)
  clock.advance(100)
  await slept
  const abort = new AbortController()
  const aborted = sleep(clock, 100, abort.signal)
  abort.abort(new Error('enough'))
  await assert.rejects(aborted, /enough/)
  await assert.rejects(sleep(clock, 100, abort.signal), /enough/)
  assert.equal(clock.timerCount, 0)
})

test('waitShared() passes on what the work gives or fails with', async () => {
  const clock = new ManualClock()
  const until = { deadline: { atMs: 100 }, onLate: () => new Error('late') }
  assert.equal(await waitShared(clock, Promise.resolve(5), until), 5)
  await assert.rejects(waitShared(clock, Promise.reject(new Error('no')), until), /no/)
  assert.equal(clock.timerCount, 0)
})

test('waitShared() leaves work that is late or not wanted any more, without a stray failure', async () => {
  const clock = new ManualClock()
  let fail: (failure: Error) => void = () => undefined
  const work = new Promise<never>((_, reject) => {
    fail = reject
  })
  const abort = new AbortController()
  const onLate = () => new Error('late')
  const late = waitShared(clock, work, { deadline: { atMs: 100 }, onLate })
  const deadline = { atMs: 200, signal: abort.signal }
  const aborted = waitShared(clock, work, { deadline, onLate })
  clock.advance(100)
  await assert.rejects(late, /late/)
  abort.abort(new Error('enough'))
  await assert.rejects(aborted, /enough/)
  await assert.rejects(waitShared(clock, work, { deadline, onLate }), /enough/)
  fail(new Error('nobody sees this'))
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(clock.timerCount, 0)
})

test('onAbort() lets many waits share a signal', async () => {
  const warnings: Error[] = []
  const listen = (warning: Error) => warnings.push(warning)
  process.on('warning', listen)
  const abort = new AbortController()
  let count = 0
  const forgets = Array.from({ length: 100 }, () => onAbort(abort.signal, () => count++))
  forgets[0]?.()
  abort.abort()
  await new Promise(resolve => setImmediate(resolve))
  process.off('warning', listen)
  assert.equal(count, 99)
  assert.deepEqual(warnings, [])
})

test('systemClock fires unless it is told not to', async () => {
  const started = systemClock.nowMs()
  const cancel = systemClock.after(0, () => assert.fail('was cancelled'))
  cancel()
  await new Promise<void>(resolve => systemClock.after(0, resolve))
  assert.ok(systemClock.nowMs() >= started)
})
