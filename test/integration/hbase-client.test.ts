/** What the HBase client reads and writes, on a real cluster. */
import assert from 'node:assert/strict'
import { openHBase } from '../../src/store/hbase/client.js'
import { cellValue, columnName, writtenAtMs } from '../../src/store/hbase/protocol/cell-block.js'
import {
  allOfFilters,
  columnEqualsFilter,
  firstKeyOnlyFilter,
  keyOnlyFilter,
  rowRangesFilter,
  rowSubstringFilter,
} from '../../src/store/hbase/protocol/filters.js'
import { setTableEnabled } from '../../src/store/hbase/tables/admin.js'
import { SNAPPY_CLASS } from '../services/hbase.js'
import { regionOf } from '../services/hbase-admin.js'
import {
  cellOf,
  FAMILIES,
  hbaseTests,
  KEYS,
  REVERSED_KEYS,
  rowsOf,
  SPLITS,
} from '../services/hbase-tests.js'

const { cluster, clusterTest } = hbaseTests()

clusterTest('tables are created with splits, listed, described and dropped', async () => {
  const family = { name: 'd', settings: { COMPRESSION: 'GZ' } }
  await cluster.client.createTable({
    name: 'a.table',
    families: ['i', family],
    splitKeys: SPLITS,
  })
  assert.ok((await cluster.client.tableNames()).includes('a.table'))
  const description = await cluster.client.describeTable('a.table')
  assert.deepEqual(
    description?.families.map(one => one.name),
    ['d', 'i'],
  )
  assert.equal(description?.families[0]?.settings['COMPRESSION'], 'GZ')
  assert.equal((await regionOf(cluster.client, 'a.table', '2000')).info.endKey.toString(), '3000')
  await assert.rejects(cluster.client.createTable({ name: 'a.table', families: ['i'] }), {
    name: 'StoreError',
    failure: 'failed',
    message: /TableExistsException/,
  })
  await cluster.client.dropTable('a.table')
  assert.equal(await cluster.client.describeTable('a.table'), undefined)
  assert.ok(!(await cluster.client.tableNames()).includes('a.table'))
})

clusterTest('thousands of rows are written and scanned, both ways and with limits', async () => {
  const table = await cluster.filledTable('scans')
  assert.deepEqual(await cluster.keysOf(table), KEYS)
  assert.deepEqual(await cluster.keysOf(table, { isReversed: true }), REVERSED_KEYS)
  for (const limit of [0, 1, 1_499, 1_500, 1_501, 4_000, 6_000, 7_000]) {
    const first = await cluster.keysOf(table, { limit })
    assert.deepEqual(first, KEYS.slice(0, limit), `first ${limit}`)
    const last = await cluster.keysOf(table, { limit, isReversed: true })
    assert.deepEqual(last, REVERSED_KEYS.slice(0, limit), `last ${limit}`)
  }
})

const INCLUSIONS = [
  [true, false],
  [false, true],
  [true, true],
  [false, false],
] as const

const RANGES = [
  ['1500', '3000'],
  ['1499', '3001'],
  ['0010', '0010'],
  ['2000', '1000'],
  ['59', ''],
] as const

clusterTest('ranges keep their ends, both ways', async () => {
  for (const [from, to] of RANGES) {
    for (const [includeStartRow, includeStopRow] of INCLUSIONS) {
      const expected = KEYS.filter(key => {
        const isBelow = to === '' || key < to || (key === to && includeStopRow)
        return isBelow && (key > from || (key === from && includeStartRow))
      })
      const [startRow, stopRow] = [Buffer.from(from), Buffer.from(to)]
      const forward = { startRow, stopRow, includeStartRow, includeStopRow }
      const what = `${from} ${to} ${includeStartRow} ${includeStopRow}`
      assert.deepEqual(await cluster.keysOf('scans', forward), expected, what)
      const backward = {
        startRow: stopRow,
        stopRow: startRow,
        includeStartRow: includeStopRow,
        includeStopRow: includeStartRow,
        isReversed: true,
      }
      const keys = await cluster.keysOf('scans', backward)
      assert.deepEqual(keys, [...expected].reverse(), `reversed ${what}`)
    }
  }
})

clusterTest('a filter on a column works both ways, other families included', async () => {
  const filter = columnEqualsFilter({ ...cellOf('d:even', 'yes'), dropIfMissing: true })
  const even = KEYS.filter(key => Number(key) % 2 === 0)
  for (const isReversed of [false, true]) {
    const expected = isReversed ? [...even].reverse() : even
    assert.deepEqual(await cluster.keysOf('scans', { filter, isReversed }), expected)
    for await (const batch of cluster.client.scan('scans', { filter, isReversed, limit: 1 })) {
      const names = Array.from({ length: batch.rowStartCell[1]! }, (_, i) => columnName(batch, i))
      assert.deepEqual(names, ['d:even', 'd:padding', 'i:n'])
    }
  }
})

clusterTest('single rows, many rows, columns, time ranges and deletions', async () => {
  const table = 'rows'
  await cluster.client.createTable({ name: table, families: FAMILIES, splitKeys: SPLITS })
  await cluster.client.put(table, rowsOf(['0001', '2000', '5000']))
  const get = (row: string, more = {}) =>
    cluster.client.get(table, { row: Buffer.from(row), ...more })
  const row = await get('2000')
  assert.equal(row.rowCount, 1)
  const names = Array.from({ length: row.rowStartCell[1]! }, (_, cell) => columnName(row, cell))
  assert.deepEqual(names, ['d:even', 'd:padding', 'i:n'])
  assert.ok(Math.abs(writtenAtMs(row, 0) - Date.now()) < 60_000)
  assert.equal((await get('none')).rowCount, 0)
  const columns = [{ family: Buffer.from('i'), qualifier: Buffer.from('n') }]
  assert.equal((await get('2000', { columns })).cellCount, 1)
  const timeRange = { fromMs: 0, toMs: writtenAtMs(row, 0) }
  assert.equal((await get('2000', { timeRange })).rowCount, 0)
  const old = { ...cellOf('i:n', 'old'), timestampMs: 1_000 }
  await cluster.client.put(table, [{ row: Buffer.from('9'), cells: [old] }])
  assert.equal(writtenAtMs(await get('9'), 0), 1_000)
  const families = FAMILIES.map(name => Buffer.from(name))
  const results = await cluster.client.multi(table, [
    { kind: 'delete', row: Buffer.from('2000'), families },
    { kind: 'get', row: Buffer.from('5000') },
    { kind: 'get', row: Buffer.from('none') },
    { kind: 'put', row: Buffer.from('x'), cells: [cellOf('nofamily:a', '1')] },
  ])
  assert.deepEqual(
    results.map(result => result.row?.rowCount),
    [0, 1, 0, undefined],
  )
  assert.match(String(results[3]!.failure), /NoSuchColumnFamilyException/)
  assert.deepEqual(await cluster.keysOf(table, { columns: [{ family: Buffer.from('d') }] }), [
    '0001',
    '5000',
  ])
})

clusterTest('tables whose names begin alike are kept apart', async () => {
  const names = ['alike', 'alike-x', 'alike.x', 'alike_x', 'alike2']
  for (const name of names) {
    await cluster.client.createTable({ name, families: ['i'], splitKeys: SPLITS })
    await cluster.client.put(name, [{ row: Buffer.from('2'), cells: [cellOf('i:name', name)] }])
  }
  for (const name of names) {
    const { info } = await regionOf(cluster.client, name, '2')
    assert.deepEqual([info.table, info.startKey.toString()], [name, '1500'])
    for await (const batch of cluster.client.scan(name, { isReversed: true })) {
      assert.equal(cellValue(batch, 0).toString(), name)
    }
  }
})

clusterTest('rows larger than a page come whole', async t => {
  const table = await cluster.filledTable('partial', 2_000)
  const small = cluster.open({ pageBytes: 1_000 })
  t.after(() => small.close())
  const wide = Array.from({ length: 300 }, (_, i) => cellOf(`i:c${i}`, Buffer.alloc(500, i)))
  await cluster.client.put(table, [{ row: Buffer.from('0005w'), cells: wide }])
  const range = { startRow: Buffer.from('0003'), stopRow: Buffer.from('0008') }
  const expected = ['0003', '0004', '0005', '0005w', '0006', '0007']
  assert.deepEqual(await cluster.keysOf(table, range, { by: small }), expected)
  for await (const batch of small.scan(table, { startRow: Buffer.from('0005w'), limit: 1 })) {
    assert.equal(batch.rowStartCell[1]! - batch.rowStartCell[0]!, 300)
  }
  assert.deepEqual(await cluster.keysOf(table), [...KEYS.slice(0, 6), '0005w', ...KEYS.slice(6)])
})

clusterTest('filters that the searches need', async () => {
  const table = await cluster.filledTable('filters')
  const isEven = (dropIfMissing: boolean) =>
    columnEqualsFilter({ ...cellOf('d:even', 'yes'), dropIfMissing })
  const even = KEYS.filter(key => Number(key) % 2 === 0)
  assert.deepEqual(await cluster.keysOf(table, { filter: isEven(true) }), even)
  assert.deepEqual(
    await cluster.keysOf(table, { filter: isEven(true), limit: 1_000 }),
    even.slice(0, 1_000),
  )
  await cluster.client.put(table, [{ row: Buffer.from('xAByz'), cells: [cellOf('i:n', '1')] }])
  assert.deepEqual((await cluster.keysOf(table, { filter: isEven(false) })).slice(-1), ['xAByz'])
  assert.deepEqual(await cluster.keysOf(table, { filter: rowSubstringFilter('AbY') }), ['xAByz'])
  const ranges = [
    ['0010', '0013'],
    ['2999', '3001'],
    ['5999', ''],
  ].map(([start, stop]) => ({
    startRow: Buffer.from(start!),
    stopRow: Buffer.from(stop!),
  }))
  const inRanges = ['0010', '0011', '0012', '2999', '3000', '5999', 'xAByz']
  assert.deepEqual(await cluster.keysOf(table, { filter: rowRangesFilter(ranges) }), inRanges)
  const both = allOfFilters([rowRangesFilter(ranges), isEven(true)])
  assert.deepEqual(await cluster.keysOf(table, { filter: both }), ['0010', '0012', '3000'])
  for (const [filter, cells] of [
    [firstKeyOnlyFilter(), 1],
    [keyOnlyFilter(), 3],
  ] as const) {
    for await (const batch of cluster.client.scan(table, { filter, limit: 10 })) {
      assert.equal(batch.rowStartCell[batch.rowCount], 10 * cells)
    }
  }
})

clusterTest('missing and disabled tables and unknown families fail at once', async () => {
  const table = 'disabled'
  await cluster.client.createTable({ name: table, families: FAMILIES })
  await cluster.client.put(table, rowsOf(['0001']))
  await assert.rejects(cluster.keysOf('no.such.table'), {
    failure: 'failed',
    message: /does not exist/,
  })
  const columns = [{ family: Buffer.from('zz') }]
  await assert.rejects(cluster.keysOf(table, { columns }), {
    failure: 'failed',
    message: /NoSuchColumnFamilyException/,
  })
  await setTableEnabled(cluster.client.context, { table, isEnabled: false }, { timeoutMs: 60_000 })
  await assert.rejects(cluster.keysOf(table), { failure: 'failed', message: /is disabled/ })
  await setTableEnabled(cluster.client.context, { table, isEnabled: true }, { timeoutMs: 60_000 })
  assert.deepEqual(await cluster.keysOf(table), ['0001'])
})

clusterTest('cells are packed with gzip and snappy in both directions', async t => {
  for (const [index, options] of [
    { compression: 'gzip' as const },
    { compression: 'snappy' as const, compressionClass: SNAPPY_CLASS },
  ].entries()) {
    const packed = cluster.open(options)
    t.after(() => packed.close())
    const table = `packed${index}`
    await packed.createTable({ name: table, families: FAMILIES, splitKeys: SPLITS })
    await packed.put(table, rowsOf(KEYS, 200))
    assert.deepEqual(await cluster.keysOf(table, {}, { by: packed }), KEYS)
    assert.deepEqual(await cluster.keysOf(table), KEYS)
  }
})

clusterTest('a codec that the server does not have is named', async t => {
  // The server says nothing: it closes the connection.
  const compressionClass = 'no.such.Codec'
  const wrong = cluster.open({ compression: 'gzip', compressionClass, timeoutMs: 1_000 })
  t.after(() => wrong.close())
  await assert.rejects(wrong.get('rows', { row: Buffer.from('a') }), {
    failure: 'unavailable',
    message: /does it .* lack the codec "no\.such\.Codec"/,
  })
})

clusterTest('masters and region servers are asked instead of ZooKeeper', async t => {
  const name = 'registry'
  await cluster.client.createTable({ name, families: FAMILIES })
  await cluster.client.put(name, rowsOf(['0001']))
  const { host, port } = cluster.service.regionServer
  for (const address of [cluster.service.master, `${host}:${port}`]) {
    const other = openHBase({ bootstrap: [address] })
    t.after(() => other.close())
    assert.ok((await other.tableNames()).includes(name))
    assert.equal((await other.get(name, { row: Buffer.from('0001') })).rowCount, 1)
  }
})
