import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeReference, encodeReference } from '../testing/reference-messages.js'
import { openScriptedClient } from '../testing/scripted-client.js'
import { ScriptedCluster } from '../testing/scripted-cluster.js'
import type { ScriptedCall } from '../testing/scripted-frames.js'
import type { ScriptedAnswer } from '../testing/scripted-server.js'
import { createTable, describeTable, dropTable, setTableEnabled, tableNames } from './admin.js'

const OPTIONS = { timeoutMs: 30_000 }
const PREFIX = 'org.apache.hadoop.hbase.'

/** A master that answers by method; a list is used up answer by answer, the last one stays. */
async function setUp(t: TestContext, answers: Readonly<Record<string, ScriptedAnswer[]>>) {
  const cluster = new ScriptedCluster()
  await cluster.addServer()
  const asked: ScriptedCall[] = []
  cluster.fault = call => {
    asked.push(call)
    const left = answers[call.method]
    return left !== undefined && left.length > 1 ? left.shift() : left?.[0]
  }
  const client = openScriptedClient(cluster)
  t.after(async () => {
    client.close()
    await cluster.close()
  })
  return { ...client, asked, methods: () => asked.map(call => call.method) }
}

const started: ScriptedAnswer = { message: encodeReference('CreateTableResponse', { proc_id: 7 }) }
const RUNNING = 1
const FINISHED = 2

function progress(state: number, why?: string): ScriptedAnswer {
  const exception = {
    source: 'm',
    generic_exception: { class_name: `${PREFIX}TableExistsException`, message: why },
  }
  return {
    message: encodeReference(
      'GetProcedureResultResponse',
      why === undefined ? { state } : { state, exception },
    ),
  }
}

test('createTable() waits until the master has finished', async t => {
  const { context, clock, asked, methods } = await setUp(t, {
    CreateTable: [started],
    getProcedureResult: [progress(RUNNING), progress(RUNNING), progress(FINISHED)],
  })
  const family = { name: 'd', settings: { COMPRESSION: 'LZ4' } }
  const table = { name: 'ztf', families: ['i', family], splitKeys: [Buffer.from('5')] }
  const creating = createTable(context, table, OPTIONS)
  await clock.nextTimer(50)
  clock.advance(50)
  await clock.nextTimer(100)
  clock.advance(100)
  await creating
  assert.deepEqual(methods(), ['CreateTable', ...Array(3).fill('getProcedureResult')])
  const request = decodeReference<{ split_keys: Buffer[] }>('CreateTableRequest', asked[0]!.param)
  assert.deepEqual(request.split_keys, [Buffer.from('5')])
  assert.equal(asked[0]!.connection.service, 'MasterService')
})

test('createTable() tells why the master failed', async t => {
  const { context } = await setUp(t, {
    CreateTable: [started],
    getProcedureResult: [progress(FINISHED, 'ztf')],
  })
  await assert.rejects(createTable(context, { name: 'ztf', families: ['i'] }, OPTIONS), {
    name: 'StoreError',
    failure: 'failed',
    message: 'Cannot create the table "ztf": the master answered TableExistsException: ztf',
  })
})

test('a master that is starting or has stopped is asked again', async t => {
  const names = {
    table_names: [{ namespace: Buffer.from('default'), qualifier: Buffer.from('ztf') }],
  }
  const { context, reactions } = await setUp(t, {
    GetTableNames: [
      { exception: { className: `${PREFIX}PleaseHoldException` } },
      { exception: { className: `${PREFIX}exceptions.MasterStoppedException`, doNotRetry: true } },
      'cut',
      { message: encodeReference('GetTableNamesResponse', names) },
    ],
  })
  assert.deepEqual(await tableNames(context, OPTIONS), ['ztf'])
  assert.deepEqual(reactions, ['retry', 'reconnect', 'reconnect'])
})

test('describeTable() knows no table that the master does not know', async t => {
  const { context } = await setUp(t, {
    GetTableDescriptors: [{ message: encodeReference('GetTableDescriptorsResponse', {}) }],
  })
  assert.equal(await describeTable(context, 'nope', OPTIONS), undefined)
})

test('dropTable() disables first; setTableEnabled() does one thing', async t => {
  const { context, methods } = await setUp(t, {
    DisableTable: [started],
    DeleteTable: [started],
    EnableTable: [started],
    getProcedureResult: [progress(FINISHED)],
  })
  await dropTable(context, 'ztf', OPTIONS)
  await setTableEnabled(context, { table: 'ztf', isEnabled: true }, OPTIONS)
  const changes = methods().filter(method => method !== 'getProcedureResult')
  assert.deepEqual(changes, ['DisableTable', 'DeleteTable', 'EnableTable'])
})

test('waiting for the master ends with the signal and with the time', async t => {
  const { context, clock } = await setUp(t, {
    CreateTable: [started],
    getProcedureResult: [progress(RUNNING)],
  })
  const abort = new AbortController()
  const table = { name: 'ztf', families: ['i'] }
  const aborted = createTable(context, table, { ...OPTIONS, signal: abort.signal })
  await clock.nextTimer(50)
  abort.abort(new Error('enough'))
  await assert.rejects(aborted, /enough/)
  const late = createTable(context, table, { timeoutMs: 40 })
  await clock.nextTimer(50)
  clock.advance(50)
  await assert.rejects(late, { name: 'StoreError', failure: 'timeout' })
})
