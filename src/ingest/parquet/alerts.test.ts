import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { AlertBatch, AlertFields } from '../alert-batch.js'
import { AlertFileError } from '../errors.js'
import { memorySource } from '../testing/alert-fixture.js'
import { openParquetAlerts } from './alerts.js'

/** A record, a list of records, a map and a plain column, as Spark writes them. */
const SCHEMA: SchemaElement[] = [
  { name: 'schema', num_children: 4 },
  { name: 'candid', type: 'INT64', repetition_type: 'OPTIONAL' },
  { name: 'candidate', repetition_type: 'OPTIONAL', num_children: 2 },
  { name: 'jd', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  {
    name: 'label',
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    repetition_type: 'OPTIONAL',
  },
  { name: 'history', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
  { name: 'jd', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  { name: 'fid', type: 'INT32', repetition_type: 'OPTIONAL' },
  { name: 'mangrove', repetition_type: 'OPTIONAL', converted_type: 'MAP', num_children: 1 },
  { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
  { name: 'key', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'value', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
]

const FIELDS: AlertFields = {
  cells: [
    { path: 'candid', column: 'candid', type: 'long' },
    { path: 'candidate.jd', column: 'jd', type: 'double' },
    { path: 'candidate.label', column: 'label', type: 'string' },
    { path: 'mangrove.lum_dist', column: 'lum', type: 'string' },
    { path: 'mangrove.other', column: 'other', type: 'string' },
    { path: 'candidate', column: 'no value', type: 'string' },
    { path: 'absent', column: 'absent', type: 'string' },
  ],
  lists: [
    { path: 'history.jd', type: 'double' },
    { path: 'history.fid', type: 'integer' },
    { path: 'history.absent', type: 'integer' },
  ],
  required: ['candid', 'candidate.jd'],
}

interface Row {
  readonly candid: bigint | null
  readonly candidate: { readonly jd: number | null; readonly label: string | null } | null
  readonly history: readonly ({ jd: number | null; fid: number | null } | null)[] | null
  readonly mangrove: Readonly<Record<string, string | null>> | null
}

function encode(rows: readonly Row[], rowGroupSize = 1000, pageSize = 64): Buffer {
  const columnData = (['candid', 'candidate', 'history', 'mangrove'] as const).map(name => ({
    name,
    data: rows.map(row => row[name]),
  }))
  const bytes = parquetWriteBuffer({ columnData, schema: SCHEMA, rowGroupSize, pageSize })
  return Buffer.from(bytes)
}

async function readAll(bytes: Buffer, start = 0, size = 100): Promise<AlertBatch[]> {
  const file = await openParquetAlerts(memorySource('a.parquet', bytes), FIELDS)
  await file.check()
  const batches: AlertBatch[] = []
  for await (const batch of file.batches(start, size)) batches.push(batch)
  return batches
}

const ROWS: readonly Row[] = [
  {
    candid: 1786412164315010007n,
    candidate: { jd: 2459540.5, label: 'Galaxy' },
    history: [{ jd: 1, fid: 1 }, null, { jd: null, fid: 2 }],
    mangrove: { lum_dist: '57.04', other: 'x' },
  },
  { candid: 2n, candidate: { jd: 2459541, label: null }, history: [], mangrove: {} },
  { candid: null, candidate: null, history: null, mangrove: null },
]

test('openParquetAlerts() reads records, lists and maps with every kind of null', async () => {
  const [batch] = await readAll(encode(ROWS))
  assert.deepEqual(batch?.cells, [
    [1786412164315010007n, 2n, null],
    [2459540.5, 2459541, null],
    ['Galaxy', null, null],
    ['57.04', null, null],
    ['x', null, null],
    undefined,
    undefined,
  ])
  assert.deepEqual(batch?.lists, [[[1, null, null], [], null], [[1, null, 2], [], null], undefined])
})

test('openParquetAlerts() goes on across pages and row groups from any row', async () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({
    candid: BigInt(i),
    candidate: { jd: i, label: `label ${i % 3}` },
    history: Array.from({ length: i % 5 }, (_, k) => ({ jd: i * 10 + k, fid: k })),
    mangrove: i % 2 === 0 ? { lum_dist: String(i) } : null,
  }))
  const bytes = encode(rows, 20, 48)
  for (const start of [0, 7, 19, 20, 21, 49, 50]) {
    const batches = await readAll(bytes, start, 8)
    const read = (of: (batch: AlertBatch) => readonly unknown[] | undefined): unknown[] =>
      batches.flatMap(batch => of(batch) ?? [])
    const rest = rows.slice(start)
    assert.deepEqual(
      read(batch => batch.rows),
      rest.map(({ candid }) => Number(candid)),
    )
    assert.deepEqual(
      read(batch => batch.cells[1]),
      rest.map(({ candidate }) => candidate.jd),
    )
    assert.deepEqual(
      read(batch => batch.lists[0]),
      rest.map(({ history }) => history.map(({ jd }) => jd)),
    )
    assert.deepEqual(
      read(batch => batch.cells[3]),
      rest.map(({ mangrove }) => mangrove?.lum_dist ?? null),
    )
  }
})

test('openParquetAlerts() refuses a file without required values by name', async () => {
  const bytes = encode(ROWS)
  const source = memorySource('a.parquet', bytes)
  await assert.rejects(
    openParquetAlerts(source, { ...FIELDS, required: ['candidate'] }),
    /Cannot ingest "a.parquet": its alerts have no "candidate"/,
  )
})

test('openParquetAlerts() refuses files that are cut', async () => {
  const bytes = encode(ROWS)
  for (let end = 4; end < bytes.length; end += 11) {
    await assert.rejects(readAll(bytes.subarray(0, end)), AlertFileError)
  }
})

test('openParquetAlerts() never crashes on damaged files', async () => {
  const whole = encode(ROWS)
  const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }))
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async changes => {
      const bytes = Buffer.from(whole)
      for (const [at, bits] of changes) bytes[at] = bytes[at]! ^ bits
      try {
        await readAll(bytes)
      } catch (error) {
        assert.ok(error instanceof AlertFileError, String(error))
      }
    }),
    { numRuns: 500 },
  )
})
