/**
 * The contract every store keeps, as one suite of tests. A store's own test file calls it with a
 * way to open a fresh, empty store.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ColumnSpec } from '../rows/layout.js'
import {
  type CellValue,
  columnOf,
  type PackedRow,
  readLiteral,
  readText,
} from '../rows/packed-row.js'
import type { ScanRequest, Store, TablePut } from './store.js'
import { ALL_KEYS, exactRange, keyRange, MAX_BATCH_ROWS, prefixRange, readRows } from './store.js'

/** Opens an empty store; `close` of the result must free everything. */
export type OpenStore = () => Promise<Store>

const COLUMNS: readonly ColumnSpec[] = [
  { name: 'i:jd', type: 'double' },
  { name: 'i:candid', type: 'long' },
  { name: 'i:magpsf', type: 'float' },
  { name: 'i:fid', type: 'integer' },
  { name: 'd:cdsxmatch', type: 'string' },
  { name: 'd:is_transient', type: 'boolean' },
]

/** Put of rows given as cells by name, with the columns that occur in them. */
export function putOf(
  table: string,
  rows: Readonly<Record<string, Readonly<Record<string, CellValue>>>>,
  columns: readonly ColumnSpec[] = COLUMNS,
): TablePut {
  return {
    table,
    columns,
    rows: Object.entries(rows).map(([key, cells]) => ({
      key,
      values: columns.map(column => cells[column.name]),
    })),
  }
}

/** Cells of a row as plain texts by name. */
export function cellsOf(row: PackedRow): Record<string, string> {
  const cells: Record<string, string> = {}
  row.layout.columns.forEach(({ name }, i) => {
    const text = readText(row, i)
    if (text !== undefined) cells[name] = text
  })
  return cells
}

async function keysOf(store: Store, request: Partial<ScanRequest>): Promise<string[]> {
  const rows = await readRows(store, { table: 't', ranges: [ALL_KEYS], ...request })
  return rows.map(row => row.key)
}

/** Declares the tests of the contract under the given name. */
export function storeContract(name: string, open: OpenStore): void {
  const check = (title: string, run: (store: Store) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      const store = await open()
      try {
        await run(store)
      } finally {
        await store.close()
      }
    })
  }
  cellTests(check)
  rangeTests(check)
  limitTests(check)
  writeTests(check)
}

type Check = (title: string, run: (store: Store) => Promise<void>) => void

function cellTests(check: Check): void {
  check('cells keep 64-bit integers exact and floats at their own precision', async store => {
    const row = {
      'i:jd': 2459540.9121644,
      'i:candid': 1786412164315010007n,
      'i:magpsf': Math.fround(18.33035),
      'i:fid': -2,
      'd:cdsxmatch': 'a "quoted" \\ name, é\n☃ 𝒳',
      'd:is_transient': true,
    }
    await store.write([putOf('t', { k: row })])
    const [read] = await readRows(store, { table: 't', ranges: [ALL_KEYS] })
    assert.deepEqual(cellsOf(read!), {
      'i:jd': '2459540.9121644',
      'i:candid': '1786412164315010007',
      'i:magpsf': '18.33035',
      'i:fid': '-2',
      'd:cdsxmatch': row['d:cdsxmatch'],
      'd:is_transient': 'true',
    })
  })

  check('NaN and infinities are cells, a missing cell is none', async store => {
    await store.write([
      putOf('t', {
        a: { 'i:jd': Number.NaN, 'i:magpsf': Number.POSITIVE_INFINITY },
        b: { 'i:jd': Number.NEGATIVE_INFINITY, 'i:fid': 1 },
      }),
    ])
    const rows = await readRows(store, { table: 't', ranges: [ALL_KEYS] })
    assert.deepEqual(rows.map(cellsOf), [
      { 'i:jd': 'NaN', 'i:magpsf': 'Infinity' },
      { 'i:fid': '1', 'i:jd': '-Infinity' },
    ])
  })

  check('rows longer than 64 kB come back whole', async store => {
    const long = 'x'.repeat(100_000)
    await store.write([putOf('t', { a: { 'd:cdsxmatch': long, 'i:fid': 3 } })])
    const [row] = await readRows(store, { table: 't', ranges: [ALL_KEYS] })
    assert.equal(readText(row!, columnOf(row!, 'd:cdsxmatch')), long)
    assert.equal(readLiteral(row!, columnOf(row!, 'i:fid')), '3')
  })
}

function rangeTests(check: Check): void {
  const rows = Object.fromEntries(
    ['ZTF1', 'ZTF18a_2', 'ZTF18a_10', 'ZTF18ab_1', 'ZTF18b_1', 'é', '☃', '𝒳'].map((key, i) => [
      key,
      { 'i:fid': i },
    ]),
  )

  check('keys come in byte order, both ways', async store => {
    await store.write([putOf('t', rows)])
    const sorted = Object.keys(rows).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    assert.deepEqual(await keysOf(store, {}), sorted)
    assert.deepEqual(await keysOf(store, { reversed: true }), sorted.reverse())
  })

  check('ranges: prefix, from-through, exact, several', async store => {
    await store.write([putOf('t', rows)])
    const prefix = await keysOf(store, { ranges: [prefixRange('ZTF18a_')] })
    assert.deepEqual(prefix, ['ZTF18a_10', 'ZTF18a_2'])
    const through = await keysOf(store, { ranges: [keyRange('ZTF18a_2', 'ZTF18ab')] })
    assert.deepEqual(through, ['ZTF18a_2', 'ZTF18ab_1'])
    const exact = await keysOf(store, { ranges: [exactRange('ZTF1')] })
    assert.deepEqual(exact, ['ZTF1'])
    const several = await keysOf(store, {
      ranges: [prefixRange('ZTF18b'), prefixRange('nothing'), prefixRange('ZTF18a_')],
    })
    assert.deepEqual(several, ['ZTF18b_1', 'ZTF18a_10', 'ZTF18a_2'])
  })

  check('reversed ranges keep both of their ends', async store => {
    await store.write([putOf('t', { a: { 'i:fid': 1 }, b: { 'i:fid': 1 }, c: { 'i:fid': 1 } })])
    const range = { start: Buffer.from('a'), end: Buffer.from('c') }
    assert.deepEqual(await keysOf(store, { ranges: [range], reversed: true }), ['b', 'a'])
    const twice = [range, exactRange('c')]
    assert.deepEqual(await keysOf(store, { ranges: twice, reversed: true }), ['b', 'a', 'c'])
  })

  check('a table that does not exist has no rows and no schema', async store => {
    assert.deepEqual(await keysOf(store, { table: 'nowhere' }), [])
    assert.equal(await store.schema('nowhere'), undefined)
    assert.deepEqual(await store.tables(), [])
  })
}

function limitTests(check: Check): void {
  const many = Object.fromEntries(
    Array.from({ length: 2000 }, (_, i) => [
      `k${String(i).padStart(5, '0')}`,
      i % 2 === 0 ? { 'i:fid': i, 'd:cdsxmatch': i % 4 === 0 ? 'QSO' : 'SN' } : { 'i:candid': i },
    ]),
  )

  check('limits are exact, over all ranges and per range', async store => {
    await store.write([putOf('t', many)])
    for (const limit of [0, 1, MAX_BATCH_ROWS, MAX_BATCH_ROWS + 1, 1999, 2000, 5000]) {
      assert.equal((await keysOf(store, { limit })).length, Math.min(limit, 2000))
    }
    const ranges = [prefixRange('k000'), prefixRange('k001'), prefixRange('k01')]
    assert.equal((await keysOf(store, { ranges, limitPerRange: 7 })).length, 21)
    assert.equal((await keysOf(store, { ranges, limitPerRange: 7, limit: 10 })).length, 10)
    const last = await keysOf(store, { ranges, limitPerRange: 1, reversed: true })
    assert.deepEqual(last, ['k00099', 'k00199', 'k01999'])
  })

  check('rows with none of the asked columns are absent and not counted', async store => {
    await store.write([putOf('t', many)])
    const keys = await keysOf(store, { columns: ['i:candid', 'i:none'], limit: 3 })
    assert.deepEqual(keys, ['k00001', 'k00003', 'k00005'])
    assert.deepEqual(await keysOf(store, { columns: ['i:none'] }), [])
    assert.deepEqual(await keysOf(store, { columns: [] }), [])
  })

  check('where matches one column exactly', async store => {
    await store.write([putOf('t', many)])
    const where = { column: 'd:cdsxmatch', equals: 'QSO' }
    const keys = await keysOf(store, { where, limit: 3, reversed: true })
    assert.deepEqual(keys, ['k01996', 'k01992', 'k01988'])
    assert.deepEqual(await keysOf(store, { where: { column: 'd:cdsxmatch', equals: 'QS' } }), [])
  })

  check('batches are bounded and an aborted scan stops', async store => {
    await store.write([putOf('t', many)])
    const abort = new AbortController()
    const read = async (): Promise<void> => {
      for await (const batch of store.scan({
        table: 't',
        ranges: [ALL_KEYS],
        signal: abort.signal,
      })) {
        assert.ok(batch.length <= MAX_BATCH_ROWS)
        abort.abort()
      }
    }
    await assert.rejects(read, { name: 'AbortError' })
  })
}

function writeTests(check: Check): void {
  check('a put replaces the cells it gives and keeps the others', async store => {
    await store.write([putOf('t', { a: { 'i:fid': 1, 'd:cdsxmatch': 'SN' } })])
    const counts = await store.write([putOf('t', { a: { 'i:fid': 2 }, b: { 'i:fid': 3 } })])
    assert.deepEqual(counts.get('t'), { added: 1, changed: 1 })
    const rows = await readRows(store, { table: 't', ranges: [ALL_KEYS] })
    assert.deepEqual(rows.map(cellsOf), [{ 'i:fid': '2', 'd:cdsxmatch': 'SN' }, { 'i:fid': '3' }])
  })

  check('writing the same twice changes nothing', async store => {
    const put = putOf('t', { a: { 'i:fid': 1, 'i:magpsf': Math.fround(0.1) } })
    await store.write([put])
    assert.deepEqual((await store.write([put])).get('t'), { added: 0, changed: 0 })
  })

  check('new columns join the schema, a changed type is refused', async store => {
    await store.write([putOf('t', { a: { 'i:fid': 1 } }, [{ name: 'i:fid', type: 'integer' }])])
    const added: ColumnSpec[] = [{ name: 'd:new', type: 'string' }]
    await store.write([putOf('t', { b: { 'd:new': 'x' } }, added)])
    const names = (await store.schema('t'))?.columns.map(column => `${column.name} ${column.type}`)
    assert.deepEqual(names, ['d:new string', 'i:fid integer'])
    const rows = await readRows(store, { table: 't', ranges: [ALL_KEYS] })
    assert.deepEqual(rows.map(cellsOf), [{ 'i:fid': '1' }, { 'd:new': 'x' }])
    const wrong = putOf('t', { c: { 'i:fid': 1.5 } }, [{ name: 'i:fid', type: 'double' }])
    await assert.rejects(store.write([wrong]), { name: 'ConflictError' })
  })

  check('a refused batch leaves nothing behind', async store => {
    const good = putOf('t', { a: { 'i:fid': 1 } })
    const bad = putOf('u', { b: { 'i:fid': 1.5 } })
    await assert.rejects(store.write([good, bad]))
    assert.deepEqual(await keysOf(store, {}), [])
  })

  check('remove takes whole rows', async store => {
    await store.write([putOf('t', { a: { 'i:fid': 1 }, b: { 'i:fid': 2 } })])
    await store.remove('t', ['a', 'never'])
    assert.deepEqual(await keysOf(store, {}), ['b'])
  })

  check('tables are listed by name', async store => {
    await store.write([putOf('ztf.class', { a: {} }), putOf('ztf', { a: { 'i:fid': 1 } })])
    assert.deepEqual(await store.tables(), ['ztf', 'ztf.class'])
  })
}
