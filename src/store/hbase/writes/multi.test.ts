import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { RowAction } from '../protocol/mutation-messages.js'
import { getRow } from '../reads/row-get.js'
import type { Region } from '../regions/catalog.js'
import { RemoteFailure } from '../retries/failures.js'
import { decodeReference, encodeReference } from '../testing/reference-messages.js'
import { CALL_TIMEOUT_MS, openScriptedClient, plainRows } from '../testing/scripted-client.js'
import { startScriptedCluster } from '../testing/scripted-cluster.js'
import { type ActionResult, runActions } from './multi.js'
import { planCalls } from './multi-plan.js'

const OPTIONS = { timeoutMs: 30_000 }
const NOT_SERVING = 'org.apache.hadoop.hbase.NotServingRegionException'

function putOf(row: string, value: string): RowAction {
  const cell = { family: Buffer.from('i'), qualifier: Buffer.from('v'), value: Buffer.from(value) }
  return { kind: 'put', row: Buffer.from(row), cells: [cell] }
}

const getOf = (row: string): RowAction => ({ kind: 'get', row: Buffer.from(row) })

/** Table `t` of the regions (-g, g-n, n-) on servers 0, 1, 0. */
async function setUp(t: TestContext) {
  const cluster = await startScriptedCluster(2)
  cluster.createTable('t', ['g', 'n'])
  const client = openScriptedClient(cluster)
  t.after(async () => {
    client.close()
    await cluster.close()
  })
  const run = (actions: readonly RowAction[], more: { signal?: AbortSignal } = {}) =>
    runActions(client.context, { table: 't', actions }, { ...OPTIONS, ...more })
  const multiCalls = () =>
    cluster.servers.flatMap(server => server.calls).filter(call => call.method === 'Multi')
  return { cluster, client, run, multiCalls }
}

function textOf(result: ActionResult): string {
  if (result.row === undefined) return `failed: ${result.failure}`
  return plainRows(result.row)
    .map(([key, cells]) => `${key}=${cells['i:v']}`)
    .join()
}

test('runActions() writes and reads rows of all regions in one call a server', async t => {
  const { cluster, run, multiCalls } = await setUp(t)
  const keys = ['a', 'z', 'h', 'f', 'n', 'm']
  const written = await run(keys.map(key => putOf(key, key.toUpperCase())))
  assert.ok(written.every(result => result.row?.rowCount === 0))
  assert.deepEqual(cluster.keys('t'), [...keys].sort())
  assert.equal(multiCalls().length, 2)
  const read = await run([...keys, 'none'].map(getOf))
  assert.deepEqual(read.map(textOf), ['a=A', 'z=Z', 'h=H', 'f=F', 'n=N', 'm=M', ''])
})

test('runActions() deletes whole rows and mixes kinds of actions', async t => {
  const { cluster, run } = await setUp(t)
  await run([putOf('a', '1'), putOf('b', '2')])
  const families = [Buffer.from('i')]
  const remove: RowAction = { kind: 'delete', row: Buffer.from('a'), families }
  const results = await run([remove, getOf('b'), putOf('c', '3')])
  assert.equal(textOf(results[1]!), 'b=2')
  assert.deepEqual(cluster.keys('t'), ['b', 'c'])
})

test('runActions() makes several calls of many actions', async t => {
  const { run, cluster, multiCalls } = await setUp(t)
  const keys = Array.from({ length: 10_000 }, (_, i) => `a${i}`)
  await run(keys.map(key => putOf(key, key)))
  assert.equal(cluster.keys('t').length, 10_000)
  assert.equal(multiCalls().length, 3)
})

test('runActions() sends actions of a moved region again, and only those', async t => {
  const { run, cluster, client, multiCalls } = await setUp(t)
  await run([putOf('a', '1'), putOf('h', '1'), putOf('z', '1')])
  cluster.move('t', 'h', 0)
  const before = multiCalls().length
  const results = await run(['a', 'h', 'z'].map(getOf))
  assert.deepEqual(results.map(textOf), ['a=1', 'h=1', 'z=1'])
  assert.deepEqual(client.reactions, ['relocate'])
  assert.equal(multiCalls().length - before, 3)
})

test('runActions() goes on when a server dies or is silent', async t => {
  for (const answer of ['cut', 'silence'] as const) {
    const { run, cluster, client } = await setUp(t)
    await run([putOf('a', '1'), putOf('h', '1')])
    cluster.fault = (call, server) => {
      if (call.method !== 'Multi' || server !== 1) return undefined
      cluster.move('t', 'h', 0)
      if (answer === 'silence') setImmediate(() => client.clock.advance(CALL_TIMEOUT_MS))
      return answer
    }
    assert.deepEqual((await run(['a', 'h'].map(getOf))).map(textOf), ['a=1', 'h=1'])
  }
})

test('runActions() tells per action what cannot be done', async t => {
  const { run, cluster } = await setUp(t)
  await run([putOf('h', '1')])
  const className = 'org.apache.hadoop.hbase.regionserver.NoSuchColumnFamilyException'
  const value = Buffer.from(`${className}: no family\n\tat x`)
  cluster.fault = (call, server) => {
    if (call.method !== 'Multi' || server !== 0) return undefined
    const results = [
      { index: 0, exception: { name: className, value } },
      { index: 1, result: { associated_cell_count: 0 } },
    ]
    const regionActionResult = [{ resultOrException: results }]
    return { message: encodeReference('MultiResponse', { regionActionResult }) }
  }
  const [bad, good, other] = await run([putOf('a', '1'), putOf('b', '1'), getOf('h')])
  assert.ok(bad!.failure instanceof RemoteFailure)
  assert.match(bad!.failure.message, /NoSuchColumnFamilyException: no family/)
  assert.equal(good!.row?.rowCount, 0)
  assert.equal(textOf(other!), 'h=1')
})

test('runActions() asks at once for the rest of an answer that was too large', async t => {
  const { run, cluster, client, multiCalls } = await setUp(t)
  const keys = ['a', 'b', 'c', 'd']
  await run(keys.map(key => putOf(key, key)))
  const className = 'org.apache.hadoop.hbase.MultiActionResultTooLarge'
  const before = multiCalls().length
  cluster.fault = async call => {
    if (call.method !== 'Multi') return undefined
    const { regionAction } = decodeReference<{
      regionAction: { action: { get: { row: Buffer } }[] }[]
    }>('MultiRequest', call.param)
    const [first, ...others] = regionAction[0]!.action.map(one => one.get.row.toString())
    const exception = { name: className, value: Buffer.from(className) }
    const results = others.map((_, index) => ({ index: index + 1, exception }))
    const cells = cluster.cellsOf('t', first!)
    const result = { index: 0, result: { associated_cell_count: cells.length } }
    const regionActionResult = [{ resultOrException: [result, ...results] }]
    const message = encodeReference('MultiResponse', { regionActionResult })
    return { message, cellBlock: Buffer.concat(cells) }
  }
  assert.deepEqual((await run(keys.map(getOf))).map(textOf), ['a=a', 'b=b', 'c=c', 'd=d'])
  assert.equal(multiCalls().length - before, 4)
  assert.deepEqual(client.reactions, [])
})

test('runActions() fails an action that a server does not answer for', async t => {
  const { run, cluster } = await setUp(t)
  cluster.fault = call =>
    call.method === 'Multi'
      ? { message: encodeReference('MultiResponse', { regionActionResult: [{}] }) }
      : undefined
  const [result] = await run([putOf('a', '1')])
  assert.ok(result!.failure instanceof SyntaxError)
})

test('runActions() fails everything for a missing table, and ends with the signal', async t => {
  const { run, client, cluster } = await setUp(t)
  const work = { table: 'nope', actions: [getOf('a'), getOf('b')] }
  const results = await runActions(client.context, work, OPTIONS)
  assert.deepEqual(
    results.map(textOf),
    Array(2).fill('failed: TableFailure: the table "nope" does not exist'),
  )
  const abort = new AbortController()
  cluster.fault = call => {
    if (call.method !== 'Multi') return undefined
    abort.abort(new Error('enough'))
    return 'silence'
  }
  await assert.rejects(run([getOf('a')], { signal: abort.signal }), /enough/)
})

test('planCalls() keeps calls small enough, and gets in calls of their own size', () => {
  const region = { name: Buffer.from('r'), server: { host: 'h', port: 1 } } as Region
  const plan = (actions: readonly RowAction[]) =>
    planCalls(actions.map((action, position) => ({ action, position, region }))).map(
      call => call.parts[0]!.positions.length,
    )
  assert.deepEqual(plan(Array(5_000).fill(putOf('a', '1'))), [4_096, 904])
  assert.deepEqual(plan(Array(300).fill(getOf('a'))), [128, 128, 44])
  const large = putOf('a', 'x'.repeat(3_000_000))
  assert.deepEqual(plan([large, large, putOf('a', '1')]), [1, 2])
})

test('getRow() reads a row, also after its region has moved', async t => {
  const { run, client, cluster } = await setUp(t)
  await run([putOf('h', '1')])
  const get = (row: string) =>
    getRow(client.context, { table: 't', get: { row: Buffer.from(row) } }, OPTIONS)
  assert.deepEqual(plainRows(await get('h')), [['h', { 'i:v': '1' }]])
  assert.equal((await get('i')).rowCount, 0)
  cluster.move('t', 'h', 0)
  assert.deepEqual(plainRows(await get('h')), [['h', { 'i:v': '1' }]])
  assert.deepEqual(client.reactions, ['relocate'])
})

test('getRow() gives up what cannot succeed, and in time', async t => {
  const { client, cluster } = await setUp(t)
  const get = () =>
    getRow(client.context, { table: 't', get: { row: Buffer.from('h') } }, { timeoutMs: 500 })
  cluster.fault = call =>
    call.method === 'Get' ? { exception: { className: 'a.B', doNotRetry: true } } : undefined
  await assert.rejects(get(), { name: 'StoreError', failure: 'failed' })
  client.onRetry(() => client.clock.advance(100))
  cluster.fault = call =>
    call.method === 'Get' ? { exception: { className: NOT_SERVING } } : undefined
  await assert.rejects(get(), { name: 'StoreError', failure: 'unavailable' })
})
