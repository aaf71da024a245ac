import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CALL_TIMEOUT_MS } from '../testing/scripted-client.js'
import { faultAt, ROWS, scanOf, setUpScan, untilClosed } from '../testing/scripted-scan.js'

test('scanTable() closes a scanner whose opening was answered too late', async t => {
  const { cluster, keysOf, scanners, client } = await setUpScan(t)
  scanners.pageCells = 4
  let answerLate: (() => void) | undefined
  let opens = 0
  cluster.fault = call => {
    if (scanOf(call)?.scanner_id !== undefined || scanOf(call) === undefined || opens++ > 0)
      return undefined
    setImmediate(() => client.clock.advance(CALL_TIMEOUT_MS))
    return new Promise<undefined>(resolve => {
      answerLate = () => resolve(undefined)
    })
  }
  assert.deepEqual(await keysOf(), ROWS)
  assert.equal(scanners.openCount, 0)
  answerLate?.()
  const late = scanners.openedCount
  await untilClosed(scanners, late + 1)
})

test('scanTable() closes its scanner when the caller leaves the loop', async t => {
  const { scan, scanners } = await setUpScan(t)
  scanners.pageCells = 4
  for await (const batch of scan()) {
    assert.ok(batch.rowCount > 0)
    break
  }
  await untilClosed(scanners, 2)
  const early = scan()
  await early.return()
  assert.equal(scanners.openCount, 0)
})

test('scanTable() ends with the reason of the signal and closes its scanner', async t => {
  const { scan, scanners, cluster } = await setUpScan(t)
  scanners.pageCells = 4
  const between = new AbortController()
  await assert.rejects(async () => {
    for await (const _ of scan({}, { signal: between.signal })) between.abort(new Error('enough'))
  }, /enough/)
  await untilClosed(scanners, 2)
  const during = new AbortController()
  cluster.fault = faultAt('next', 0, 'silence', () => during.abort(new Error('stop')))
  await assert.rejects(async () => {
    for await (const _ of scan({}, { signal: during.signal }));
  }, /stop/)
  const before = AbortSignal.abort(new Error('before'))
  await assert.rejects(scan({}, { signal: before }).next(), /before/)
})
