import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLayout } from '../rows/layout.js'
import { type CellValue, encodeRow } from '../rows/packed-row.js'
import { csvFormat } from './csv.js'
import type { Table, TableColumn } from './table.js'

const layout = toLayout([
  { name: 'd:flag', type: 'boolean' },
  { name: 'd:text', type: 'string' },
  { name: 'i:candid', type: 'long' },
  { name: 'i:jd', type: 'double' },
])

function table(...rows: (CellValue | null)[][]): Table {
  const packed = rows.map(values => ({
    key: '',
    layout,
    bytes: encodeRow(layout, values),
    start: 0,
  }))
  return { columns: layout.columns, rows: packed, length: rows.length }
}

function encode(batch: Table): string {
  const encoder = csvFormat.encoder(batch.columns, {})
  return Buffer.concat([encoder.begin(), encoder.rows(batch), encoder.end()]).toString()
}

test('csvFormat writes values as Python does', () => {
  const batch = table(
    [true, 'SN Ia', 1786412164315010007n, 2459003.6],
    [false, 'x', -1, 17],
    [null, null, null, Number.NaN],
    [null, '', 0, Number.POSITIVE_INFINITY],
    [null, null, null, Number.NEGATIVE_INFINITY],
    [null, null, null, 0.00001],
    [null, null, null, 1e16],
    [null, null, null, -0],
  )
  assert.equal(
    encode(batch),
    [
      'd:flag,d:text,i:candid,i:jd',
      'True,SN Ia,1786412164315010007,2459003.6',
      'False,x,-1,17.0',
      ',,,',
      ',,0,inf',
      ',,,-inf',
      ',,,1e-05',
      ',,,1e+16',
      ',,,-0.0',
      '',
    ].join('\n'),
  )
})

test('csvFormat quotes only fields with comma, quote or line end', () => {
  const texts = ['a,b', 'say "x"', '"', 'l\nf', 'c\rr', "it's", 'a b', 'tab\t', 'back\\slash']
  const expected = [
    '"a,b"',
    '"say ""x"""',
    '""""',
    '"l\nf"',
    '"c\rr"',
    "it's",
    'a b',
    'tab\t',
    'back\\slash',
  ]
  const stored = encode(table(...texts.map(text => [null, text, null, null])))
  assert.equal(
    stored,
    `d:flag,d:text,i:candid,i:jd\n${expected.map(field => `,${field},,\n`).join('')}`,
  )
  const columns: TableColumn[] = [
    { name: 'v,"t', type: 'string', values: { kind: 'texts', values: texts } },
    { name: 'n', type: 'long', values: { kind: 'constant', value: 1 } },
  ]
  const computed = encode({ columns, rows: [], length: texts.length })
  assert.equal(computed, `"v,""t",n\n${expected.map(field => `${field},1\n`).join('')}`)
})

test('csvFormat quotes an empty field that stands alone', () => {
  const columns = [{ name: 'd:text', type: 'string' }] as const
  const batch = table([null, null, null, null], [null, '', null, null], [null, 'x', null, null])
  assert.equal(encode({ ...batch, columns }), 'd:text\n""\n""\nx\n')
})

test('csvFormat writes a line feed for a table without columns', () => {
  assert.equal(encode({ columns: [], rows: [], length: 0 }), '\n')
})

test('csvFormat writes images as quoted JSON', () => {
  const image = Buffer.from('[[1.0,null],[2.0,3.0]]')
  const columns: TableColumn[] = [
    { name: 'b:s', type: 'json', values: { kind: 'json', values: [image] } },
  ]
  assert.equal(encode({ columns, rows: [], length: 1 }), 'b:s\n"[[1.0,null],[2.0,3.0]]"\n')
})
