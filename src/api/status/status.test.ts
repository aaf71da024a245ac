/** `/status` and the metrics of the sources, on toy routes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildToyServer } from '../../../test/examples/toy-routes.js'
import { StoreError } from '../../errors.js'
import type { PeerSnapshot } from './peers.js'
import type { StatusReport } from './service-status.js'

const DOTS = '/api/v1/dots?dotId=A1,B2'
const UPSTREAM = { name: 'Sesame', state: 'open', calls: 7, failures: 5, kept: 2 } as const
const STORE = { scans: 3, rows: 40, ms: 1500, failures: 1 }

test('/status tells the last hour by route, as JSON', async () => {
  const { app } = buildToyServer(undefined, { figures: { upstreams: () => [UPSTREAM] } })
  for (const url of [DOTS, '/blue/api/v1/dots?dotId=A1', DOTS, '/api/v1/dots?n=x', '/nowhere']) {
    await app.inject(url)
  }
  const answer = await app.inject('/status')
  assert.equal(answer.headers['content-type'], 'application/json')
  const report: StatusReport = answer.json()
  assert.equal(report.status, 'ok')
  assert.equal(report.version, '1.2.3')
  assert.equal(report.processes, 1)
  assert.deepEqual(report.work, { inFlight: 0, waiting: 0, refused: 0 })
  assert.deepEqual(report.upstreams, [UPSTREAM])
  assert.equal(report.lastHour.requests, 5)
  const [red, ...others] = report.routes
  assert.deepEqual([red?.survey, red?.route, red?.requests], ['red', 'dots', 3])
  assert.deepEqual([red?.rows, red?.clientErrors, red?.serverErrors], [4, 1, 0])
  assert.ok(red?.p50Ms && red.p99Ms && red.p50Ms <= red.p99Ms)
  assert.deepEqual(others.map(({ survey, route }) => [survey, route]).sort(), [
    ['', ''],
    ['blue', 'dots'],
  ])
  await app.close()
})

test('/status is a page for browsers, without anything that runs', async () => {
  const { app } = buildToyServer(undefined, { figures: { upstreams: () => [UPSTREAM] } })
  await app.inject(DOTS)
  const page = await app.inject({ url: '/status', headers: { accept: 'text/html,*/*;q=0.8' } })
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(page.body, /<td>dots<\/td><td>1<\/td>/)
  assert.match(page.body, /<td>Sesame<\/td><td>open<\/td><td>7<\/td>/)
  assert.doesNotMatch(page.body, /<script/)
  await app.close()
})

test('/status answers also when the store does not', async () => {
  const { app } = buildToyServer(undefined, {
    ready: () => Promise.reject(new StoreError('HBase', 'planted')),
  })
  const report: StatusReport = (await app.inject('/status')).json()
  assert.deepEqual([report.status, report.store.isReachable], ['degraded', false])
  await app.close()
})

test('/metrics tells work, store and remote services', async () => {
  const { app } = buildToyServer(undefined, {
    figures: { upstreams: () => [UPSTREAM], store: () => STORE },
  })
  await app.inject(DOTS)
  for (const _ of [1, 2]) {
    const text = (await app.inject('/metrics')).body
    for (const line of [
      'fink_work_waiting 0',
      'fink_work_refused_total 0',
      'fink_store_scans_total 3',
      'fink_store_rows_total 40',
      'fink_store_seconds_total 1.5',
      'fink_store_failures_total 1',
      'fink_upstream_up{service="Sesame"} 0',
      'fink_upstream_calls_total{service="Sesame"} 7',
      'fink_upstream_failures_total{service="Sesame"} 5',
      'fink_upstream_kept_total{service="Sesame"} 2',
      'fink_http_response_rows_total{survey="red",route="dots"} 2',
    ]) {
      assert.ok(text.includes(`${line}\n`), line)
    }
  }
  await app.close()
})

test('/status and /metrics speak for all processes', async () => {
  const other = buildToyServer(undefined, { figures: { upstreams: () => [UPSTREAM] } })
  await other.app.inject(DOTS)
  const peers = async (): Promise<PeerSnapshot[]> => [
    JSON.parse(JSON.stringify(await other.snapshot())),
  ]
  const { app } = buildToyServer(undefined, {
    peers,
    figures: { upstreams: () => [{ ...UPSTREAM, state: 'closed' }] },
  })
  await app.inject(DOTS)
  const report: StatusReport = (await app.inject('/status')).json()
  assert.equal(report.processes, 2)
  assert.equal(report.routes.find(({ route }) => route === 'dots')?.requests, 2)
  assert.deepEqual(report.upstreams, [{ ...UPSTREAM, calls: 14, failures: 10, kept: 4 }])
  const text = (await app.inject('/metrics')).body
  assert.match(text, /fink_http_response_rows_total\{survey="red",route="dots"\} 4\n/)
  await Promise.all([app.close(), other.app.close()])
})
