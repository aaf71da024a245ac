import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeFitsColumn, decodeFitsTable } from './fits-table.js'
import { encodeFixture, type FixtureColumn } from './skymap-fixture.js'

const COLUMNS: readonly FixtureColumn[] = [
  { name: 'PROB', type: 'D', values: [0.25, 0.5, 0.125] },
  { name: 'uniq', type: 'K', values: [4, 2 ** 52 + 1, 7] },
  {
    name: 'PAIR',
    type: 'E',
    values: [
      [1, 2],
      [3, 4.5],
      [5, 6],
    ],
  },
  { name: 'COUNT', type: 'J', values: [-1, 0, 2 ** 31 - 1] },
]
const FILE = encodeFixture(COLUMNS, { NSIDE: 2, OBJECT: "it's", 'DATE-OBS': '2020-02-19' })

test('decodeFitsTable() reads the header and finds the table', () => {
  const { header, rowCount, rowBytes, columns } = decodeFitsTable(FILE, ['OTHER', 'PROB'])
  assert.equal(header.get('NSIDE'), 2)
  assert.equal(header.get('DATE-OBS'), '2020-02-19')
  assert.equal(rowCount, 3)
  assert.equal(rowBytes, 28)
  assert.deepEqual([...columns.keys()], ['PROB', 'UNIQ', 'PAIR', 'COUNT'])
})

test('decodeFitsColumn() reads all types, also with several values per row', () => {
  const table = decodeFitsTable(FILE, ['PROB'])
  assert.deepEqual(decodeFitsColumn(table, 'PROB'), Float64Array.of(0.25, 0.5, 0.125))
  assert.deepEqual(decodeFitsColumn(table, 'UNIQ'), Float64Array.of(4, 2 ** 52 + 1, 7))
  assert.deepEqual(decodeFitsColumn(table, 'PAIR'), Float64Array.of(1, 2, 3, 4.5, 5, 6))
  assert.deepEqual(decodeFitsColumn(table, 'COUNT'), Float64Array.of(-1, 0, 2 ** 31 - 1))
})

test('decodeFitsColumn() reads bytes that do not begin their buffer', () => {
  const moved = new Uint8Array(FILE.length + 3)
  moved.set(FILE, 3)
  const table = decodeFitsTable(moved.subarray(3), ['PROB'])
  assert.deepEqual(decodeFitsColumn(table, 'PROB'), Float64Array.of(0.25, 0.5, 0.125))
})

test('decodeFitsColumn() refuses columns that are missing, scaled or too large', () => {
  const scaled = encodeFixture(COLUMNS, { TZERO1: 5 })
  assert.throws(() => decodeFitsColumn(decodeFitsTable(scaled, ['PROB']), 'PROB'), SyntaxError)
  assert.throws(() => decodeFitsColumn(decodeFitsTable(FILE, ['PROB']), 'NONE'), SyntaxError)
  const large = encodeFixture([{ name: 'UNIQ', type: 'K', values: [2 ** 60] }], {})
  assert.throws(() => decodeFitsColumn(decodeFitsTable(large, ['UNIQ']), 'UNIQ'), /below 2\^53/)
})

test('decodeFitsTable() refuses other files', () => {
  const message = /^Cannot read FITS table: expected .*, got /
  for (const bytes of [
    new Uint8Array(0),
    new Uint8Array(6000),
    Buffer.from('SIMPLE'.padEnd(2880)),
  ]) {
    assert.throws(() => decodeFitsTable(bytes, ['PROB']), { name: 'SyntaxError', message })
  }
  assert.throws(() => decodeFitsTable(FILE, ['NONE']), { name: 'SyntaxError', message })
})

test('decodeFitsTable() refuses a file that is cut short', () => {
  const end = 2 * 2880 + 3 * 28
  for (let length = 0; length < end; length += 97) {
    assert.throws(() => decodeFitsTable(FILE.subarray(0, length), ['PROB']), SyntaxError)
  }
  assert.equal(decodeFitsTable(FILE.subarray(0, end), ['PROB']).rowCount, 3)
})

test('decodeFitsTable() reads damaged files or throws a SyntaxError', () => {
  const damage = fc.array(fc.tuple(fc.nat(FILE.length - 1), fc.nat(255)), { maxLength: 6 })
  fc.assert(
    fc.property(damage, changes => {
      const bytes = Uint8Array.from(FILE)
      for (const [at, value] of changes) bytes[at] = value
      try {
        decodeFitsColumn(decodeFitsTable(bytes, ['PROB']), 'PROB')
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error))
      }
    }),
    { numRuns: 1000 },
  )
})
