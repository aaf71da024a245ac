import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallWindow } from './call-window.js'

function countMany(window: CallWindow, times: number, isBusy: boolean): void {
  for (let i = 0; i < times; i++) window.count(isBusy)
}

test('CallWindow grows by one for each windowful of answers, up to its limit', () => {
  const window = new CallWindow(40)
  assert.equal(window.size, 32)
  countMany(window, 33, false)
  assert.equal(window.size, 33)
  countMany(window, 10_000, false)
  assert.equal(window.size, 40)
})

test('CallWindow halves once for one burst of refusals, and keeps some calls', () => {
  const window = new CallWindow(256)
  countMany(window, 32, true)
  assert.equal(window.size, 16)
  countMany(window, 16, true)
  assert.equal(window.size, 8)
  countMany(window, 1_000, true)
  assert.equal(window.size, 4)
})

test('CallWindow stays within a limit below its usual bounds', () => {
  const window = new CallWindow(2)
  assert.equal(window.size, 2)
  countMany(window, 100, true)
  assert.equal(window.size, 2)
})
