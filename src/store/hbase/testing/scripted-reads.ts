/**
 * Which rows and cells a scripted region gives for a read: columns, ends of the range, and the
 * filters that the client sends. For tests only.
 */
import { type Cells, cellValue, columnName, decodeCells } from '../protocol/cell-block.js'
import { decodeReference } from './reference-messages.js'
import { countBefore, encodedCell, type ScriptedRow } from './scripted-table.js'

/** `Column`: a family, and its qualifiers unless it is wanted whole. */
export interface ColumnFields {
  readonly family: Buffer
  readonly qualifier: readonly Buffer[]
}

/** `Filter`. */
export interface FilterFields {
  readonly name: string
  readonly serialized_filter: Buffer
}

/** What a get and a scan have in common. */
export interface ReadFields {
  readonly column: readonly ColumnFields[]
  readonly filter?: FilterFields
}

/** `Scan`. */
export interface ScanFields extends ReadFields {
  readonly start_row: Buffer
  readonly stop_row: Buffer
  readonly reversed?: boolean
  readonly include_start_row?: boolean
  readonly include_stop_row?: boolean
  readonly max_result_size?: string
}

/** Order of keys: that of bytes, or that of the catalog. */
export type KeyOrder = (a: Uint8Array, b: Uint8Array) => number

/** Lets a row through, whole or in parts, or not at all. */
type RowFilter = (row: ScriptedRow) => ScriptedRow | undefined

const PACKAGE = 'org.apache.hadoop.hbase.filter.'
const EQUAL = 2
const MUST_PASS_ALL = 1

interface ComparatorFields {
  readonly name: string
  readonly serialized_comparator: Buffer
}

/** Rows that a scan of these rows (in ascending order) walks over, in its order. */
export function rowsInRange(
  rows: readonly ScriptedRow[],
  scan: ScanFields,
  compare: KeyOrder,
): ScriptedRow[] {
  const start = { key: scan.start_row, isInside: scan.include_start_row !== false }
  const stop = { key: scan.stop_row, isInside: scan.include_stop_row === true }
  const [low, high] = scan.reversed ? [stop, start] : [start, stop]
  const isBelow = (key: Buffer) => {
    const order = compare(key, low.key)
    return order < 0 || (order === 0 && !low.isInside)
  }
  const isUpTo = (key: Buffer) => {
    const order = compare(key, high.key)
    return order < 0 || (order === 0 && high.isInside)
  }
  const first = low.key.length === 0 ? 0 : countBefore(rows, isBelow)
  const end = high.key.length === 0 ? rows.length : countBefore(rows, isUpTo)
  const inside = rows.slice(first, end)
  return scan.reversed ? inside.reverse() : inside
}

/** What is read of a row; without cells when nothing is. */
export function readRow(row: ScriptedRow, read: ReadFields): ScriptedRow {
  const selected = onlyColumns(row, read.column)
  if (read.filter === undefined || selected.cells.length === 0) return selected
  return toRowFilter(read.filter)(selected) ?? { key: row.key, cells: [] }
}

/** True when a server must have read a row to its end before it may give any of it. */
export function needsWholeRows(filter: FilterFields | undefined): boolean {
  if (filter?.name === `${PACKAGE}FilterList`) {
    return listedFilters(filter.serialized_filter).some(needsWholeRows)
  }
  return filter?.name === `${PACKAGE}SingleColumnValueFilter`
}

function onlyColumns(row: ScriptedRow, columns: readonly ColumnFields[]): ScriptedRow {
  if (columns.length === 0) return row
  const isWanted = (name: string) =>
    columns.some(({ family, qualifier }) =>
      qualifier.length === 0
        ? name.startsWith(`${family.toString()}:`)
        : qualifier.some(one => name === `${family.toString()}:${one.toString()}`),
    )
  return { key: row.key, cells: row.cells.filter(cell => isWanted(columnOf(cell))) }
}

function plainCell(bytes: Buffer): Cells {
  return decodeCells(bytes, 1)
}

function columnOf(cell: Buffer): string {
  return columnName(plainCell(cell), 0)
}

function toRowFilter({ name, serialized_filter: message }: FilterFields): RowFilter {
  switch (name.slice(PACKAGE.length)) {
    case 'KeyOnlyFilter':
      return ({ key, cells }) => ({ key, cells: cells.map(cell => withoutValue(key, cell)) })
    case 'FirstKeyOnlyFilter':
      return ({ key, cells }) => ({ key, cells: cells.slice(0, 1) })
    case 'RowFilter':
      return rowFilter(message)
    case 'SingleColumnValueFilter':
      return columnFilter(message)
    case 'MultiRowRangeFilter':
      return rangesFilter(message)
    case 'FilterList': {
      const filters = listedFilters(message).map(toRowFilter)
      return row => filters.reduce<ScriptedRow | undefined>((left, one) => left && one(left), row)
    }
    default:
      throw new Error(`Cannot filter by "${name}": the script does not know it`)
  }
}

function listedFilters(message: Buffer): readonly FilterFields[] {
  const list = decodeReference<{ operator: number; filters: FilterFields[] }>('FilterList', message)
  if (list.operator !== MUST_PASS_ALL) throw new Error('Cannot filter by any of several filters')
  return list.filters
}

function withoutValue(key: Buffer, cell: Buffer): Buffer {
  const [family = '', ...rest] = columnOf(cell).split(':')
  const column = { family, qualifier: rest.join(':') }
  return encodedCell(key.toString('latin1'), column, Buffer.alloc(0))
}

/** Reads a comparator that must be for equality. */
function comparatorOf(
  fields: { readonly compare_op: number; readonly comparator: ComparatorFields },
  name: string,
): Buffer {
  if (fields.compare_op !== EQUAL || fields.comparator.name !== PACKAGE + name) {
    throw new Error(`Cannot compare by "${fields.comparator.name}" (${fields.compare_op})`)
  }
  return fields.comparator.serialized_comparator
}

function rowFilter(message: Buffer): RowFilter {
  const { compare_filter: compare } = decodeReference<{
    compare_filter: { compare_op: number; comparator: ComparatorFields }
  }>('RowFilter', message)
  const comparator = comparatorOf(compare, 'SubstringComparator')
  const { substr } = decodeReference<{ substr: string }>('SubstringComparator', comparator)
  return row => (row.key.toString().toLowerCase().includes(substr) ? row : undefined)
}

function columnFilter(message: Buffer): RowFilter {
  const fields = decodeReference<{
    column_family: Buffer
    column_qualifier: Buffer
    compare_op: number
    comparator: ComparatorFields
    filter_if_missing?: boolean
  }>('SingleColumnValueFilter', message)
  const { comparable } = decodeReference<{ comparable: { value?: Buffer } }>(
    'BinaryComparator',
    comparatorOf(fields, 'BinaryComparator'),
  )
  const wanted = comparable.value ?? Buffer.alloc(0)
  const column = `${fields.column_family.toString()}:${fields.column_qualifier.toString()}`
  return row => {
    const cell = row.cells.find(one => columnOf(one) === column)
    if (cell === undefined) return fields.filter_if_missing ? undefined : row
    return cellValue(plainCell(cell), 0).equals(wanted) ? row : undefined
  }
}

function rangesFilter(message: Buffer): RowFilter {
  const { row_range_list: ranges } = decodeReference<{
    row_range_list: {
      start_row: Buffer
      start_row_inclusive: boolean
      stop_row: Buffer
      stop_row_inclusive: boolean
    }[]
  }>('MultiRowRangeFilter', message)
  const isInside = (key: Buffer) =>
    ranges.some(range => {
      const start = Buffer.compare(key, range.start_row)
      const stop = range.stop_row.length === 0 ? -1 : Buffer.compare(key, range.stop_row)
      const isStarted = start > 0 || (start === 0 && range.start_row_inclusive)
      return isStarted && (stop < 0 || (stop === 0 && range.stop_row_inclusive))
    })
  return row => (isInside(row.key) ? row : undefined)
}
