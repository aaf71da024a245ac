import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLayout } from '../../../rows/layout.js'
import type { PackedRow } from '../../../rows/packed-row.js'
import { type KeyRange, prefixRange } from '../../store.js'
import { groupRanges, inRangeOrder, isGroup } from './range-groups.js'

const PIXELS = Array.from({ length: 100 }, (_, i) => prefixRange(`${10_000 + ((i * 37) % 100)}_`))

function groupSizes(ranges: readonly KeyRange[]): number[] {
  return groupRanges(ranges).map(part => (isGroup(part) ? part.ranges.length : 1))
}

function rowOf(key: string): PackedRow {
  return { key, layout: toLayout([]), bytes: Buffer.alloc(3), start: 0 }
}

test('groupRanges() groups many ranges that lie close together', () => {
  assert.deepEqual(groupSizes(PIXELS), [64, 36])
  assert.deepEqual(groupSizes(PIXELS.slice(0, 15)), Array(15).fill(1))
  const [group] = groupRanges(PIXELS)
  assert.ok(group !== undefined && isGroup(group))
  assert.equal(group.whole.start.toString(), '10000_')
  const starts = group.ranges.map(({ start }) => start.toString())
  assert.deepEqual(starts.slice(0, 3), ['10000_', '10037_', '10074_'])
})

test('groupRanges() leaves ranges alone that overlap, are open, far apart or of schema rows', () => {
  const alone = Array(17).fill(1)
  const few = PIXELS.slice(0, 16)
  const start = Buffer.from('10')
  assert.deepEqual(groupSizes([...few, prefixRange('1000')]), alone)
  assert.deepEqual(groupSizes([...few, { start, end: Buffer.alloc(0) }]), alone)
  assert.deepEqual(groupSizes([...few, prefixRange('99_')]), alone)
  const schemas = Array.from({ length: 17 }, (_, i) => prefixRange(`schema_${10 + i}`))
  assert.deepEqual(groupSizes(schemas), alone)
})

test('inRangeOrder() puts rows into the order of the ranges', () => {
  const keys = PIXELS.flatMap(({ start }, i) =>
    Array.from({ length: i % 3 }, (_, n) => `${start}${n}`),
  )
  const rows = [...keys].sort().map(rowOf)
  assert.deepEqual(
    inRangeOrder(rows, PIXELS).map(({ key }) => key),
    keys,
  )
})
