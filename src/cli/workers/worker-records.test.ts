import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noLegacy } from '../../api/status/legacy.js'
import type { PeerSnapshot } from '../../api/status/peers.js'
import { WorkerRecords } from './worker-records.js'

/** What a worker tells that has counted so much. */
function told(value: number): PeerSnapshot {
  const counter = { name: 'c', help: '', type: 'counter', aggregator: 'sum' }
  return {
    status: { ...noLegacy(0).status, processes: 1 },
    metrics: [{ ...counter, values: [{ value, labels: {} }] }],
  }
}

function sumOf(snapshots: readonly PeerSnapshot[], name = 'c'): number {
  return snapshots
    .flatMap(({ metrics }) => metrics)
    .filter(metric => metric.name === name)
    .flatMap(({ values }) => values)
    .reduce((sum, { value }) => sum + value, 0)
}

test('WorkerRecords sums what all but the asker told last, whether they live or not', () => {
  const records = new WorkerRecords<string>(() => 0)
  for (const [worker, value] of [
    ['a', 1],
    ['b', 10],
    ['b', 20],
    ['c', 100],
  ] as const) {
    records.note(worker, told(value))
  }
  assert.equal(sumOf(records.allBut('a')), 120)
  records.end('b')
  assert.equal(sumOf(records.allBut('a')), 120)
  assert.equal(sumOf(records.allBut('c')), 21)
  records.end('b')
  records.end('nobody')
  assert.equal(sumOf(records.allBut('d')), 121)
  assert.deepEqual(
    records.allBut('a').map(({ status }) => status.processes),
    [0, 1],
  )
})

test('WorkerRecords counts workers that failed', () => {
  const records = new WorkerRecords<string>(() => 0)
  const failures = () => sumOf(records.allBut('a'), 'fink_worker_failures_total')
  assert.equal(failures(), 0)
  records.countFailure()
  assert.equal(failures(), 1)
})
