import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeCells } from '../protocol/cell-block.js'
import { cellBytes, writeCell } from '../protocol/cell-writer.js'
import { plainRows } from '../testing/scripted-client.js'
import type { ScanPage } from './region-scanner.js'
import { RowAssembly } from './row-assembly.js'

const LIMIT = 10_000

interface Result {
  readonly row: string
  readonly columns: readonly string[]
  readonly isPartial?: boolean
}

function encodeResult({ row, columns }: Result): Buffer {
  const key = Buffer.from(row)
  return Buffer.concat(
    columns.map(column => {
      const cell = {
        family: Buffer.from('f'),
        qualifier: Buffer.from(column),
        value: Buffer.from(`${row}/${column}`),
      }
      const bytes = Buffer.alloc(cellBytes(key.length, cell))
      writeCell(bytes, 0, key, cell)
      return bytes
    }),
  )
}

function pageOf(results: readonly Result[]): ScanPage {
  const cellCount = results.reduce((sum, result) => sum + result.columns.length, 0)
  return {
    cells: decodeCells(Buffer.concat(results.map(encodeResult)), cellCount),
    cellsPerResult: results.map(result => result.columns.length),
    partialFlags: results.map(result => result.isPartial ?? false),
    hasMoreResults: true,
    hasMoreInRegion: true,
  }
}

/** Rows as `row:columns`. */
function push(assembly: RowAssembly, results: readonly Result[]): string[] {
  return assembly.push(pageOf(results)).flatMap(plainRows).map(toText)
}

function toText([row, cells]: [string, Record<string, string>]): string {
  for (const [name, value] of Object.entries(cells)) assert.equal(value, `${row}/${name.slice(2)}`)
  return `${row}:${Object.keys(cells)
    .map(name => name.slice(2))
    .join('')}`
}

test('RowAssembly gives whole rows at once and without copying', () => {
  const page = pageOf([
    { row: 'a', columns: ['1', '2'] },
    { row: 'b', columns: ['1'] },
  ])
  const [batch, ...others] = new RowAssembly(LIMIT).push(page)
  assert.equal(others.length, 0)
  assert.equal(batch!.block, page.cells.block)
  assert.deepEqual(plainRows(batch!).map(toText), ['a:12', 'b:1'])
})

test('RowAssembly holds a partial row back until it ends', () => {
  const assembly = new RowAssembly(LIMIT)
  const partial = { row: 'b', isPartial: true }
  assert.deepEqual(
    push(assembly, [
      { row: 'a', columns: ['1'] },
      { ...partial, columns: ['1'] },
    ]),
    ['a:1'],
  )
  assert.deepEqual(push(assembly, [{ ...partial, columns: ['2', '3'] }]), [])
  assert.deepEqual(
    push(assembly, [
      { row: 'b', columns: ['4'] },
      { row: 'c', columns: ['1'] },
    ]),
    ['b:1234', 'c:1'],
  )
  assert.deepEqual(assembly.flush(), [])
})

test('RowAssembly ends a partial row when another row comes or the region ends', () => {
  const assembly = new RowAssembly(LIMIT)
  assert.deepEqual(push(assembly, [{ row: 'a', columns: ['1'], isPartial: true }]), [])
  assert.deepEqual(push(assembly, [{ row: 'b', columns: ['1'], isPartial: true }]), ['a:1'])
  assert.deepEqual(assembly.flush().flatMap(plainRows).map(toText), ['b:1'])
})

test('RowAssembly joins neighbouring results of one row in a page', () => {
  const results = [
    { row: 'a', columns: ['1'], isPartial: true },
    { row: 'a', columns: ['2'] },
    { row: 'b', columns: ['1'] },
  ]
  assert.deepEqual(push(new RowAssembly(LIMIT), results), ['a:12', 'b:1'])
})

test('RowAssembly.drop() forgets what it held', () => {
  const assembly = new RowAssembly(LIMIT)
  push(assembly, [{ row: 'a', columns: ['1'], isPartial: true }])
  assembly.drop()
  assert.deepEqual(push(assembly, [{ row: 'a', columns: ['1', '2'] }]), ['a:12'])
})

test('RowAssembly takes empty pages and empty results', () => {
  const assembly = new RowAssembly(LIMIT)
  push(assembly, [{ row: 'a', columns: ['1'], isPartial: true }])
  assert.deepEqual(push(assembly, []), [])
  assert.deepEqual(
    push(assembly, [
      { row: 'x', columns: [] },
      { row: 'a', columns: ['2'] },
    ]),
    ['a:12'],
  )
})

test('RowAssembly refuses a row above its limit by RangeError', () => {
  const assembly = new RowAssembly(100)
  const part = { row: 'a', columns: ['1'], isPartial: true }
  push(assembly, [part])
  push(assembly, [part])
  assert.throws(() => push(assembly, [part, part, part]), RangeError)
})

test('RowAssembly gives the same rows however they are cut', () => {
  const rows = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(rows, fc.infiniteStream(fc.integer({ min: 1, max: 4 })), (counts, sizes) => {
      const cells = counts.flatMap((count, row) =>
        Array.from({ length: count }, (_, column) => ({
          row,
          column,
          isLast: column === count - 1,
        })),
      )
      const assembly = new RowAssembly(LIMIT)
      const given: string[] = []
      let at = 0
      while (at < cells.length) {
        const page = cells.slice(at, at + sizes.next().value)
        at += page.length
        const results = page.map(({ row, column, isLast }, index) => ({
          row: `r${row}`,
          columns: [`${column}`],
          isPartial: !isLast && (index === page.length - 1 || page[index + 1]!.row === row),
        }))
        given.push(...push(assembly, results))
      }
      given.push(...assembly.flush().flatMap(plainRows).map(toText))
      const expected = counts.map((count, row) => `r${row}:${'01234'.slice(0, count)}`)
      assert.deepEqual(given, expected)
    }),
  )
})
