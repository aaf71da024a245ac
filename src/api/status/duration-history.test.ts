import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addSlots,
  addSums,
  DurationHistory,
  type DurationSums,
  NO_SUMS,
  percentileMs,
  recentSlots,
  sumSlots,
} from './duration-history.js'

const MINUTE_MS = 60_000

function sumsOf(history: DurationHistory, nowMs: number): DurationSums {
  return sumSlots(history.slots(nowMs))
}

function outcome(durationMs: number, status = 200) {
  return { durationMs, status, rows: 2, bytes: 10 }
}

test('DurationHistory gives percentiles within 4.5 percent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.05, max: 200_000, noNaN: true }), { minLength: 1 }),
      fc.constantFrom(0.5, 0.95, 0.99),
      (durations, share) => {
        const history = new DurationHistory()
        for (const durationMs of durations) history.add(outcome(durationMs), 0)
        const exact = [...durations].sort((a, b) => a - b)[Math.ceil(durations.length * share) - 1]!
        const found = percentileMs(sumsOf(history, 0), share)!
        assert.ok(Math.abs(found / exact - 1) < 0.045, `${found} for ${exact}`)
      },
    ),
  )
})

test('DurationHistory takes durations of any size', () => {
  const history = new DurationHistory()
  for (const durationMs of [0, -1, 1e-9, 1e12, Number.POSITIVE_INFINITY]) {
    history.add(outcome(durationMs), 0)
  }
  assert.equal(sumsOf(history, 0).requests, 5)
})

test('DurationHistory forgets what is older than an hour', () => {
  const history = new DurationHistory()
  for (let minute = 0; minute < 200; minute++) history.add(outcome(1), minute * MINUTE_MS)
  assert.equal(sumsOf(history, 199 * MINUTE_MS).requests, 60)
  assert.equal(sumsOf(history, 200 * MINUTE_MS).requests, 55)
  assert.equal(sumsOf(history, 229 * MINUTE_MS).requests, 30)
  assert.equal(sumsOf(history, 259 * MINUTE_MS).requests, 0)
  assert.equal(percentileMs(sumsOf(history, 259 * MINUTE_MS), 0.5), undefined)
})

test('addSlots() keeps what two processes counted apart by time, so that it can be forgotten', () => {
  const [a, b] = [new DurationHistory(), new DurationHistory()]
  a.add(outcome(1), 0)
  for (const minute of [0, 50]) b.add(outcome(1), minute * MINUTE_MS)
  const now = 55 * MINUTE_MS
  const both = addSlots(a.slots(now), b.slots(now))
  assert.deepEqual(
    both.map(({ slot, sums }) => [slot, sums.requests]),
    [
      [0, 2],
      [10, 1],
    ],
  )
  assert.equal(sumSlots(recentSlots(both, 60 * MINUTE_MS)).requests, 1)
})

test('DurationHistory tells the faults of clients from those of the service', () => {
  const history = new DurationHistory()
  for (const status of [200, 304, 400, 429, 499, 500, 503]) history.add(outcome(1, status), 0)
  const { requests, clientErrors, serverErrors, rows, bytes } = sumsOf(history, 0)
  assert.deepEqual([requests, clientErrors, serverErrors, rows, bytes], [7, 2, 2, 14, 70])
})

test('addSums() adds what two processes counted', () => {
  const [a, b] = [new DurationHistory(), new DurationHistory()]
  a.add(outcome(1), 0)
  b.add(outcome(100, 500), 0)
  const sum = addSums(addSums(NO_SUMS, sumsOf(a, 0)), sumsOf(b, 0))
  assert.deepEqual([sum.requests, sum.serverErrors, sum.rows], [2, 1, 4])
  assert.ok(Math.abs(percentileMs(sum, 1)! / 100 - 1) < 0.045)
})
