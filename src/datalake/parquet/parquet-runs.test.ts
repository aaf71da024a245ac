import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetMetadata, parquetSchema } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { getTreePath } from 'hyparquet/src/schema.js'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { parquetCompressors } from './compression.js'
import { checkFirstPage, checkPages, type PageColumn } from './parquet-runs.js'

/** The one column of a file, as its bytes and what is known of it. */
function columnOf(data: readonly unknown[], options: object = {}) {
  const columnData = [{ name: 'a', data: [...data], ...options }]
  const file = Buffer.from(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' }))
  const metadata = parquetMetadata(Uint8Array.from(file).buffer)
  const meta = metadata.row_groups[0]!.columns[0]!.meta_data!
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset)
  const column: PageColumn = {
    type: meta.type,
    codec: meta.codec,
    schemaPath: getTreePath(parquetSchema(metadata), ['a']),
    compressors: parquetCompressors,
  }
  return { bytes: file.subarray(start, start + Number(meta.total_compressed_size)), column }
}

const NAMES = Array.from({ length: 100 }, (_, i) => (i % 7 === 0 ? null : `name ${i % 3}`))

test('checkPages() passes over good pages: nulls, dictionaries, booleans, deltas', () => {
  for (const { bytes, column } of [
    columnOf(NAMES, { type: 'STRING' }),
    columnOf(NAMES, { type: 'STRING', encoding: 'DELTA_BYTE_ARRAY' }),
    columnOf(Array.from({ length: 1000 }, (_, i) => i % 3 === 0)),
    columnOf(Array.from({ length: 1000 }, (_, i) => i * 3)),
    columnOf(
      Array.from({ length: 300 }, (_, i) => i % 5),
      { type: 'INT32', encoding: 'DELTA_BINARY_PACKED' },
    ),
  ]) {
    checkPages(bytes, column)
  }
})

test('checkPages() refuses pages that are cut off', () => {
  const { bytes, column } = columnOf(NAMES, { type: 'STRING' })
  for (let length = 2; length < bytes.length; length++) {
    try {
      checkPages(bytes.subarray(0, length), column)
      // A cut between two pages is for the reader to notice.
      assert.ok(length < bytes.length - 1)
    } catch (error) {
      assert.ok(error instanceof Error)
    }
  }
})

/** A page of 10 values of an optional column: definition levels, then values. */
function pageOf(levels: readonly number[], values: readonly number[], encoding: number) {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(levels.length)
  const page = Buffer.concat([length, Buffer.from(levels), Buffer.from(values)])
  // Thrift: type DATA_PAGE, both sizes, { num_values 10, encoding, RLE, RLE }.
  const size = page.length * 2
  const head = [
    0x15,
    0,
    0x15,
    size,
    0x15,
    size,
    0x2c,
    0x15,
    20,
    0x15,
    encoding * 2,
    0x15,
    6,
    0x15,
    6,
  ]
  const bytes = Buffer.from([...head, 0, 0])
  const header = parquetHeader({
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    offset: 0,
  })
  return { page, header }
}

const { column: OPTIONAL } = columnOf(['a', null], { type: 'STRING' })
const RLE_DICTIONARY = 8
/** Ten times the level 1. */
const ALL_THERE = [20, 1]

test('checkFirstPage() refuses runs that are longer than the page has values', () => {
  const cases: readonly (readonly [
    string,
    readonly number[],
    readonly number[],
    RegExp | undefined,
  ])[] = [
    ['good', ALL_THERE, [1, 20, 0], undefined],
    ['good, packed', [5, 0xff, 0x03], [1, 5, 0x55, 0x01], undefined],
    ['billions of levels', [0xff, 0xff, 0xff, 0xff, 0x0f], [], /runs of \d{10,} values/],
    ['billions of values', ALL_THERE, [1, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0], /runs of \d+ values/],
    ['packed bits of width 0', ALL_THERE, [0, 0xff, 0xff, 0xff, 0xff, 0x0f], /runs of/],
    ['too few levels', [10, 1], [1, 20, 0], /5 levels for 10 values/],
    ['width of 40', ALL_THERE, [40, 20, 0], /values of 40 bits/],
    ['endless length', ALL_THERE, [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], /has no end/],
    ['length cut off', ALL_THERE, [1, 0xff], /ends inside a length/],
  ]
  for (const [what, levels, values, expected] of cases) {
    const { page, header } = pageOf(levels, values, RLE_DICTIONARY)
    const check = () => checkFirstPage(page, header, OPTIONAL)
    if (expected === undefined) check()
    else assert.throws(check, { name: 'RangeError', message: expected }, what)
  }
})
