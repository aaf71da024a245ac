import assert from 'node:assert/strict'
import { createReadStream, readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { createGunzip } from 'node:zlib'
import { testWithShared } from '../../test/shared.js'
import { putOf } from '../store/contract.js'
import { openMemoryStore } from '../store/memory.js'
import type { Store } from '../store/store.js'
import { type DumpRow, dumpTable } from './dump.js'
import { loadDump } from './load.js'

async function* linesOf(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  for await (const text of texts) yield* text.split('\n')
}

async function dumpText(store: Store, table: string): Promise<string> {
  let text = ''
  for await (const part of dumpTable(store, table)) text += part
  return text
}

test('loadDump() of dumpTable() gives the same dump', async () => {
  const store = openMemoryStore()
  const cells = { 'i:jd': 2459000.25, 'i:candid': 2n ** 60n, 'd:cdsxmatch': 'a\n"b"', 'i:fid': 2 }
  await store.write([
    putOf('t', { k1: cells, k2: { 'd:is_transient': false, 'i:jd': Number.NaN } }),
  ])
  const text = await dumpText(store, 't')
  const copy = openMemoryStore()
  assert.deepEqual(await loadDump(copy, linesOf([text])), { table: 't', rows: 2 })
  assert.equal(await dumpText(copy, 't'), text)
})

test('loadDump() makes the table of a dump without rows', async () => {
  const store = openMemoryStore()
  const head = '{"table":"t","schema":{"i:fid":"integer"}}'
  assert.deepEqual(await loadDump(store, linesOf([head])), { table: 't', rows: 0 })
  assert.deepEqual((await store.schema('t'))?.columns, [{ name: 'i:fid', type: 'integer' }])
})

test('loadDump() names the line it cannot read', async () => {
  const head = '{"table":"t","schema":{"i:fid":"integer"}}'
  const load = (line: string): Promise<unknown> =>
    loadDump(openMemoryStore(), linesOf([`${head}\n${line}`]))
  await assert.rejects(load('{"key":"a","cells":{"i:fid":"x"}}'), /line 2/)
  for (const line of ['{', 'null', '[]', '{"cells":{}}', '{"key":"a"}', '{"key":"","cells":{}}']) {
    await assert.rejects(load(line), /^SyntaxError: Cannot read line 2/, line)
  }
  await assert.rejects(load('{"key":"a","cells":{"i:fid":1}}'), /line 2/)
  await assert.rejects(loadDump(openMemoryStore(), linesOf(['{}'])), /line 1/)
  await assert.rejects(loadDump(openMemoryStore(), linesOf([''])), /empty/)
})

/** JDK 17 prints large floats with more digits than needed; the values are the same. */
function sameDigits({ key, cells }: DumpRow): DumpRow {
  const value = (text: string): string =>
    /^-?[\d.]+E\d+$/.test(text) ? String(Math.fround(Number(text))) : text
  return { key, cells: Object.fromEntries(Object.entries(cells).map(([k, v]) => [k, value(v)])) }
}

testWithShared('loadDump() keeps every cell of the reference tables', async path => {
  const folder = path('golden/store')
  for (const file of readdirSync(folder).filter(name => name.endsWith('.ndjson.gz'))) {
    const lines = () =>
      createInterface({ input: createReadStream(`${folder}/${file}`).pipe(createGunzip()) })
    const store = openMemoryStore()
    const { table } = await loadDump(store, lines())
    const dumped = (await dumpText(store, table)).trimEnd().split('\n').slice(1)
    let row = 0
    for await (const line of lines()) {
      if (line.startsWith('{"table"')) continue
      const { key, cells, hex = {} } = JSON.parse(line) as DumpRow
      const counts = Object.entries(hex).map(([name, bytes]) => [
        name,
        String(BigInt(`0x${bytes}`)),
      ])
      const expected = { key, cells: { ...cells, ...Object.fromEntries(counts) } }
      assert.deepEqual(sameDigits(JSON.parse(dumped[row++]!)), sameDigits(expected))
    }
    assert.equal(dumped.length, row)
  }
})
