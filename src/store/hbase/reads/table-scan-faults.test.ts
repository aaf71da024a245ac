import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoreError } from '../../../errors.js'
import { encodeReference } from '../testing/reference-messages.js'
import { CALL_TIMEOUT_MS } from '../testing/scripted-client.js'
import {
  exception,
  faultAt,
  ROWS,
  scanOf,
  setUpScan,
  untilClosed,
} from '../testing/scripted-scan.js'

test('scanTable() goes on after heartbeats, and not for ever', async t => {
  const { keysOf, scanners, client } = await setUpScan(t)
  scanners.heartbeats = 5
  assert.deepEqual(await keysOf(), ROWS)
  scanners.heartbeats = Number.POSITIVE_INFINITY
  const endless = keysOf({}, { timeoutMs: 200 })
  client.clock.advance(100)
  setImmediate(() => client.clock.advance(200))
  await assert.rejects(endless, { name: 'StoreError', failure: 'timeout' })
  assert.equal(scanners.openCount, 0)
})

for (const kind of ['open', 'next'] as const) {
  for (const isReversed of [false, true]) {
    const way = isReversed ? 'reversed' : 'forward'
    const expected = isReversed ? [...ROWS].reverse() : ROWS

    test(`scanTable() follows a region that moves at ${kind} (${way})`, async t => {
      for (const at of [0, 1, 2]) {
        const { cluster, keysOf, scanners, client } = await setUpScan(t)
        scanners.pageCells = 5
        await keysOf({ to: 'r01' })
        cluster.fault = faultAt(kind, at, exception('NotServingRegionException'), () => {
          for (const row of ['r05', 'r15', 'r30']) cluster.move('t', row, 2)
          scanners.loseAll()
        })
        assert.deepEqual(await keysOf({ isReversed }), expected, `at ${at}`)
        assert.ok(client.reactions.includes('relocate'))
        assert.equal(scanners.openCount, 0)
      }
    })

    test(`scanTable() follows a region that splits at ${kind} (${way})`, async t => {
      for (const at of [0, 1, 2]) {
        const { cluster, keysOf, scanners } = await setUpScan(t)
        scanners.pageCells = 5
        await keysOf({ to: 'r01' })
        cluster.fault = faultAt(kind, at, exception('NotServingRegionException'), () => {
          cluster.split('t', 'r04', 1)
          cluster.split('t', 'r17', 2)
          cluster.split('t', 'r30', 0)
          scanners.loseAll()
        })
        assert.deepEqual(await keysOf({ isReversed }), expected, `at ${at}`)
        assert.equal(scanners.openCount, 0)
      }
    })
  }
}

test('scanTable() reopens behind the last whole row when the scanner is lost', async t => {
  const names = [
    'UnknownScannerException',
    'exceptions.ScannerResetException',
    'exceptions.OutOfOrderScannerNextException',
    'regionserver.LeaseException',
  ]
  for (const name of names) {
    for (const at of [0, 3, 7]) {
      const { cluster, keysOf, scanners, client } = await setUpScan(t)
      scanners.pageCells = 4
      // Only what the server does not know is not open there.
      const lose = () => name.startsWith('Unknown') && scanners.loseAll()
      cluster.fault = faultAt('next', at, exception(name, true), lose)
      assert.deepEqual(await keysOf(), ROWS, `${name} at ${at}`)
      assert.deepEqual(client.reactions, ['reopen'])
      assert.equal(scanners.openCount, 0)
    }
  }
})

test('scanTable() makes the same call again to a busy server', async t => {
  const { cluster, keysOf, scanners, client } = await setUpScan(t)
  scanners.pageCells = 4
  cluster.fault = faultAt('next', 2, exception('CallQueueTooBigException'))
  assert.deepEqual(await keysOf(), ROWS)
  assert.deepEqual(client.reactions, ['retry'])
  assert.equal(scanners.openedCount, 4, 'the catalog and three regions')
})

test('scanTable() goes on when a server dies between or in the middle of answers', async t => {
  const message = Buffer.alloc(100)
  for (const answer of ['cut', { cutAfterBytes: 30, of: { message } }] as const) {
    for (const kind of ['open', 'next'] as const) {
      const { cluster, keysOf, scanners, client } = await setUpScan(t)
      scanners.pageCells = 4
      cluster.fault = faultAt(kind, 2, answer, () => {
        for (const row of ['r05', 'r15', 'r30']) cluster.move('t', row, 0)
        // A dead server has no scanners.
        scanners.loseAll()
      })
      assert.deepEqual(await keysOf(), ROWS)
      assert.ok(client.reactions.includes('reconnect'))
      assert.equal(scanners.openCount, 0)
    }
  }
})

test('scanTable() leaves a silent server after its time and reads the region elsewhere', async t => {
  const { cluster, keysOf, scanners, client } = await setUpScan(t)
  cluster.fault = faultAt('open', 1, 'silence', () => {
    cluster.move('t', 'r15', 2)
    setImmediate(() => client.clock.advance(CALL_TIMEOUT_MS))
  })
  assert.deepEqual(await keysOf(), ROWS)
  assert.deepEqual(client.reactions, ['relocate'])
  assert.equal(scanners.openCount, 0)
})

test('scanTable() fails at once for what no retry helps', async t => {
  const { cluster, keysOf, scanners } = await setUpScan(t)
  cluster.fault = faultAt('open', 0, exception('regionserver.NoSuchColumnFamilyException', true))
  await assert.rejects(keysOf(), (error: StoreError) => {
    assert.equal(error.failure, 'failed')
    assert.match(
      error.message,
      /Cannot scan the table "t": .*NoSuchColumnFamilyException: scripted/,
    )
    return true
  })
  await assert.rejects(keysOf({}, { table: 'nope' }), /"nope" does not exist/)
  assert.equal(scanners.openCount, 0)
})

test('scanTable() gives up when its time is used up by failures', async t => {
  const { cluster, keysOf, client } = await setUpScan(t)
  client.onRetry(() => client.clock.advance(100))
  cluster.fault = call => scanOf(call) && exception('RegionTooBusyException')
  await assert.rejects(keysOf({}, { timeoutMs: 1_000 }), { failure: 'unavailable' })
  assert.equal(client.reactions.length, 10)
})

test('scanTable() refuses an open scanner without an id instead of reading it twice', async t => {
  const { cluster, keysOf } = await setUpScan(t)
  const [cell = Buffer.alloc(0)] = cluster.cellsOf('t', 'r00')
  const fields = { cells_per_result: [1], more_results: true, more_results_in_region: true }
  const answer = { message: encodeReference('ScanResponse', fields), cellBlock: cell }
  cluster.fault = call => scanOf(call) && answer
  await assert.rejects(keysOf(), { name: 'StoreError', failure: 'failed', message: /the id of/ })
})

test('scanTable() refuses rows above the limit of the client', async t => {
  const { keysOf, scanners } = await setUpScan(t, { maxRowBytes: 60 })
  scanners.pageCells = 1
  await assert.rejects(keysOf(), { failure: 'failed' })
  await untilClosed(scanners, 2)
})
