import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeReference, encodeReference } from '../testing/reference-messages.js'
import {
  decodeProcedureId,
  decodeProcedureState,
  decodeTableDescriptions,
  decodeTableNames,
  encodeCreateTable,
  encodeDescribeTable,
  encodeProcedureResult,
  encodeTableNames,
  encodeTableRequest,
} from './admin-messages.js'

const NAME = { namespace: Buffer.from('default'), qualifier: Buffer.from('ztf') }

test('encodeCreateTable() writes families, settings and boundaries', () => {
  const table = {
    name: 'ztf',
    families: [
      { name: 'i', settings: {} },
      { name: 'd', settings: { COMPRESSION: 'LZ4', VERSIONS: '1' } },
    ],
  }
  const message = encodeCreateTable(table, [Buffer.from('3'), Buffer.from('6')])
  const pair = (first: string, second: string) => ({
    first: Buffer.from(first),
    second: Buffer.from(second),
  })
  assert.deepEqual(decodeReference('CreateTableRequest', message), {
    table_schema: {
      table_name: NAME,
      attributes: [],
      column_families: [
        { name: Buffer.from('i'), attributes: [] },
        { name: Buffer.from('d'), attributes: [pair('COMPRESSION', 'LZ4'), pair('VERSIONS', '1')] },
      ],
    },
    split_keys: [Buffer.from('3'), Buffer.from('6')],
  })
})

test('requests about a table name it', () => {
  assert.deepEqual(decodeReference('TableRequest', encodeTableRequest('ztf')), { table_name: NAME })
  assert.deepEqual(decodeReference('GetTableDescriptorsRequest', encodeDescribeTable('ztf')), {
    table_names: [NAME],
    include_sys_tables: false,
  })
  const names = decodeReference('GetTableNamesRequest', encodeTableNames())
  assert.deepEqual({ ...names }, { include_sys_tables: false })
})

test('decodeTableNames() and decodeTableDescriptions() read tables', () => {
  const names = encodeReference('GetTableNamesResponse', { table_names: [NAME] })
  assert.deepEqual(decodeTableNames(names), ['ztf'])
  const attributes = [{ first: Buffer.from('BLOCKSIZE'), second: Buffer.from('65536') }]
  const message = encodeReference('GetTableDescriptorsResponse', {
    table_schema: [
      { table_name: NAME, attributes, column_families: [{ name: Buffer.from('i'), attributes }] },
    ],
  })
  assert.deepEqual(decodeTableDescriptions(message), [
    { name: 'ztf', families: [{ name: 'i', settings: { BLOCKSIZE: '65536' } }] },
  ])
})

test('procedures are followed by id, state and exception', () => {
  const id = 2n ** 63n + 9n
  assert.equal(
    decodeProcedureId(encodeReference('CreateTableResponse', { proc_id: String(id) })),
    id,
  )
  assert.equal(decodeProcedureId(Buffer.alloc(0)), undefined)
  const asked = decodeReference('GetProcedureResultRequest', encodeProcedureResult(id))
  assert.deepEqual({ ...asked }, { proc_id: String(id) })
  const running = encodeReference('GetProcedureResultResponse', { state: 1 })
  assert.deepEqual(decodeProcedureState(running), { isRunning: true, exception: undefined })
  const failed = encodeReference('GetProcedureResultResponse', {
    state: 2,
    exception: { source: 'm', generic_exception: { class_name: 'a.B', message: 'why' } },
  })
  assert.deepEqual(decodeProcedureState(failed), {
    isRunning: false,
    exception: { className: 'a.B', message: 'why' },
  })
})

test('the decoders of the master never crash on random bytes', () => {
  const decoders = [
    decodeTableNames,
    decodeTableDescriptions,
    decodeProcedureId,
    decodeProcedureState,
  ]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      for (const decode of decoders) {
        try {
          decode(Buffer.from(bytes))
        } catch (error) {
          assert.ok(error instanceof SyntaxError, String(error))
        }
      }
    }),
    { numRuns: 1_000 },
  )
})
