import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainRows } from '../testing/scripted-client.js'
import {
  COLUMNS,
  ROWS,
  rangeOf,
  type ScanText,
  scanOf,
  setUpScan,
} from '../testing/scripted-scan.js'

/** What a scan of a sorted list of keys should give. */
function expectedKeys(range: ScanText): string[] {
  const {
    from = '',
    fromInclusive = true,
    to = '',
    toInclusive = false,
    isReversed = false,
  } = range
  const [low, high] = isReversed ? [to, from] : [from, to]
  const [lowInclusive, highInclusive] = isReversed
    ? [toInclusive, fromInclusive]
    : [fromInclusive, toInclusive]
  const keys = ROWS.filter(key => {
    const isAbove = low === '' || key > low || (key === low && lowInclusive)
    return isAbove && (high === '' || key < high || (key === high && highInclusive))
  })
  return isReversed ? keys.reverse() : keys
}

test('scanTable() gives exactly the rows of any range, both ways, across regions', async t => {
  const { keysOf, scanners } = await setUpScan(t)
  const bounds = ['', 'r00', 'r09', 'r10', 'r105', 'r25', 'r39', 'r5']
  for (const isReversed of [false, true]) {
    for (const from of bounds) {
      for (const to of bounds) {
        for (const [fromInclusive, toInclusive] of [
          [true, false],
          [false, true],
          [true, true],
        ] as const) {
          const range = { from, to, fromInclusive, toInclusive, isReversed }
          assert.deepEqual(await keysOf(range), expectedKeys(range), JSON.stringify(range))
        }
      }
    }
  }
  assert.equal(scanners.openCount, 0)
})

test('scanTable() puts partial rows together, wherever pages end', async t => {
  const { keysOf, scanners } = await setUpScan(t)
  for (const pageCells of [1, 2, 4, 7, 100]) {
    scanners.pageCells = pageCells
    assert.deepEqual(await keysOf(), ROWS, `${pageCells} cells a page`)
    assert.deepEqual(await keysOf({ isReversed: true }), [...ROWS].reverse())
  }
  assert.equal(scanners.openCount, 0)
})

test('scanTable() reads answers that come byte by byte', async t => {
  const { keysOf } = await setUpScan(t, { pieceBytes: 1 })
  assert.deepEqual(await keysOf({ from: 'r08', to: 'r12' }), ['r08', 'r09', 'r10', 'r11'])
})

test('scanTable() keeps a limit across regions and pages, and leaves nothing open', async t => {
  const { keysOf, scanners } = await setUpScan(t)
  for (const pageCells of [Number.POSITIVE_INFINITY, 2]) {
    scanners.pageCells = pageCells
    for (const limit of [0, 1, 9, 10, 11, 26, 40, 41]) {
      assert.deepEqual(await keysOf({}, { limit }), ROWS.slice(0, limit), `limit ${limit}`)
      const last = [...ROWS].reverse().slice(0, limit)
      assert.deepEqual(await keysOf({ isReversed: true }, { limit }), last, `last ${limit}`)
    }
  }
  assert.equal(scanners.openCount, 0)
})

test('scanTable() takes one call for rows of one region', async t => {
  const { keysOf, cluster } = await setUpScan(t)
  await keysOf({ from: 'r11', to: 'r12' })
  const calls = cluster.servers.flatMap(server => server.calls).filter(scanOf)
  assert.equal(calls.length, 1)
})

test('scanTable() asks for chosen columns', async t => {
  const { scan } = await setUpScan(t)
  const selection = { columns: [{ family: Buffer.from('i'), qualifier: Buffer.from('b') }] }
  for await (const batch of scan({ to: 'r03' }, { selection })) {
    assert.deepEqual(
      plainRows(batch),
      ['r00', 'r01', 'r02'].map(key => [key, { 'i:b': '2' }]),
    )
  }
})

test('scanTable() cuts what a server gives beyond the limit', async t => {
  const { cluster, keysOf, scanners } = await setUpScan(t)
  cluster.fault = call => {
    const request = scanOf(call)
    if (request?.region === undefined) return undefined
    return scanners.open(cluster.rowsFor(request.region.value.toString(), request))
  }
  assert.deepEqual(await keysOf({}, { limit: 3 }), ROWS.slice(0, 3))
})

test('scanTable() reads an empty table and keys of any bytes', async t => {
  const { cluster, keysOf, scan } = await setUpScan(t)
  cluster.createTable('empty', ['m'])
  assert.deepEqual(await keysOf({}, { table: 'empty' }), [])
  cluster.createTable('bytes')
  const keys = ['\x00', '\x00\xff', ',', 'a,b', '\xfe', '\xff', '\xff\xff']
  for (const key of keys) cluster.put('bytes', key, COLUMNS)
  assert.deepEqual(await keysOf({}, { table: 'bytes' }), keys)
  const range = { ...rangeOf({}), startRow: Buffer.of(0xff), stopRow: Buffer.alloc(0) }
  const found: string[] = []
  for await (const batch of scan({}, { table: 'bytes', range })) {
    found.push(...plainRows(batch).map(([key]) => key))
  }
  assert.deepEqual(found, ['\xff', '\xff\xff'])
})
