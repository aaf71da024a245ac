import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildToyServer } from '../../../test/examples/toy-routes.js'
import { addEnded, noLegacy } from './legacy.js'
import { type PeerSnapshot, sumMetrics } from './peers.js'
import { toStatusReport } from './service-status.js'

const DOTS = '/api/v1/dots?dotId=A1,B2'
const UPSTREAM = { name: 'Sesame', state: 'open', calls: 7, failures: 5, kept: 2 } as const
const HOUR_MS = 3_600_000

/** Snapshot of a process that answered so many requests, as it arrives at another process. */
async function snapshotAfter(requests: number): Promise<PeerSnapshot> {
  const { app, snapshot } = buildToyServer(undefined, { figures: { upstreams: () => [UPSTREAM] } })
  for (let i = 0; i < requests; i++) await app.inject(DOTS)
  const told: PeerSnapshot = JSON.parse(JSON.stringify(await snapshot()))
  await app.close()
  return told
}

function reportOf(snapshots: readonly PeerSnapshot[], nowMs: number) {
  const facts = { version: '1', store: { isReachable: true, ms: 0 }, nowMs }
  return toStatusReport(
    snapshots.map(({ status }) => status),
    facts,
  )
}

test('addEnded() keeps counters and histograms of ended processes, no gauges', async () => {
  const nowMs = Date.now()
  const legacy = [await snapshotAfter(2), await snapshotAfter(3)].reduce(
    (sum, ended) => addEnded(sum, ended, nowMs),
    noLegacy(nowMs),
  )
  const { app, metrics, snapshot } = buildToyServer()
  await app.inject(DOTS)
  const own = await snapshot()
  const text = await sumMetrics(metrics.registry, own, [legacy])
  const labels = 'survey="red",route="dots"'
  assert.ok(text.includes(`fink_http_response_rows_total{${labels}} 12\n`))
  const count = `fink_http_request_duration_seconds_count{${labels},method="GET",status="200"} 6\n`
  assert.ok(text.includes(count), text)
  assert.ok(text.includes('fink_http_requests_in_flight 0\n'))
  assert.ok(!legacy.metrics.some(({ name }) => name === 'fink_http_requests_in_flight'))
  await app.close()
})

test('addEnded() keeps the last hour of ended processes until it is over', async () => {
  const nowMs = Date.now()
  const legacy = addEnded(noLegacy(nowMs), await snapshotAfter(2), nowMs)
  const living = await snapshotAfter(1)
  const report = reportOf([living, legacy], nowMs)
  assert.equal(report.processes, 1)
  assert.equal(report.lastHour.requests, 3)
  assert.equal(report.work.inFlight, living.status.work.inFlight)
  assert.deepEqual(report.upstreams, [{ ...UPSTREAM, calls: 14, failures: 10, kept: 4 }])
  assert.equal(reportOf([legacy], nowMs + 2 * HOUR_MS).lastHour.requests, 0)
  const later = addEnded(legacy, noLegacy(nowMs), nowMs + 2 * HOUR_MS)
  assert.deepEqual(later.status.routes, [])
})

test('addEnded() does not keep what an ended process thought of remote services', async () => {
  const nowMs = Date.now()
  const { status } = addEnded(noLegacy(nowMs), await snapshotAfter(0), nowMs)
  assert.deepEqual(status.upstreams, [{ ...UPSTREAM, state: 'unset' }])
})
