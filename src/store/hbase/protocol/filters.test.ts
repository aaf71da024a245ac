import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeReference } from '../testing/reference-messages.js'
import {
  allOfFilters,
  columnEqualsFilter,
  type Filter,
  firstKeyOnlyFilter,
  keyOnlyFilter,
  rowRangesFilter,
  rowSubstringFilter,
} from './filters.js'

const EQUAL = 2

/** The filter's message, read as the message of its class. */
function read(filter: Filter): Record<string, unknown> {
  const name = filter.className.replace('org.apache.hadoop.hbase.filter.', '')
  return { name, ...decodeReference(name, filter.message) }
}

test('filters without parameters name their class', () => {
  assert.deepEqual(read(keyOnlyFilter()), { name: 'KeyOnlyFilter', len_as_val: false })
  assert.deepEqual(read(firstKeyOnlyFilter()), { name: 'FirstKeyOnlyFilter' })
})

test('rowSubstringFilter() lower-cases the text, as the server does with the key', () => {
  const { compare_filter } = read(rowSubstringFilter('_SN2020ABC'))
  const { compare_op, comparator } = compare_filter as {
    compare_op: number
    comparator: { name: string; serialized_comparator: Buffer }
  }
  assert.equal(compare_op, EQUAL)
  assert.equal(comparator.name, 'org.apache.hadoop.hbase.filter.SubstringComparator')
  const text = decodeReference('SubstringComparator', comparator.serialized_comparator)
  assert.deepEqual({ ...text }, { substr: '_sn2020abc' })
})

test('columnEqualsFilter() compares the latest cell with bytes', () => {
  const column = { family: Buffer.from('i'), qualifier: Buffer.from('n'), value: Buffer.from('v') }
  const filter = read(columnEqualsFilter({ ...column, dropIfMissing: true }))
  const { comparator, ...rest } = filter as { comparator: { serialized_comparator: Buffer } }
  assert.deepEqual(rest, {
    name: 'SingleColumnValueFilter',
    column_family: column.family,
    column_qualifier: column.qualifier,
    compare_op: EQUAL,
    filter_if_missing: true,
    latest_version_only: true,
  })
  assert.deepEqual(decodeReference('BinaryComparator', comparator.serialized_comparator), {
    comparable: { value: column.value },
  })
})

test('rowRangesFilter() includes starts and excludes stops', () => {
  const ranges = [
    { startRow: Buffer.from('a'), stopRow: Buffer.from('b') },
    { startRow: Buffer.from('x'), stopRow: Buffer.alloc(0) },
  ]
  assert.deepEqual(read(rowRangesFilter(ranges)), {
    name: 'MultiRowRangeFilter',
    row_range_list: ranges.map(({ startRow, stopRow }) => ({
      start_row: startRow,
      start_row_inclusive: true,
      stop_row: stopRow,
      stop_row_inclusive: false,
    })),
  })
})

test('allOfFilters() holds its filters in order', () => {
  const list = read(allOfFilters([keyOnlyFilter(), firstKeyOnlyFilter()]))
  assert.equal(list['operator'], 1)
  const names = (list['filters'] as { name: string }[]).map(filter => filter.name)
  assert.deepEqual(names, [keyOnlyFilter().className, firstKeyOnlyFilter().className])
})
