import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ColumnValues, computedTable, type Table } from '../../formats/table.js'
import { BATCH_ROWS, toBatches } from './table-batches.js'

function tableOf(length: number): Table {
  const count = <T>(make: (i: number) => T) => Array.from({ length }, (_, i) => make(i))
  const values: ColumnValues[] = [
    { kind: 'numbers', values: Float64Array.from(count(i => i)) },
    { kind: 'texts', values: count(String) },
    { kind: 'integers', values: count(BigInt) },
    { kind: 'booleans', values: count(i => i % 2 === 0) },
    { kind: 'json', values: count(i => Buffer.from(String(i))) },
    { kind: 'constant', value: 'x' },
  ]
  const columns = values.map(own => ({ name: own.kind, type: 'string' as const, values: own }))
  return computedTable([...columns, { name: 'stored', type: 'string' }], length)
}

test('toBatches() leaves a short table as it is', () => {
  const table = tableOf(BATCH_ROWS)
  assert.deepEqual([...toBatches(table)], [table])
})

test('toBatches() cuts every kind of column at the same rows', () => {
  const table = tableOf(BATCH_ROWS * 2 + 1)
  const batches = [...toBatches(table)]
  assert.deepEqual(
    batches.map(batch => batch.length),
    [BATCH_ROWS, BATCH_ROWS, 1],
  )
  for (const { values } of batches[2]!.columns) {
    if (values === undefined || values.kind === 'constant') continue
    assert.equal(String(values.values[0]), values.kind === 'booleans' ? 'true' : '1024')
    assert.equal(values.values.length, 1)
  }
})
