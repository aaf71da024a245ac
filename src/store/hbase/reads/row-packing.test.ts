import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BytePool, RowMemory } from '../../../rows/byte-pool.js'
import type { ColumnSpec } from '../../../rows/layout.js'
import {
  type CellValue,
  encodeRow,
  hasInfinity,
  type PackedRow,
  readLiteral,
} from '../../../rows/packed-row.js'
import { type CellBatch, decodeCells } from '../protocol/cell-block.js'
import { cellBytes, type NewCell, writeCell } from '../protocol/cell-writer.js'
import { isCount, type StoredColumn, storedColumn } from '../values/cell-encodings.js'
import { GrowingColumns } from './packed-columns.js'
import { toColumnAddress, toNewCell } from './row-cells.js'
import { RowPacker } from './row-packing.js'
import { RowWorkbench } from './row-workbench.js'

const SPECS: readonly ColumnSpec[] = [
  { name: 'd:is_transient', type: 'boolean' },
  { name: 'd:name', type: 'string' },
  { name: 'd:time', type: 'timestamp' },
  { name: 'i:candid', type: 'long' },
  { name: 'i:fid', type: 'integer' },
  { name: 'i:jd', type: 'double' },
  { name: 'i:magpsf', type: 'float' },
]
const COLUMNS = SPECS.map(({ name, type }) => storedColumn(name, type))

interface NewRow {
  readonly key: string
  readonly cells: readonly NewCell[]
}

function nameOf({ family, qualifier }: NewCell): Buffer {
  return Buffer.concat([family, Buffer.of(0), qualifier])
}

/** Rows as a server sends them: cells in the order of family and qualifier. */
function batchOf(rows: readonly NewRow[]): CellBatch {
  const parts: Buffer[] = []
  const starts = [0]
  for (const { key, cells } of rows) {
    const row = Buffer.from(key)
    for (const cell of [...cells].sort((a, b) => Buffer.compare(nameOf(a), nameOf(b)))) {
      const part = Buffer.alloc(cellBytes(row.length, cell))
      writeCell(part, 0, row, { timestampMs: 1, ...cell })
      parts.push(part)
    }
    starts.push(parts.length)
  }
  const cells = decodeCells(Buffer.concat(parts), parts.length)
  return { ...cells, rowCount: rows.length, rowStartCell: Uint32Array.from(starts) }
}

function cellsOf(values: readonly (CellValue | undefined)[], columns: readonly StoredColumn[]) {
  return columns.flatMap((column, i) => {
    const value = values[i]
    return value === undefined ? [] : [toNewCell(value, column)]
  })
}

function bytesOf({ bytes, start }: PackedRow): Buffer {
  return bytes.subarray(start)
}

function rawCell(name: string, value: string | Buffer): NewCell {
  return { ...toColumnAddress(name), value: Buffer.from(value) }
}

function literals(row: PackedRow): Record<string, string> {
  const entries = row.layout.columns.map(({ name }, i) => [name, readLiteral(row, i)])
  return Object.fromEntries(entries.filter(([, literal]) => literal !== undefined))
}

const anyValues = fc.tuple(
  ...[
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('2026-01-01 00:00:00.0', '', '"\\\n'),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    fc.integer(),
    fc.double(),
    fc.float(),
  ].map(value => fc.option(value as fc.Arbitrary<CellValue>, { nil: undefined })),
)

/** A packer on a workbench that held something before. */
function packerOf(growing: GrowingColumns, memory?: RowMemory): RowPacker {
  const bench = new RowWorkbench()
  bench.bytes.fill(0xff)
  bench.positions.fill(9)
  return new RowPacker(growing, bench, memory)
}

test('RowPacker gives the bytes that encodeRow() gives', () => {
  const growing = new GrowingColumns(COLUMNS)
  const rowsWithCells = fc.array(
    anyValues.filter(values => values.some(value => value !== undefined)),
    { minLength: 1, maxLength: 5 },
  )
  fc.assert(
    fc.property(rowsWithCells, rows => {
      const batch = batchOf(
        rows.map((values, i) => ({ key: `k${i}`, cells: cellsOf(values, COLUMNS) })),
      )
      const packed = packerOf(growing).pack(batch)
      rows.forEach((values, i) => {
        const { layout, key } = packed[i]!
        assert.equal(key, `k${i}`)
        assert.deepEqual(bytesOf(packed[i]!), encodeRow(layout, values))
      })
    }),
    { numRuns: 500 },
  )
})

test('RowPacker packs long rows, infinities and text that is not UTF-8', () => {
  const packer = packerOf(new GrowingColumns(COLUMNS))
  const long = 'x"\u0001'.repeat(50_000)
  const cells = [
    rawCell('d:name', long),
    ...cellsOf([undefined, undefined, undefined, undefined, 7], COLUMNS),
  ]
  const bad = [
    rawCell('d:name', Buffer.of(0x61, 0xff)),
    rawCell('i:magpsf', Buffer.from('7f800000', 'hex')),
  ]
  const [first, second] = packer.pack(
    batchOf([
      { key: 'a', cells },
      { key: 'b', cells: bad },
    ]),
  )
  assert.deepEqual(literals(first!), { 'd:name': JSON.stringify(long), 'i:fid': '7' })
  assert.equal(hasInfinity(first!), false)
  assert.deepEqual(literals(second!), { 'd:name': '"a\ufffd"', 'i:magpsf': '1e999' })
  assert.equal(hasInfinity(second!), true)
})

test('RowPacker keeps rows in the memory it is given', () => {
  const memory = new RowMemory(new BytePool())
  const packer = packerOf(new GrowingColumns(COLUMNS), memory)
  const batch = batchOf(['a', 'b'].map(key => ({ key, cells: [rawCell('d:name', key)] })))
  const [a, b] = packer.pack(batch)
  assert.deepEqual([literals(a!), literals(b!)], [{ 'd:name': '"a"' }, { 'd:name': '"b"' }])
  assert.equal(a!.bytes.buffer, b!.bytes.buffer)
})

test('RowPacker takes columns without a type as the cells look', () => {
  const growing = new GrowingColumns([storedColumn('class:tot', 'long')])
  const packer = packerOf(growing)
  const count = Buffer.from('000000000000002a', 'hex')
  const rows = packer.pack(
    batchOf([
      { key: 'a', cells: [rawCell('class:QSO', count), rawCell('class:tot', count)] },
      { key: 'b', cells: [rawCell('class:QSO', 'eightchr'), rawCell('x:note', 'é')] },
      { key: 'c', cells: [rawCell('class:QSO', count)] },
    ]),
  )
  assert.deepEqual(rows.map(literals), [
    { 'class:QSO': '42', 'class:tot': '42' },
    { 'class:QSO': '"eightchr"', 'x:note': '"é"' },
    { 'class:QSO': '42' },
  ])
})

test('isCount() tells numbers of eight bytes from texts', () => {
  assert.equal(isCount(Buffer.from('0000000000000000', 'hex')), true)
  assert.equal(isCount(Buffer.from('ffffffffffffffff', 'hex')), true)
  for (const text of ['eightchr', 'a\tb\nc\rde', 'éééé', '', 'nine char']) {
    assert.equal(isCount(Buffer.from(text)), false, text)
  }
})

test('RowPacker sorts families whose order by name is another', () => {
  const columns = ['a:x', 'a-:x', 'a:y'].map(name => storedColumn(name, 'integer'))
  const cells = cellsOf([1, 2, 3], columns)
  const [row] = packerOf(new GrowingColumns(columns)).pack(batchOf([{ key: 'k', cells }]))
  assert.deepEqual(literals(row!), { 'a-:x': '2', 'a:x': '1', 'a:y': '3' })
})

test('RowPacker reads 16-bit numbers, hides bytes and passes over what follows a number', () => {
  const columns = [storedColumn('b:s', 'short'), storedColumn('b:x', 'fits/image'), COLUMNS[4]!]
  const cells = [
    rawCell('b:s', Buffer.from('fffe', 'hex')),
    rawCell('b:x', Buffer.alloc(9)),
    rawCell('i:fid', Buffer.from('0000000199', 'hex')),
  ]
  const [row] = packerOf(new GrowingColumns(columns)).pack(batchOf([{ key: 'k', cells }]))
  assert.deepEqual(literals(row!), { 'b:s': '-2', 'b:x': '"*binary*"', 'i:fid': '1' })
})

test('RowPacker refuses numbers that are too short, by column and row', () => {
  const packer = packerOf(new GrowingColumns(COLUMNS))
  const batch = batchOf([{ key: 'z', cells: [rawCell('i:fid', 'x')] }])
  assert.throws(() => packer.pack(batch), { name: 'CellError', message: /"i:fid" of row "z"/ })
})
