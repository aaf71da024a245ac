/** Filled rows give the same answers as plain ones, in every format that copies bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { missingColumns } from '../rows/cell-reader.js'
import {
  AROUND_TEXT_BYTES,
  canFill,
  type FilledCells,
  filledCells,
  filledLengths,
  plainBytes,
  writeFilled,
} from '../rows/filled-rows.js'
import { toLayout } from '../rows/layout.js'
import { encodeRow, hasCell, type PackedRow, readText } from '../rows/packed-row.js'
import { csvFormat } from './csv.js'
import { jsonFormat } from './json.js'
import type { Table, TableFormat } from './table.js'
import { votableFormat } from './votable.js'

const layout = toLayout([
  { name: 'd:text', type: 'string' },
  { name: 'i:double', type: 'double' },
  { name: 'i:float', type: 'float' },
  { name: 'i:long', type: 'long' },
  { name: 'v:last', type: 'string' },
])

const cells = fc.tuple(
  fc.option(fc.oneof(fc.string({ maxLength: 6, unit: 'binary' }), fc.constant('null'))),
  fc.option(fc.double()),
  fc.option(fc.float()),
  fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  fc.option(fc.string({ maxLength: 6 })),
)

/** The rows as a chunk holds them: heads, then texts, last row first. */
function toFilled(rows: readonly PackedRow[], filled: FilledCells): PackedRow[] {
  const lengths = rows.map(row => filledLengths(row, filled))
  const heads = lengths.reduce((sum, { head }) => sum + head, 0)
  const texts = lengths.reduce((sum, { text }) => sum + text + AROUND_TEXT_BYTES, 0)
  const bytes = Buffer.alloc(heads + texts)
  let headAt = 0
  let textAt = bytes.length
  return rows.map((row, i) => {
    const { head, text } = lengths[i]!
    textAt -= text + AROUND_TEXT_BYTES
    writeFilled(row, filled, { target: bytes, headAt, textAt })
    headAt += head
    return { key: row.key, layout, bytes, start: headAt - head, text: textAt + 1, filled }
  })
}

function encode(format: TableFormat, table: Table): string {
  const encoder = format.encoder(table.columns, {})
  const pieces = [encoder.begin(), encoder.rows(table), encoder.end()]
  return Buffer.concat(pieces).toString()
}

function tableOf(rows: readonly PackedRow[], columns: readonly number[]): Table {
  return { columns: columns.map(i => layout.columns[i]!), rows, length: rows.length }
}

const groups = fc
  .array(cells, { minLength: 1, maxLength: 6 })
  .map(all => all.map((some, i) => packed(`k${i}`, some)))
  .filter(rows => rows.every(row => layout.columns.some((_, i) => hasCell(row, i))))

function packed(key: string, values: Parameters<typeof encodeRow>[1]): PackedRow {
  return { key, layout, bytes: encodeRow(layout, values), start: 0 }
}

test('filled rows have the cells that plain ones have', () => {
  fc.assert(
    fc.property(groups, rows => {
      const missing = missingColumns(rows)
      const filled = toFilled(rows, filledCells(layout, missing, missing.slice(1)))
      filled.forEach((row, i) => {
        assert.deepEqual(plainBytes(row), rows[i]!.bytes)
        for (let column = 0; column < layout.columns.length; column++) {
          assert.equal(readText(row, column), readText(rows[i]!, column))
        }
      })
      assert.deepEqual(missingColumns(filled), missingColumns(rows))
    }),
  )
})

test('filled rows are filled further where more columns come into their group', () => {
  fc.assert(
    fc.property(groups, fc.nat(4), (rows, count) => {
      const missing = missingColumns(rows)
      const all = filledCells(layout, missing)
      const fewer = filledCells(layout, missing, missing.slice(0, count))
      const first = toFilled(rows, all)
      assert.ok(first.every(row => canFill(row, fewer)))
      const again = toFilled(first, fewer)
      assert.deepEqual(again[0]!.bytes, toFilled(rows, fewer)[0]!.bytes)
      const isGrown = fewer.absent.length < all.absent.length
      assert.equal(
        again.some(row => canFill(row, all)),
        !isGrown,
      )
    }),
  )
})

test('filled rows are answered as plain ones, whole and in part, in any order', () => {
  const selections = [[0, 1, 2, 3, 4], [3, 0], [1, 2, 3], [4]]
  fc.assert(
    fc.property(groups, fc.boolean(), (rows, isReversed) => {
      const absent = missingColumns(rows)
      const filled = toFilled(rows, filledCells(layout, absent))
      const inOrder = (some: readonly PackedRow[]) => (isReversed ? some.toReversed() : some)
      const present = selections[0]!.filter(column => !absent.includes(column))
      for (const columns of [present, ...selections]) {
        for (const format of [jsonFormat, csvFormat, votableFormat]) {
          const plain = encode(format, tableOf(inOrder(rows), columns))
          assert.equal(encode(format, tableOf(inOrder(filled), columns)), plain)
        }
        const table = tableOf(inOrder(filled), columns)
        const slices = jsonFormat.encoder(table.columns, {}).slices?.(table)
        if (slices === undefined) continue
        assert.equal(Buffer.concat(slices).toString(), encode(jsonFormat, table))
      }
    }),
  )
})

test('whole filled rows, newest first, are ready slices', () => {
  const rows = [packed('a', ['x', 1, null, null, null]), packed('b', [null, 2, null, 7n, null])]
  const filled = toFilled(rows, filledCells(layout, [2, 4])).toReversed()
  const table = tableOf(filled, [0, 1, 3])
  const slices = jsonFormat.encoder(table.columns, {}).slices?.(table) ?? []
  assert.equal(slices.length, 3)
  assert.equal(
    Buffer.concat(slices).toString(),
    '[{"d:text":null,"i:double":2.0,"i:long":7},{"d:text":"x","i:double":1.0,"i:long":null}]',
  )
})
