import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLayout } from '../rows/layout.js'
import { type CellValue, encodeRow, type PackedRow } from '../rows/packed-row.js'
import { jsonFormat } from './json.js'
import type { Table, TableColumn } from './table.js'

const layout = toLayout([
  { name: 'd:cdsxmatch', type: 'string' },
  { name: 'i:candid', type: 'long' },
  { name: 'i:jd', type: 'double' },
  { name: 'i:magpsf', type: 'float' },
])

function row(...values: (CellValue | null)[]): PackedRow {
  return { key: 'k', layout, bytes: encodeRow(layout, values), start: 0 }
}

function encode(...batches: Table[]): string {
  const encoder = jsonFormat.encoder(batches[0]?.columns ?? [], {})
  const parts = [encoder.begin(), ...batches.map(batch => encoder.rows(batch)), encoder.end()]
  return Buffer.concat(parts).toString()
}

const stored = (name: string): TableColumn => ({ name, type: 'string' })

test('jsonFormat writes stored cells as they are, missing ones null', () => {
  const rows = [row('a"b', 1786412164315010007n, 2459000.5, null), row(null, null, null, null)]
  const columns = [...layout.columns, stored('i:nosuch')]
  assert.equal(
    encode({ columns, rows, length: 2 }),
    '[{"d:cdsxmatch":"a\\"b","i:candid":1786412164315010007,"i:jd":2459000.5,"i:magpsf":null,"i:nosuch":null},' +
      '{"d:cdsxmatch":null,"i:candid":null,"i:jd":null,"i:magpsf":null,"i:nosuch":null}]',
  )
})

test('jsonFormat keeps the order of the columns asked for', () => {
  const rows = [row('x', 1, 2.5, 3)]
  const columns = [stored('i:magpsf'), stored('i:candid'), stored('i:jd')]
  assert.equal(encode({ columns, rows, length: 1 }), '[{"i:magpsf":3.0,"i:candid":1,"i:jd":2.5}]')
})

test('jsonFormat writes NaN and infinities as null', () => {
  const rows = [row('1e999', null, Number.POSITIVE_INFINITY, Number.NaN)]
  assert.equal(
    encode({ columns: layout.columns, rows, length: 1 }),
    '[{"d:cdsxmatch":"1e999","i:candid":null,"i:jd":null,"i:magpsf":null}]',
  )
})

test('jsonFormat writes computed columns of every kind over several batches', () => {
  const columns: TableColumn[] = [
    {
      name: 'n',
      type: 'double',
      values: { kind: 'numbers', values: Float64Array.of(1, Number.NaN) },
    },
    { name: 't', type: 'string', values: { kind: 'texts', values: ['é"', null] } },
    { name: 'l', type: 'long', values: { kind: 'integers', values: [2n ** 62n, undefined] } },
    { name: 'b', type: 'boolean', values: { kind: 'booleans', values: [true, null] } },
    { name: 'j', type: 'json', values: { kind: 'json', values: [Buffer.from('[[1,2]]'), null] } },
    { name: 'c', type: 'string', values: { kind: 'constant', value: 'valid' } },
  ]
  const batch: Table = { columns, rows: [], length: 2 }
  const first = '{"n":1.0,"t":"é\\"","l":4611686018427387904,"b":true,"j":[[1,2]],"c":"valid"}'
  const second = '{"n":null,"t":null,"l":null,"b":null,"j":null,"c":"valid"}'
  assert.equal(encode(batch), `[${first},${second}]`)
  assert.equal(encode(batch, batch), `[${first},${second},${first},${second}]`)
})

test('jsonFormat writes an empty array without rows and {} without columns', () => {
  assert.equal(encode({ columns: [], rows: [], length: 0 }), '[]')
  assert.equal(encode({ columns: [], rows: [row('x', 1, 2, 3)], length: 1 }), '[{}]')
})
