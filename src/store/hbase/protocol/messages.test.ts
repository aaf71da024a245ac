import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeReference } from '../testing/reference-messages.js'
import { nodeData } from '../testing/scripted-zookeeper.js'
import {
  decodeActiveMaster,
  decodeCatalogRegionInfo,
  decodeMasterNode,
  decodeMetaLocations,
  decodeMetaNode,
  decodeServerName,
  decodeTableName,
  writeTableName,
} from './messages.js'
import { ProtoReader } from './protobuf-reader.js'
import { ProtoWriter } from './protobuf-writer.js'

const SERVER = { host_name: 'worker-1.example.org', port: 16020, start_code: '1795518657385' }
const READ_SERVER = { host: 'worker-1.example.org', port: 16020, startCode: 1_795_518_657_385 }
const TABLE = { namespace: Buffer.from('default'), qualifier: Buffer.from('ztf.class') }

test('decodeServerName() reads what a general library writes', () => {
  const bytes = encodeReference('ServerName', SERVER)
  assert.deepEqual(decodeServerName(new ProtoReader(bytes)), READ_SERVER)
})

test('table names keep a namespace unless it is the default one', () => {
  for (const [text, namespace, qualifier] of [
    ['ztf.class', 'default', 'ztf.class'],
    ['hbase:meta', 'hbase', 'meta'],
  ] as const) {
    const written = writeTableName(new ProtoWriter(), text).finish()
    const names = { namespace: Buffer.from(namespace), qualifier: Buffer.from(qualifier) }
    assert.deepEqual(written, encodeReference('TableName', names))
    assert.equal(decodeTableName(new ProtoReader(written)), text)
  }
})

test('decodeCatalogRegionInfo() reads keys, table and state of a region', () => {
  const info = encodeReference('RegionInfo', {
    region_id: '1795518657385',
    table_name: TABLE,
    start_key: Buffer.from('a'),
    end_key: Buffer.from('b'),
    offline: true,
    split: true,
    replica_id: 1,
  })
  assert.deepEqual(decodeCatalogRegionInfo(Buffer.concat([Buffer.from('PBUF'), info])), {
    regionId: 1_795_518_657_385,
    table: 'ztf.class',
    startKey: Buffer.from('a'),
    endKey: Buffer.from('b'),
    isOffline: true,
    isSplit: true,
    replicaId: 1,
  })
  assert.throws(() => decodeCatalogRegionInfo(info), SyntaxError)
})

test('decodeMetaNode() gives the server only while the catalog is open', () => {
  const OPENING = 2
  assert.deepEqual(
    decodeMetaNode(nodeData('MetaRegionServer', { server: SERVER, state: 3 })),
    READ_SERVER,
  )
  assert.deepEqual(decodeMetaNode(nodeData('MetaRegionServer', { server: SERVER })), READ_SERVER)
  const opening = nodeData('MetaRegionServer', { server: SERVER, state: OPENING })
  assert.equal(decodeMetaNode(opening), undefined)
})

test('decodeMasterNode() reads a node with and without the name of its writer', () => {
  const node = nodeData('Master', { master: SERVER, rpc_version: 0, info_port: 16010 })
  assert.deepEqual(decodeMasterNode(node), READ_SERVER)
  assert.deepEqual(decodeMasterNode(node.subarray(node.indexOf('PBUF'))), READ_SERVER)
})

test('decodeMetaLocations() takes the primary replica', () => {
  const location = (replica_id: number, host_name: string) => ({
    region_info: { region_id: 1, table_name: TABLE, replica_id },
    server_name: { ...SERVER, host_name },
    seq_num: 5,
  })
  const message = encodeReference('GetMetaRegionLocationsResponse', {
    meta_locations: [location(1, 'second'), location(0, 'first')],
  })
  assert.equal(decodeMetaLocations(message)?.host, 'first')
  assert.equal(decodeMetaLocations(Buffer.alloc(0)), undefined)
})

test('decodeActiveMaster() reads a master or that there is none', () => {
  const message = encodeReference('GetActiveMasterResponse', { server_name: SERVER })
  assert.deepEqual(decodeActiveMaster(message), READ_SERVER)
  assert.equal(decodeActiveMaster(Buffer.alloc(0)), undefined)
})

test('the decoders of nodes and the catalog never crash on random bytes', () => {
  const decoders = [
    decodeMetaNode,
    decodeMasterNode,
    decodeCatalogRegionInfo,
    decodeMetaLocations,
    decodeActiveMaster,
  ]
  const head = fc.constantFrom(
    [],
    [...Buffer.from('PBUF')],
    [0xff, 0, 0, 0, 0, ...Buffer.from('PBUF')],
  )
  fc.assert(
    fc.property(head, fc.uint8Array({ maxLength: 100 }), (start, bytes) => {
      for (const decode of decoders) {
        try {
          decode(Buffer.from([...start, ...bytes]))
        } catch (error) {
          assert.ok(error instanceof SyntaxError, String(error))
        }
      }
    }),
    { numRuns: 1_000 },
  )
})
