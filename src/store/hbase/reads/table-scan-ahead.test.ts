import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainRows } from '../testing/scripted-client.js'
import { ROWS, setUpScan } from '../testing/scripted-scan.js'

const LARGE_BYTES = 20_000

test('scanTable(): many scans with one turn among them all end, the earliest first', async t => {
  const { keysOf, scanners, client } = await setUpScan(t, { pagesAhead: 1 })
  scanners.pageCells = 6
  const ends: number[] = []
  const scans = Array.from({ length: 6 }, async (_, i) => {
    assert.deepEqual(await keysOf({ isReversed: i % 2 === 1 }), i % 2 ? [...ROWS].reverse() : ROWS)
    ends.push(i)
  })
  await Promise.all(scans)
  assert.equal(ends[0], 0)
  assert.equal(scanners.openCount, 0)
  assert.equal(client.clock.timerCount, 3, 'only the idle times of three connections')
})

test('scanTable(): a scan that waits for its turn can be left, and hands it on', async t => {
  const { scan, keysOf, scanners } = await setUpScan(t, { pagesAhead: 1 })
  scanners.pageCells = 6
  const slow = scan()
  await slow.next()
  const left = scan()
  await left.next()
  const aborted = new AbortController()
  const waiting = scan({}, { signal: aborted.signal })
  await waiting.next()
  setImmediate(() => aborted.abort(new Error('enough')))
  await left.return()
  await slow.return()
  await assert.rejects(async () => {
    for (;;) if ((await waiting.next()).done) return
  }, /enough/)
  assert.deepEqual(await keysOf(), ROWS)
  assert.equal(scanners.openCount, 0)
})

test('scanTable() uses the memory of a page again, but not that of one that was kept', async t => {
  const { cluster, scan, client, scanners } = await setUpScan(t)
  cluster.createTable('large', [])
  for (const row of ROWS) cluster.put('large', row, { 'd:c': row.repeat(LARGE_BYTES / 3) })
  scanners.pageCells = 1
  const { memory } = client.context.servers
  const blocks = new Set<ArrayBufferLike>()
  for await (const batch of scan({}, { table: 'large' })) {
    blocks.add(batch.block.buffer)
    const [[row, cells] = ['', {}]] = plainRows(batch)
    assert.equal(cells['d:c'], row.repeat(LARGE_BYTES / 3))
  }
  assert.ok(blocks.size <= 3, `${blocks.size} blocks for ${ROWS.length} pages`)
  assert.ok(memory.freeBytes > 0)
  for await (const kept of scan({}, { table: 'large' })) {
    const before = plainRows(kept)
    for await (const _ of scan({}, { table: 'large' }));
    assert.deepEqual(plainRows(kept), before)
    break
  }
})
