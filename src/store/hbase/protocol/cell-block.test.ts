import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  CELL_OVERHEAD_BYTES,
  cellNameEnd,
  cellNameStart,
  cellStart,
  cellValue,
  columnName,
  decodeCells,
  emptyBatch,
  isSameRow,
  rowKey,
  writtenAtMs,
} from './cell-block.js'
import { CELL_TYPES, cellBytes, writeCell } from './cell-writer.js'

interface PlainCell {
  readonly row: Uint8Array
  readonly family: Uint8Array
  readonly qualifier: Uint8Array
  readonly value: Uint8Array
  readonly timestampMs: number
}

const bytes = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength })

const plainCell: fc.Arbitrary<PlainCell> = fc.record({
  row: bytes(20, 1),
  family: bytes(5),
  qualifier: bytes(20),
  value: bytes(50),
  timestampMs: fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 53 - 1 })),
})

function encode(cells: readonly PlainCell[]): Buffer {
  const block = Buffer.alloc(cells.reduce((sum, cell) => sum + cellBytes(cell.row.length, cell), 0))
  let position = 0
  for (const cell of cells) position = writeCell(block, position, cell.row, cell)
  assert.equal(position, block.length)
  return block
}

function slice(block: Buffer, offset: number, length: number): number[] {
  return [...block.subarray(offset, offset + length)]
}

test('decodeCells() finds every part that writeCell() wrote', () => {
  fc.assert(
    fc.property(fc.array(plainCell, { maxLength: 20 }), cells => {
      const read = decodeCells(encode(cells), cells.length)
      const { block } = read
      for (const [i, cell] of cells.entries()) {
        assert.deepEqual(slice(block, read.rowOffset[i]!, read.rowLength[i]!), [...cell.row])
        assert.equal(read.familyLength[i], cell.family.length)
        const name = block.subarray(cellNameStart(read, i), cellNameEnd(read, i))
        assert.deepEqual([...name], [...cell.family, ...cell.qualifier])
        assert.deepEqual([...cellValue(read, i)], [...cell.value])
        assert.equal(writtenAtMs(read, i), cell.timestampMs)
      }
    }),
  )
})

test('decodeCells() reads the bytes of a known cell', () => {
  const block = Buffer.from(
    '0000001d' +
      '00000013' +
      '00000002' +
      '0003' +
      '726f77' +
      '01' +
      '66' +
      '717561' +
      '0000018bcfe56800' +
      '04' +
      '7631',
    'hex',
  )
  const cells = decodeCells(block, 1)
  assert.equal(columnName(cells, 0), 'f:qua')
  assert.equal(cellValue(cells, 0).toString(), 'v1')
  assert.equal(writtenAtMs(cells, 0), 1_700_000_000_000)
})

test('writeCell() leaves the time to the server when none is given', () => {
  const cell = { family: Buffer.from('f'), qualifier: Buffer.alloc(0), value: Buffer.alloc(0) }
  const block = Buffer.alloc(cellBytes(1, cell))
  writeCell(block, 0, Buffer.from('r'), { ...cell, type: CELL_TYPES.deleteFamily })
  assert.equal(block.readBigInt64BE(block.length - 9), 2n ** 63n - 1n)
  assert.equal(block.at(-1), 14)
})

test('writeCell() refuses keys that no server takes', () => {
  const cell = { family: Buffer.from('f'), qualifier: Buffer.alloc(0), value: Buffer.alloc(0) }
  const target = Buffer.alloc(100_000)
  assert.throws(() => writeCell(target, 0, Buffer.alloc(0), cell), RangeError)
  assert.throws(() => writeCell(target, 0, Buffer.alloc(32_768), cell), RangeError)
  const long = { ...cell, family: Buffer.alloc(128) }
  assert.throws(() => writeCell(target, 0, Buffer.from('r'), long), RangeError)
})

test('decodeCells() refuses a count that the block cannot hold, before it allocates', () => {
  assert.throws(() => decodeCells(Buffer.alloc(CELL_OVERHEAD_BYTES), 2 ** 31), SyntaxError)
  assert.throws(() => decodeCells(Buffer.alloc(CELL_OVERHEAD_BYTES * 2), 1), SyntaxError)
  assert.equal(decodeCells(Buffer.alloc(0), 0).cellCount, 0)
})

test('decodeCells() does not mind what is in the memory it is given', () => {
  const cell = { family: Buffer.from('f'), qualifier: Buffer.from('q'), value: Buffer.alloc(3) }
  const block = encode(['a', 'b'].map(row => ({ ...cell, row: Buffer.from(row), timestampMs: 1 })))
  let taken = 0
  const cells = decodeCells(block, 2, bytes => {
    taken = bytes
    return new Uint8Array(1024).fill(0xff)
  })
  assert.deepEqual(slice(block, cells.rowOffset[1]!, cells.rowLength[1]!), [0x62])
  assert.deepEqual({ ...cells, block: 0 }, { ...decodeCells(block, 2), block: 0 })
  assert.equal(taken, 30)
})

test('decodeCells() refuses a block with any byte count cut off or added', () => {
  const cell = {
    row: Buffer.from('row'),
    family: Buffer.from('f'),
    qualifier: Buffer.from('q'),
    value: Buffer.from('v'),
    timestampMs: 1,
  }
  const block = encode([cell, cell])
  for (let end = 0; end < block.length; end++) {
    assert.throws(() => decodeCells(block.subarray(0, end), 2), SyntaxError, `cut at ${end}`)
  }
  assert.throws(() => decodeCells(Buffer.concat([block, Buffer.of(0)]), 2), SyntaxError)
})

test('decodeCells() gives offsets inside the block or SyntaxError for damaged blocks', () => {
  fc.assert(
    fc.property(
      fc.array(plainCell, { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      (cells, damages) => {
        const block = encode(cells)
        for (const [at, value] of damages) block[at % block.length] = value
        try {
          const read = decodeCells(block, cells.length)
          for (let i = 0; i < read.cellCount; i++) {
            assert.ok(cellNameStart(read, i) + read.familyLength[i]! <= cellNameEnd(read, i))
            assert.ok(cellNameEnd(read, i) < read.valueOffset[i]!)
            assert.ok(read.valueOffset[i]! + read.valueLength[i]! <= block.length)
          }
        } catch (error) {
          assert.ok(error instanceof SyntaxError, String(error))
        }
      },
    ),
    { numRuns: 3_000 },
  )
})

test('decodeCells() never crashes on random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(12), (random, count) => {
      try {
        decodeCells(Buffer.from(random), count)
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})

test('isSameRow() compares rows across blocks', () => {
  const at = (row: string) => {
    const cell = { family: Buffer.from('f'), qualifier: Buffer.alloc(0), value: Buffer.alloc(0) }
    return decodeCells(encode([{ ...cell, row: Buffer.from(row), timestampMs: 0 }]), 1)
  }
  assert.ok(isSameRow(at('ab'), 0, at('ab'), 0))
  assert.ok(!isSameRow(at('ab'), 0, at('ac'), 0))
  assert.ok(!isSameRow(at('ab'), 0, at('abc'), 0))
})

test('cellStart(), rowKey() and emptyBatch() agree on where rows are', () => {
  const cell = { family: Buffer.from('f'), qualifier: Buffer.from('q'), value: Buffer.alloc(3) }
  const rows = ['a', 'bb'].map(row => ({ ...cell, row: Buffer.from(row), timestampMs: 0 }))
  const cells = decodeCells(encode(rows), 2)
  assert.deepEqual(
    [0, 1, 2].map(i => cellStart(cells, i)),
    [0, 30, cells.block.length],
  )
  const batch = { ...cells, rowCount: 2, rowStartCell: Uint32Array.of(0, 1, 2) }
  assert.deepEqual(
    [0, 1].map(row => rowKey(batch, row).toString()),
    ['a', 'bb'],
  )
  assert.equal(emptyBatch().rowCount, 0)
})
