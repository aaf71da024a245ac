import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { HBaseClient, type ScanOptions } from '../client.js'
import {
  allOfFilters,
  columnEqualsFilter,
  type Filter,
  firstKeyOnlyFilter,
  keyOnlyFilter,
  rowRangesFilter,
  rowSubstringFilter,
} from '../protocol/filters.js'
import { openScriptedClient, plainRows } from './scripted-client.js'
import { ScriptedCluster } from './scripted-cluster.js'
import { faultPlan } from './scripted-fault-plan.js'
import { FAULT_KINDS } from './scripted-faults.js'

const TIMEOUT_MS = 30_000
const ROWS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AB-1': { 'd:c': 'SN', 'i:n': '1' },
  'ab-2': { 'i:n': '2' },
  'b-3': { 'd:c': 'QSO', 'i:n': '3' },
  'c-4': { 'd:c': 'SN' },
}

/** A client of a cluster with table `t` of families `d` and `i` in the regions (-b), (b-). */
async function setUp(t: TestContext, nowMs?: () => number) {
  const cluster = new ScriptedCluster(nowMs)
  for (let server = 0; server < 2; server++) await cluster.addServer()
  const { context, close } = openScriptedClient(cluster, { asksRegistry: true })
  t.after(async () => {
    close()
    await cluster.close()
  })
  const client = new HBaseClient(context, TIMEOUT_MS)
  await client.createTable({ name: 't', families: ['d', 'i'], splitKeys: [Buffer.from('b')] })
  for (const [key, cells] of Object.entries(ROWS)) cluster.put('t', key, cells)
  const scan = async (options: ScanOptions) => {
    const rows: [string, Record<string, string>][] = []
    for await (const batch of client.scan('t', options)) rows.push(...plainRows(batch))
    return rows
  }
  return { cluster, client, scan }
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text)
}

function classIs(value: string, dropIfMissing: boolean): Filter {
  const column = { family: bytesOf('d'), qualifier: bytesOf('c') }
  return columnEqualsFilter({ ...column, value: bytesOf(value), dropIfMissing })
}

test('ScriptedCluster filters as a region server does', async t => {
  const { scan } = await setUp(t)
  const keysOf = async (filter: Filter) => (await scan({ filter })).map(([key]) => key)
  assert.deepEqual(await keysOf(rowSubstringFilter('aB')), ['AB-1', 'ab-2'])
  assert.deepEqual(await keysOf(classIs('SN', true)), ['AB-1', 'c-4'])
  assert.deepEqual(await keysOf(classIs('SN', false)), ['AB-1', 'ab-2', 'c-4'])
  const ranges = rowRangesFilter([
    { startRow: bytesOf('AB-1'), stopRow: bytesOf('ab-2') },
    { startRow: bytesOf('b'), stopRow: bytesOf('') },
  ])
  assert.deepEqual(await keysOf(ranges), ['AB-1', 'b-3', 'c-4'])
  assert.deepEqual(await keysOf(allOfFilters([ranges, classIs('SN', true)])), ['AB-1', 'c-4'])
  const [first] = await scan({ filter: allOfFilters([firstKeyOnlyFilter(), keyOnlyFilter()]) })
  assert.deepEqual(first, ['AB-1', { 'd:c': '' }])
})

test('ScriptedCluster lets a filter see only the columns that are read', async t => {
  const { scan } = await setUp(t)
  const columns = [{ family: bytesOf('i') }]
  assert.deepEqual(await scan({ columns, filter: classIs('SN', true) }), [])
  assert.equal((await scan({ columns, filter: classIs('SN', false) })).length, 3)
})

test('ScriptedCluster refuses families that a table lacks', async t => {
  const { client, scan } = await setUp(t)
  const family = bytesOf('x')
  const refusal = { name: 'StoreError', failure: 'failed', message: /NoSuchColumnFamily/ }
  await assert.rejects(scan({ columns: [{ family }] }), refusal)
  await assert.rejects(client.get('t', { row: bytesOf('a'), columns: [{ family }] }), refusal)
  const cells = [{ family, qualifier: bytesOf('q'), value: bytesOf('1') }]
  await assert.rejects(client.put('t', [{ row: bytesOf('a'), cells }]), refusal)
})

test('ScriptedCluster hides what is written in the millisecond of a deletion', async t => {
  let nowMs = 5_000
  const { client, scan } = await setUp(t, () => nowMs)
  const [row, families] = [bytesOf('c-4'), [bytesOf('d')]]
  const cells = [{ family: bytesOf('d'), qualifier: bytesOf('c'), value: bytesOf('new') }]
  await client.multi('t', [{ kind: 'delete', row, families }])
  await client.put('t', [{ row, cells }])
  assert.deepEqual(await scan({ startRow: row }), [])
  nowMs++
  await client.put('t', [{ row, cells }])
  assert.deepEqual(await scan({ startRow: row }), [['c-4', { 'd:c': 'new' }]])
})

test('ScriptedCluster lists, disables and drops tables', async t => {
  const { cluster, client } = await setUp(t)
  const again = client.createTable({ name: 't', families: ['d'] })
  await assert.rejects(again, /TableExistsException/)
  await client.createTable({ name: 'u', families: ['d'] })
  assert.deepEqual(await client.tableNames(), ['t', 'u'])
  const families = (await client.describeTable('t'))?.families.map(({ name }) => name)
  assert.deepEqual(families, ['d', 'i'])
  await client.dropTable('u')
  assert.deepEqual(await client.tableNames(), ['t'])
  await assert.rejects(client.dropTable('u'), /TableNotFoundException/)
  cluster.setEnabled('t', false)
  await assert.rejects(client.get('t', { row: bytesOf('a') }), /"t" is disabled/)
})

test('ScriptedRegions keep all rows when they split, merge and move', async t => {
  const { cluster, scan } = await setUp(t)
  const keys = Object.keys(ROWS)
  const changes = [
    () => cluster.split('t', 'c-4', 0),
    () => cluster.move('t', 'a', 1),
    () => cluster.regions.merge('t', 'b'),
    () => cluster.regions.merge('t', 'a'),
  ]
  for (const change of changes) {
    change()
    assert.deepEqual(
      (await scan({})).map(([key]) => key),
      keys,
    )
    assert.deepEqual(
      (await scan({ isReversed: true })).map(([key]) => key),
      [...keys].reverse(),
    )
  }
  assert.equal(cluster.regions.table('t').regions.length, 1)
})

test('faultPlan() depends on its seed alone', () => {
  const planOf = (seed: number) =>
    faultPlan({ kinds: FAULT_KINDS, seed, faults: 20, maxCallsBetween: 5 })
  assert.deepEqual(planOf(3), planOf(3))
  assert.notDeepEqual(planOf(3), planOf(4))
  assert.ok(planOf(3).every(({ afterCalls }) => afterCalls >= 0 && afterCalls <= 5))
})
