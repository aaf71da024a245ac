import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AbortSignals } from './abort-signals.js'

test('AbortSignals gives a signal again that nobody listens to', () => {
  const signals = new AbortSignals()
  const first = signals.take()
  signals.give(first)
  assert.equal(signals.take(), first)
  assert.notEqual(signals.take(), first)
})

test('AbortSignals keeps no signal that is aborted or listened to', () => {
  const signals = new AbortSignals()
  const aborted = new AbortController()
  aborted.abort()
  signals.give(aborted)
  const heard = new AbortController()
  heard.signal.addEventListener('abort', () => undefined)
  signals.give(heard)
  const next = signals.take()
  assert.ok(next !== aborted && next !== heard)
  assert.equal(next.signal.aborted, false)
})
