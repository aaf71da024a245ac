/**
 * Filters that a region server applies while it reads: those that the searches of this service
 * cannot express as a range of rows or a list of columns.
 */
import { ProtoWriter } from './protobuf-writer.js'

/** A filter as the server wants it: its Java class and its own message. */
export interface Filter {
  readonly className: string
  readonly message: Buffer
}

const PACKAGE = 'org.apache.hadoop.hbase.filter.'
const EQUAL = 2
const MUST_PASS_ALL = 1

function toFilter(name: string, writer: ProtoWriter): Filter {
  return { className: PACKAGE + name, message: writer.finish() }
}

/** Writes a `Filter` into a nested message. */
export function writeFilter(writer: ProtoWriter, filter: Filter): ProtoWriter {
  return writer.text(1, filter.className).bytes(2, filter.message)
}

function writeComparator(writer: ProtoWriter, name: string, message: ProtoWriter): ProtoWriter {
  return writer.text(1, PACKAGE + name).bytes(2, message.finish())
}

function bytesComparator(value: Uint8Array) {
  const message = new ProtoWriter().message(1, comparable => comparable.bytes(1, value))
  return (writer: ProtoWriter) => writeComparator(writer, 'BinaryComparator', message)
}

/** All cells, without their values. */
export function keyOnlyFilter(): Filter {
  return toFilter('KeyOnlyFilter', new ProtoWriter().bool(1, false))
}

/** Only the first cell of each row: enough to list or count keys. */
export function firstKeyOnlyFilter(): Filter {
  return toFilter('FirstKeyOnlyFilter', new ProtoWriter())
}

/** Rows whose key contains `text`, whatever the case of either. */
export function rowSubstringFilter(text: string): Filter {
  // The server compares with its lower-cased key and expects us to do our half.
  const comparator = new ProtoWriter().text(1, text.toLowerCase())
  return toFilter(
    'RowFilter',
    new ProtoWriter().message(1, compare =>
      compare
        .uint(1, EQUAL)
        .message(2, inner => writeComparator(inner, 'SubstringComparator', comparator)),
    ),
  )
}

/** Which column a `columnEqualsFilter` looks at, and for what. */
export interface ColumnEquals {
  readonly family: Uint8Array
  readonly qualifier: Uint8Array
  readonly value: Uint8Array
  /** Whether rows without the column are dropped. */
  readonly dropIfMissing: boolean
}

/** Rows in which a column has exactly these bytes. The column must be among those read. */
export function columnEqualsFilter(column: ColumnEquals): Filter {
  return toFilter(
    'SingleColumnValueFilter',
    new ProtoWriter()
      .bytes(1, column.family)
      .bytes(2, column.qualifier)
      .uint(3, EQUAL)
      .message(4, bytesComparator(column.value))
      .bool(5, column.dropIfMissing)
      .bool(6, true),
  )
}

/** Rows from `startRow` (inclusive) to `stopRow` (exclusive); empty ends are open. */
export interface RowRange {
  readonly startRow: Uint8Array
  readonly stopRow: Uint8Array
}

/**
 * Rows in any of the ranges, which the server skips between.
 *
 * @param ranges in ascending order, not overlapping
 */
export function rowRangesFilter(ranges: readonly RowRange[]): Filter {
  const writer = new ProtoWriter()
  for (const { startRow, stopRow } of ranges) {
    writer.message(1, range =>
      range.bytes(1, startRow).bool(2, true).bytes(3, stopRow).bool(4, false),
    )
  }
  return toFilter('MultiRowRangeFilter', writer)
}

/** What all of the filters let through. */
export function allOfFilters(filters: readonly Filter[]): Filter {
  const writer = new ProtoWriter().uint(1, MUST_PASS_ALL)
  for (const filter of filters) writer.message(2, inner => writeFilter(inner, filter))
  return toFilter('FilterList', writer)
}
