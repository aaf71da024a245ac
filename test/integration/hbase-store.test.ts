/** The store on a real HBase: the contract of all stores, and rows that others have written. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { checkTables } from '../../src/cli/commands/check.js'
import { cellsOf, storeContract } from '../../src/store/contract.js'
import { type HBaseClient, openHBase } from '../../src/store/hbase/client.js'
import { type HBaseStoreOptions, openHBaseStore, storeOn } from '../../src/store/hbase/store.js'
import { setTableEnabled } from '../../src/store/hbase/tables/admin.js'
import {
  ALL_KEYS,
  exactRange,
  keyRange,
  prefixRange,
  readRows,
  type ScanRequest,
  type Store,
} from '../../src/store/store.js'
import { makeNights } from '../cli/made-up-nights.js'
import { fink, startFink, withFolder } from '../cli/program.js'
import { type HBaseService, missingForHBase, startHBase } from '../services/hbase.js'
import { prefixedTables } from '../services/hbase-store.js'
import { cellOf } from '../services/hbase-tests.js'

const missing = missingForHBase()
const skip = missing.length > 0 ? `needs ${missing.join(' and ')}` : false
const TIMEOUT_MS = 60_000
const TEST_TIMEOUT_MS = 180_000

let service: HBaseService | undefined
let client: HBaseClient | undefined
let stores = 0

/** The client of the cluster that `before` started. */
function cluster(): HBaseClient {
  assert.ok(client)
  return client
}

/** An empty store. */
function openOwn(options: HBaseStoreOptions = {}): Store {
  // Families are fixed when a table is made, columns are not.
  const familiesOf = () => ['d', 'i']
  return storeOn(prefixedTables(cluster(), `s${stores++}.`), { familiesOf, ...options })
}

if (skip === false) {
  before(
    async () => {
      service = await startHBase()
      client = openHBase({ zookeeper: [service.zookeeper] })
    },
    { timeout: 400_000 },
  )
  after(async () => {
    client?.close()
    await service?.close()
  })
  storeContract('HBase', async () => openOwn())
} else test('HBase keeps the contract of stores', { skip }, () => undefined)

/** Declares a test that needs the cluster. */
function clusterTest(name: string, run: (t: TestContext) => Promise<void>): void {
  test(name, { skip, timeout: TEST_TIMEOUT_MS }, run)
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

/** Cells as a job of the broker writes them. */
const FOREIGN = [
  cellOf('i:objectId', 'ZTF21aaxtctv'),
  cellOf('i:candid', bytes('18ca9c660c6ed3d7')),
  cellOf('i:fid', bytes('00000002')),
  cellOf('i:jd', bytes('4142c3e2748e2b28')),
  cellOf('i:magpsf', bytes('4192a48f')),
  cellOf('i:scorr', bytes('7ff8000000000000')),
  cellOf('d:is_transient', 'true'),
  cellOf('d:when', '2026-11-24 01:02:03.0'),
]
const FOREIGN_SCHEMA = {
  'i:objectId': 'string',
  'i:candid': 'long',
  'i:fid': 'integer',
  'i:jd': 'double',
  'i:magpsf': 'float',
  'i:scorr': 'double',
  'i:absent': 'float',
  'd:is_transient': 'boolean',
  'd:when': 'timestamp',
  'd:odd': "{'type': 'array', 'elementType': 'string'}",
}

function schemaCells(schema: Readonly<Record<string, string>>) {
  return Object.entries(schema).map(([column, type]) => cellOf(column, type))
}

async function writeForeign(table: string): Promise<void> {
  await cluster().createTable({ name: table, families: ['a', 'd', 'i'] })
  const rows = ['ZTF21aaxtctv_2459540.9', 'ZTF21aaxtctv_2459541.9', 'zzz'].map(key => ({
    row: Buffer.from(key),
    cells: FOREIGN,
  }))
  const schemas = [
    { row: Buffer.from('schema_4.0_6.1.1'), cells: schemaCells(FOREIGN_SCHEMA) },
    { row: Buffer.from('schema_3.0_5.0.0'), cells: schemaCells({ 'i:fid': 'string' }) },
  ]
  await cluster().put(table, [...rows, ...schemas])
}

async function keysOf(store: Store, request: Partial<ScanRequest>): Promise<string[]> {
  const rows = await readRows(store, { table: 't', ranges: [ALL_KEYS], ...request })
  return rows.map(row => row.key)
}

clusterTest('rows of the jobs of the broker are read by the newest schema row', async () => {
  await writeForeign('foreign.t')
  const store = storeOn(prefixedTables(cluster(), 'foreign.'))
  const schema = await store.schema('t')
  assert.equal(schema?.key, 'schema_4.0_6.1.1')
  assert.deepEqual(
    schema?.columns.map(({ name, type }) => `${name} ${type}`),
    [
      'd:is_transient boolean',
      'd:odd string',
      'd:when timestamp',
      'i:absent float',
      'i:candid long',
      'i:fid integer',
      'i:jd double',
      'i:magpsf float',
      'i:objectId string',
      'i:scorr double',
    ],
  )
  const [row] = await readRows(store, { table: 't', ranges: [prefixRange('ZTF21aaxtctv_')] })
  assert.equal(row?.key, 'ZTF21aaxtctv_2459540.9')
  assert.deepEqual(cellsOf(row!), {
    'd:is_transient': 'true',
    'd:when': '2026-11-24 01:02:03.0',
    'i:candid': '1786412164315010007',
    'i:fid': '2',
    'i:jd': String(FOREIGN[3]!.value.readDoubleBE()),
    'i:magpsf': '18.33035',
    'i:objectId': 'ZTF21aaxtctv',
    'i:scorr': 'NaN',
  })
  const old = storeOn(prefixedTables(cluster(), 'foreign.'), { schemaKey: 'schema_3.0_5.0.0' })
  const [asOld] = await readRows(old, {
    table: 't',
    ranges: [exactRange('zzz')],
    columns: ['i:fid'],
  })
  assert.deepEqual(cellsOf(asOld!), { 'i:fid': '\u0000\u0000\u0000\u0002' })
})

clusterTest('schema rows are hidden, do not count and cannot be written', async () => {
  const store = storeOn(prefixedTables(cluster(), 'foreign.'))
  const all = ['ZTF21aaxtctv_2459540.9', 'ZTF21aaxtctv_2459541.9', 'zzz']
  assert.deepEqual(await keysOf(store, {}), all)
  assert.deepEqual(await keysOf(store, { limit: 3 }), all)
  assert.deepEqual(await keysOf(store, { reversed: true, limitPerRange: 2 }), [all[2], all[1]])
  const ranges = [
    prefixRange('schema'),
    exactRange('schema_4.0_6.1.1'),
    keyRange('schema_3', 'schema_4'),
  ]
  assert.deepEqual(await keysOf(store, { ranges }), [])
  assert.deepEqual(await keysOf(store, { ranges: [keyRange('sa', 'zz')] }), ['zzz'])
  const rows = [{ key: 'schema_mine', values: [1] }]
  const columns = [{ name: 'i:fid', type: 'integer' as const }]
  await assert.rejects(store.write([{ table: 't', columns, rows }]), /reserved/)
  await store.remove('t', ['schema_4.0_6.1.1'])
  assert.equal((await store.schema('t'))?.key, 'schema_4.0_6.1.1')
})

clusterTest('new columns join the schema row in use, new families are refused', async () => {
  const store = storeOn(prefixedTables(cluster(), 'foreign.'))
  const columns = [{ name: 'd:note', type: 'string' as const }]
  const put = { table: 't', columns, rows: [{ key: 'zzz', values: ['new'] }] }
  assert.deepEqual((await store.write([put])).get('t'), { added: 0, changed: 1 })
  const schema = await store.schema('t')
  assert.equal(schema?.key, 'schema_4.0_6.1.1')
  assert.equal(schema?.columns.length, 11)
  const wrong = { ...put, columns: [{ name: 'q:note', type: 'string' as const }] }
  await assert.rejects(store.write([wrong]), { name: 'ConflictError', message: /no family "q"/ })
})

clusterTest('columns and conditions that no family or type fits find nothing', async () => {
  const store = storeOn(prefixedTables(cluster(), 'foreign.'))
  const every = ['ZTF21aaxtctv_2459540.9', 'ZTF21aaxtctv_2459541.9', 'zzz']
  assert.deepEqual(await keysOf(store, { columns: ['q:none', 'nofamily'] }), [])
  assert.deepEqual(await keysOf(store, { columns: ['q:none', 'i:fid'] }), every)
  const where = (column: string, equals: string) => ({ where: { column, equals } })
  assert.deepEqual(await keysOf(store, where('q:x', '1')), [])
  assert.deepEqual(await keysOf(store, where('i:fid', '2')), every)
  assert.deepEqual(await keysOf(store, { ...where('i:fid', '3'), limit: 1 }), [])
  assert.deepEqual(await keysOf(store, where('d:is_transient', 'true')), every)
  assert.deepEqual(
    await keysOf(store, { ...where('i:objectId', 'ZTF21aaxtctv'), columns: ['d:note'], limit: 9 }),
    ['zzz'],
  )
  const backwards = { ...where('d:is_transient', 'true'), reversed: true }
  assert.deepEqual(await keysOf(store, backwards), [...every].reverse())
  assert.deepEqual(await keysOf(store, { ...backwards, columns: ['i:fid'], limit: 2 }), [
    every[2],
    every[1],
  ])
  const exact = { ranges: every.map(exactRange), ...where('i:objectId', 'ZTF21aaxtctv') }
  assert.deepEqual(await keysOf(store, { ...exact, limit: 2 }), every.slice(0, 2))
  assert.deepEqual(await keysOf(store, { ...exact, columns: ['d:note'] }), ['zzz'])
})

clusterTest('many ranges come in the order they are given', async () => {
  const store = openOwn()
  const keys = Array.from({ length: 3000 }, (_, i) => `k${String(i).padStart(4, '0')}`)
  const columns = [{ name: 'i:n', type: 'integer' as const }]
  const rows = keys.map((key, i) => ({ key, values: [i] }))
  assert.deepEqual((await store.write([{ table: 't', columns, rows }])).get('t'), {
    added: 3000,
    changed: 0,
  })
  const shuffled = keys.map((_, i) => keys[(i * 1117) % keys.length]!)
  assert.deepEqual(await keysOf(store, { ranges: shuffled.map(exactRange) }), shuffled)
  const tens = Array.from({ length: 300 }, (_, i) => `k${String((i * 7) % 300).padStart(3, '0')}`)
  const expected = tens.flatMap(ten => keys.filter(key => key.startsWith(ten)))
  assert.deepEqual(await keysOf(store, { ranges: tens.map(prefixRange) }), expected)
  // Close together they are read in one scan, unless that gives more rows than may be held.
  const close = tens.filter(ten => ten.startsWith('k1'))
  const ones = keys.filter(key => close.includes(key.slice(0, 4)))
  const some = { table: 't', ranges: close.map(prefixRange), limit: 10_000 }
  const found = await keysOf(store, some)
  assert.deepEqual([...found].sort(), ones)
  assert.deepEqual(
    found,
    close.flatMap(ten => keys.filter(key => key.startsWith(ten))),
  )
  const single = await keysOf(store, { ...some, where: { column: 'i:n', equals: '1055' } })
  assert.deepEqual(single, ['k1055'])
  const mixed = [prefixRange('k000'), exactRange('k1234'), exactRange('none'), prefixRange('k29')]
  // Few rows of a prefix are read forwards and turned, more than may be held backwards.
  for (const prefix of ['k0', 'k']) {
    const backwards = { ranges: [prefixRange(prefix)], reversed: true, limit: 2500 }
    const of = keys.filter(key => key.startsWith(prefix)).reverse()
    assert.deepEqual(await keysOf(store, backwards), of.slice(0, 2500))
  }
  const few = await keysOf(store, { ranges: mixed, limitPerRange: 2, reversed: true })
  assert.deepEqual(few, ['k0009', 'k0008', 'k1234', 'k2999', 'k2998'])
})

clusterTest('a disabled table is an error that names HBase, and comes back', async () => {
  const store = storeOn(prefixedTables(cluster(), 'foreign.'))
  const limits = { timeoutMs: TIMEOUT_MS }
  const { context } = cluster()
  assert.equal((await keysOf(store, {})).length, 3)
  await setTableEnabled(context, { table: 'foreign.t', isEnabled: false }, limits)
  await assert.rejects(keysOf(store, {}), { name: 'StoreError', service: 'HBase' })
  await setTableEnabled(context, { table: 'foreign.t', isEnabled: true }, limits)
  assert.equal((await keysOf(store, {})).length, 3)
})

clusterTest('numbers that are too short are an error by column and row', async () => {
  await cluster().createTable({ name: 'bad.t', families: ['i'] })
  const rows = [
    { row: Buffer.from('schema_1'), cells: [cellOf('i:n', 'integer')] },
    { row: Buffer.from('y'), cells: [cellOf('i:n', bytes('00000001'))] },
    { row: Buffer.from('z'), cells: [cellOf('i:n', 'x')] },
  ]
  await cluster().put('bad.t', rows)
  const store = storeOn(prefixedTables(cluster(), 'bad.'))
  assert.deepEqual(await keysOf(store, { ranges: [exactRange('y')] }), ['y'])
  const message = /"t": column "i:n" of row "z" has 1 bytes/
  await assert.rejects(keysOf(store, {}), { name: 'StoreError', service: 'HBase', message })
})

/** Dumps of some tables. */
async function dumpAll(place: readonly string[], tables: readonly string[]): Promise<string[]> {
  const dumps: string[] = []
  for (const table of tables) dumps.push(await fink('dump', ...place, table))
  return dumps
}

clusterTest('the command line fills HBase, serves from it and copies it both ways', () =>
  withFolder(async folder => {
    const nights = makeNights(folder, { objects: 30, nights: 3 })
    const data = ['--data', join(folder, 'data')]
    const lake = ['--lake', nights]
    const store = ['--store', `hbase://${service!.zookeeper}/hbase?user=fink`]
    await fink('ingest', ...data, ...lake, nights)
    const said = await fink('ingest', ...store, ...lake, nights)
    assert.match(said, /ztf: [1-9]\d* rows added, 0 changed/)
    assert.match(await fink('ingest', ...store, ...lake, nights), /were in already/)
    const tables = ['ztf', 'ztf.class', 'ztf.pixel128', 'statistics_class', 'fink.ingest']
    const expected = await dumpAll(data, tables)
    assert.deepEqual(await dumpAll(store, tables), expected)

    const copy = join(folder, 'copy')
    assert.match(
      await fink('copy', '--from', store[1]!, '--to', copy, ...tables),
      /^ztf: [1-9]\d* rows, [1-9]\d* added, 0 changed$/m,
    )
    assert.deepEqual(await dumpAll(['--data', copy], tables), expected)
    assert.match(
      await fink('copy', '--from', copy, '--to', store[1]!, 'ztf'),
      /^ztf: [1-9]\d* rows, 0 added, 0 changed$/m,
    )

    const checked = await fink('check', ...store)
    assert.match(checked, /all is well/)
    assert.equal(
      await fink('scan', ...store, 'ztf', '--limit', '2'),
      await fink('scan', ...data, 'ztf', '--limit', '2'),
    )

    const program = startFink(['serve', ...store, ...lake, '--port', '0'])
    try {
      const [, url = ''] = await program.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)$/m)
      const [first = ''] = (await fink('scan', ...store, 'ztf', '--limit', '1')).split('\n')
      const objectId = (JSON.parse(first) as { key: string }).key.split('_')[0]
      const answer = await fetch(`${url}/api/v1/objects?objectId=${objectId}`)
      assert.equal(answer.status, 200)
      assert.ok(((await answer.json()) as unknown[]).length > 0)
    } finally {
      await program.end()
    }
  }),
)

clusterTest('fink check says how tables, schemas and rows differ', async () => {
  await cluster().createTable({ name: 'rubbish.ztf', families: ['i', 'd', 'x'] })
  const schema = schemaCells({ 'i:objectId': 'string', 'i:jd': 'string', 'i:fid': 'integer' })
  const cells = [cellOf('i:objectId', 'A'), cellOf('x:count', bytes('0000000000000001'))]
  await cluster().put('rubbish.ztf', [
    { row: Buffer.from('schema_1'), cells: schema },
    { row: Buffer.from('a'), cells },
  ])
  const { problems, notes } = await checkTables(storeOn(prefixedTables(cluster(), 'rubbish.')))
  assert.deepEqual(problems, ['table "ztf": column "i:jd" is string, expected double'])
  assert.match(notes.join('\n'), /table "ztf": not in its schema: .* more/)
  assert.match(notes.join('\n'), /table "ztf": rows have columns without a type: x:count \(long\)/)
  assert.match(notes.join('\n'), /table "ztf.class" is missing/)
  await cluster().put('rubbish.ztf', [{ row: Buffer.from('b'), cells: [cellOf('i:fid', '1')] }])
  const broken = await checkTables(storeOn(prefixedTables(cluster(), 'rubbish.')))
  assert.match(broken.problems.join('\n'), /rows cannot be read: .*"i:fid" of row "b"/)
})

clusterTest('openHBaseStore() finds the cluster by either kind of address', async () => {
  const { zookeeper, master } = service!
  for (const address of [`hbase://${zookeeper}/hbase`, `hbase-rpc://${master}`]) {
    const store = openHBaseStore(address)
    try {
      assert.equal((await keysOf(store, { table: 'foreign.t' })).length, 3)
      assert.ok((await store.tables()).includes('foreign.t'))
    } finally {
      await store.close()
    }
  }
})

clusterTest('a cluster that cannot be reached is an error that names HBase', async () => {
  const store = openHBaseStore('hbase://127.0.0.1:9/hbase?timeoutMs=500')
  try {
    await assert.rejects(keysOf(store, {}), { service: 'HBase', failure: 'unavailable' })
    await assert.rejects(store.tables(), { service: 'HBase' })
  } finally {
    await store.close()
  }
})
