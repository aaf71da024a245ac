import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetMetadata } from 'hyparquet'
import { readParquet } from './contract-readers.js'
import { MAX_GROUP_IMAGE_BYTES, MAX_GROUP_ROWS, parquetFormat } from './parquet.js'
import type { Table, TableColumn } from './table.js'

function encode(columns: readonly TableColumn[], batches: readonly Table[]): Buffer {
  const encoder = parquetFormat.encoder(columns, {})
  const pieces = [encoder.begin(), ...batches.map(batch => encoder.rows(batch)), encoder.end()]
  return Buffer.concat(pieces)
}

function metadata(file: Buffer) {
  return parquetMetadata(new Uint8Array(file).buffer)
}

const all: readonly TableColumn[] = [
  { name: 'd:text', type: 'string' },
  { name: 'd:when', type: 'timestamp' },
  { name: 'i:fid', type: 'integer' },
  { name: 'i:candid', type: 'long' },
  { name: 'i:magpsf', type: 'float', unit: 'mag' },
  { name: 'i:jd', type: 'double' },
  { name: 'd:flag', type: 'boolean' },
]

test('parquetFormat gives every column type its optional Parquet type', () => {
  const { schema, num_rows, created_by } = metadata(encode(all, []))
  assert.equal(num_rows, 0n)
  assert.equal(created_by, 'fink-object-api')
  assert.deepEqual(
    schema
      .slice(1)
      .map(({ name, type, converted_type, repetition_type }) => [
        name,
        converted_type ?? type,
        repetition_type,
      ]),
    [
      ['d:text', 'UTF8', 'OPTIONAL'],
      ['d:when', 'UTF8', 'OPTIONAL'],
      ['i:fid', 'INT64', 'OPTIONAL'],
      ['i:candid', 'INT64', 'OPTIONAL'],
      ['i:magpsf', 'DOUBLE', 'OPTIONAL'],
      ['i:jd', 'DOUBLE', 'OPTIONAL'],
      ['d:flag', 'BOOLEAN', 'OPTIONAL'],
    ],
  )
})

test('parquetFormat stores images as lists of lists of doubles', () => {
  const { schema } = metadata(encode([{ name: 'b:s', type: 'json' }], []))
  assert.deepEqual(
    schema
      .slice(1)
      .map(element => element.converted_type ?? element.type ?? element.repetition_type),
    ['LIST', 'REPEATED', 'LIST', 'REPEATED', 'DOUBLE'],
  )
})

test('parquetFormat carries units in a VOTable without data', () => {
  const facts = metadata(encode(all, [])).key_value_metadata ?? []
  const byKey = new Map(facts.map(({ key, value }) => [key, value]))
  assert.equal(byKey.get('IVOA.VOTable-Parquet.version'), '1.0')
  const votable = byKey.get('IVOA.VOTable-Parquet.content') ?? ''
  assert.match(votable, /name="i:magpsf" datatype="double" unit="mag"/)
  assert.doesNotMatch(votable, /<DATA>/)
})

test('parquetFormat writes row groups as they fill, and gives their bytes', async () => {
  const batchRows = 512
  const columns: readonly TableColumn[] = [{ name: 'n', type: 'long' }]
  const encoder = parquetFormat.encoder(columns, {})
  const pieces = [encoder.begin()]
  let emitted = 0
  for (let start = 0; start < MAX_GROUP_ROWS + batchRows; start += batchRows) {
    const values = Array.from({ length: batchRows }, (_, i) => start + i)
    const column = { ...columns[0]!, values: { kind: 'integers', values } as const }
    const piece = encoder.rows({ columns: [column], rows: [], length: batchRows })
    if (piece.length > 0) emitted++
    pieces.push(piece)
  }
  const file = Buffer.concat([...pieces, encoder.end()])
  assert.equal(emitted, 1)
  assert.deepEqual(
    metadata(file).row_groups.map(group => group.num_rows),
    [BigInt(MAX_GROUP_ROWS), BigInt(batchRows)],
  )
  const rows = await readParquet(file, columns)
  assert.equal(rows.length, MAX_GROUP_ROWS + batchRows)
  assert.ok(rows.every(([value], i) => value === BigInt(i)))
})

test('parquetFormat closes a row group early when images fill it', () => {
  const image = Buffer.from(JSON.stringify([Array(40_000).fill(12345.678901)]))
  const count = Math.ceil(MAX_GROUP_IMAGE_BYTES / image.length) + 1
  const values = Array.from({ length: count }, () => image)
  const column: TableColumn = { name: 'b:s', type: 'json', values: { kind: 'json', values } }
  const file = encode([column], [{ columns: [column], rows: [], length: count }])
  assert.equal(metadata(file).row_groups.length, 2)
})
