/**
 * How many cells a second the HBase client reads from cell blocks: rows as the alert tables have
 * them, with all columns in one page of a scan and in one large block, and with three columns.
 */
import { performance } from 'node:perf_hooks'
import { decodeCells } from '../src/store/hbase/protocol/cell-block.js'
import { cellBytes, writeCell } from '../src/store/hbase/protocol/cell-writer.js'
import { median, report } from './measuring/report.js'

const REPEATS = 101
const VALUE_BYTES = 8
const CASES = [
  { name: 'page of wide rows', rows: 230, columns: 130 },
  { name: 'block of wide rows', rows: 1575, columns: 130 },
  { name: 'block of narrow rows', rows: 1575, columns: 3 },
]

function buildBlock(rows: number, columns: number): Buffer {
  const family = Buffer.from('i')
  const value = Buffer.alloc(VALUE_BYTES, 0x40)
  const parts: Buffer[] = []
  for (let row = 0; row < rows; row++) {
    const key = Buffer.from(`ZTF21abcdefg_${(2459000.5 + row / 8).toFixed(7)}`)
    for (let column = 0; column < columns; column++) {
      const cell = { family, qualifier: Buffer.from(`column${column}`), value, timestampMs: 1.7e12 }
      const part = Buffer.alloc(cellBytes(key.length, cell))
      writeCell(part, 0, key, cell)
      parts.push(part)
    }
  }
  return Buffer.concat(parts)
}

for (const { name, rows, columns } of CASES) {
  const block = buildBlock(rows, columns)
  const cells = rows * columns
  const times: number[] = []
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now()
    decodeCells(block, cells)
    times.push(performance.now() - start)
  }
  const ms = median(times)
  report({
    bench: `cells read from a ${name}`,
    value: cells / ms / 1000,
    unit: '10^6 cells/s',
    goal: '>= 20',
    details: { rows, columns, blockBytes: block.length, ms },
  })
}
