import assert from 'node:assert/strict'
import { test } from 'node:test'
import { putOf } from '../store/contract.js'
import { openMemoryStore } from '../store/memory.js'
import type { Store } from '../store/store.js'
import { copyTable } from './copy.js'
import { dumpTable } from './dump.js'

async function dumpText(store: Store, table: string): Promise<string> {
  let text = ''
  for await (const part of dumpTable(store, table)) text += part
  return text
}

const CELLS = {
  'i:jd': Number.NaN,
  'i:candid': 2n ** 60n,
  'i:magpsf': Math.fround(0.1),
  'i:fid': -2,
  'd:cdsxmatch': 'a\n"b" é',
  'd:is_transient': false,
}

test('copyTable() keeps every cell, and a second copy changes nothing', async () => {
  const from = openMemoryStore()
  const keys = Array.from({ length: 2500 }, (_, i) => `k${String(i).padStart(4, '0')}`)
  await from.write([putOf('t', Object.fromEntries(keys.map(key => [key, CELLS])))])
  await from.write([putOf('t', { z: { 'i:jd': Number.NEGATIVE_INFINITY } })])
  const to = openMemoryStore()
  const progress: number[] = []
  const summary = await copyTable(from, to, 't', { onProgress: rows => progress.push(rows) })
  assert.deepEqual(summary, { rows: 2501, added: 2501, changed: 0 })
  assert.equal(progress.at(-1), 2501)
  assert.equal(await dumpText(to, 't'), await dumpText(from, 't'))
  assert.deepEqual(await copyTable(from, to, 't'), { rows: 2501, added: 0, changed: 0 })
})

test('copyTable() leaves derived values to the store they go to', async () => {
  const columns = [{ name: 'v:twice', type: 'double' as const }]
  const derivation = {
    columns,
    derive: (literal: (name: string) => string | undefined) => [2 * Number(literal('i:jd'))],
  }
  const from = openMemoryStore({ derivationOf: () => derivation })
  await from.write([putOf('t', { a: { 'i:jd': 1.5 } })])
  const to = openMemoryStore()
  await copyTable(from, to, 't', { isDerived: name => name.startsWith('v:') })
  assert.ok(!(await to.schema('t'))?.columns.some(({ name }) => name === 'v:twice'))
  assert.equal(await dumpText(to, 't'), await dumpText(from, 't'))
})

test('copyTable() makes tables without rows, and tells of those that are not there', async () => {
  const from = openMemoryStore()
  await from.write([putOf('t', {})])
  const to = openMemoryStore()
  assert.deepEqual(await copyTable(from, to, 't'), { rows: 0, added: 0, changed: 0 })
  assert.deepEqual(await to.tables(), ['t'])
  assert.equal(await copyTable(from, to, 'none'), undefined)
})
