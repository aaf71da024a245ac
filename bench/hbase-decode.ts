/**
 * How many cells a second the HBase client reads from cell blocks: rows as the alert tables have
 * them, once with all columns and once with three. Prints one JSON line a case.
 */
import { performance } from 'node:perf_hooks'
import { decodeCells } from '../src/store/hbase/protocol/cell-block.js'
import { cellBytes, writeCell } from '../src/store/hbase/protocol/cell-writer.js'

const ROWS = 1575
const REPEATS = 31
const VALUE_BYTES = 8
const CASES = [
  { name: 'wide rows', columns: 130 },
  { name: 'narrow rows', columns: 3 },
]

function buildBlock(columns: number): Buffer {
  const family = Buffer.from('i')
  const value = Buffer.alloc(VALUE_BYTES, 0x40)
  const parts: Buffer[] = []
  for (let row = 0; row < ROWS; row++) {
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

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!
}

for (const { name, columns } of CASES) {
  const block = buildBlock(columns)
  const cells = ROWS * columns
  const times: number[] = []
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now()
    decodeCells(block, cells)
    times.push(performance.now() - start)
  }
  const ms = median(times)
  console.log(
    JSON.stringify({
      bench: 'hbase-decode',
      case: name,
      rows: ROWS,
      cells,
      blockBytes: block.length,
      ms: Number(ms.toFixed(3)),
      cellsPerSec: Math.round((cells / ms) * 1000),
    }),
  )
}
