import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storedColumn } from '../values/cell-encodings.js'
import { encodeCell, toColumnAddress } from './row-cells.js'

function hex(value: string | number | bigint | boolean, type: string): string {
  return encodeCell(value, storedColumn('i:x', type)).toString('hex')
}

test('encodeCell() gives the bytes that the jobs of the broker write', () => {
  assert.equal(hex(-2, 'integer'), 'fffffffe')
  assert.equal(hex(1786412164315010007n, 'long'), '18ca9c660c6ed3d7')
  assert.equal(hex(2 ** 40, 'long'), '0000010000000000')
  assert.equal(hex(1.5, 'float'), '3fc00000')
  assert.equal(hex(Number.NaN, 'double'), '7ff8000000000000')
  assert.equal(hex(-7, 'short'), 'fff9')
  assert.equal(encodeCell(true, storedColumn('d:b', 'boolean')).toString(), 'true')
  assert.equal(encodeCell('é', storedColumn('d:s', 'string')).toString(), 'é')
  assert.equal(encodeCell('2026-01-01', storedColumn('d:t', 'timestamp')).toString(), '2026-01-01')
})

test('encodeCell() refuses numbers that do not fit', () => {
  for (const [value, type] of [
    [2 ** 31, 'integer'],
    [1.5, 'integer'],
    [2n ** 63n, 'long'],
    [40_000, 'short'],
    [Number.NaN, 'long'],
  ] as const) {
    assert.throws(() => hex(value, type), RangeError)
  }
  assert.throws(() => hex('x', 'fits'), /not known/)
})

test('toColumnAddress() splits at the first colon', () => {
  const { family, qualifier } = toColumnAddress('class:a:b')
  assert.deepEqual([family.toString(), qualifier.toString()], ['class', 'a:b'])
  assert.throws(() => toColumnAddress('nofamily'), RangeError)
  assert.throws(() => toColumnAddress(':x'), RangeError)
})
