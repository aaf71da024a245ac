import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CellType, type Layout, toLayout } from './layout.js'
import { type CellValue, encodeRow, hasInfinity, type PackedRow } from './packed-row.js'
import { RowWriter } from './row-writer.js'

const TYPES: readonly CellType[] = ['string', 'integer', 'long', 'float', 'double', 'boolean']

/** Columns whose names put them in the order of the types. */
function layoutOf(types: readonly CellType[]): Layout {
  return toLayout(types.map((type, i) => ({ name: `i:${String.fromCharCode(97 + i)}é`, type })))
}

const LAYOUT = layoutOf(TYPES)
const cells = fc.tuple(
  fc.option(fc.string({ unit: 'binary', maxLength: 20 })),
  fc.option(fc.integer()),
  fc.option(fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.maxSafeInteger())),
  fc.option(fc.float()),
  fc.option(fc.double()),
  fc.option(fc.boolean()),
)

function packed(values: readonly (CellValue | null)[], layout = LAYOUT): PackedRow {
  return { key: 'k', layout, bytes: encodeRow(layout, values), start: 0 }
}

function write(writer: RowWriter, values: readonly (CellValue | null)[]): void {
  values.forEach((value, column) => {
    if (value !== null) writer.set(column, value)
  })
}

test('RowWriter makes the bytes of encodeRow()', () => {
  const writer = new RowWriter()
  fc.assert(
    fc.property(cells, values => {
      writer.open(LAYOUT)
      write(writer, values)
      assert.deepEqual(writer.close('k').bytes, packed(values).bytes)
    }),
  )
})

test('RowWriter.keep() takes over what is not written anew', () => {
  const writer = new RowWriter()
  fc.assert(
    fc.property(cells, cells, (before, after) => {
      writer.open(LAYOUT)
      writer.keep(packed(before))
      write(writer, after)
      const merged = after.map((value, i) => value ?? before[i]!)
      assert.deepEqual(writer.close('k').bytes, packed(merged).bytes)
    }),
  )
})

test('RowWriter.keep() finds columns of another layout by name', () => {
  const writer = new RowWriter()
  const wider = toLayout([...LAYOUT.columns, { name: 'a:first', type: 'string' }])
  writer.open(wider)
  writer.keep(packed(['x', 1, 2n, 0.5, 1.5, true]))
  assert.deepEqual(writer.close('k').bytes, packed([null, 'x', 1, 2n, 0.5, 1.5, true], wider).bytes)
  writer.open(LAYOUT)
  writer.keep(packed(['lost', 'x', 1, 2n, 0.5, 1.5, true], wider))
  assert.deepEqual(writer.close('k').bytes, packed(['x', 1, 2n, 0.5, 1.5, true]).bytes)
})

test('RowWriter.clear() makes a cell missing, with the infinity that it was', () => {
  const writer = new RowWriter()
  writer.open(LAYOUT)
  writer.keep(packed(['x', 1, 2n, Number.POSITIVE_INFINITY, Number.NaN, true]))
  assert.equal(writer.literal('i:dé'), '1e999')
  assert.ok(hasInfinity(writer.close('k')))
  writer.clear(3)
  assert.equal(writer.literal('i:dé'), undefined)
  assert.deepEqual(writer.close('k').bytes, packed(['x', 1, 2n, null, Number.NaN, true]).bytes)
})

test('RowWriter writes texts longer than its first memory', () => {
  const writer = new RowWriter()
  const long = '☃'.repeat(100_000)
  writer.open(LAYOUT)
  write(writer, [long, 1, null, null, null, null])
  assert.deepEqual(writer.close('k').bytes, packed([long, 1, null, null, null, null]).bytes)
})

test('RowWriter.set() refuses fractions in integer columns', () => {
  const writer = new RowWriter()
  writer.open(LAYOUT)
  assert.throws(() => writer.set(1, 1.5), RangeError)
})
