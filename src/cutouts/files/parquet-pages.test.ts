import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countingLake } from '../../datalake/testing/counting-lake.js'
import { DatalakeError, NotFoundError } from '../../errors.js'
import { bytesLake } from '../testing/bytes-lake.js'
import { writeFixture } from '../testing/stamp-file.js'
import type { LakeReader } from './byte-ranges.js'
import { readParquetFile, SMALL_FILE_BYTES, TAIL_BYTES } from './parquet-file.js'
import { findPage, type PageLocation, readPages } from './parquet-pages.js'

const COLUMN = 'cutoutScience.stampData'

async function pagesOf(bytes: Uint8Array): Promise<PageLocation[]> {
  const lake = bytesLake({ x: bytes })
  const { columns } = await readParquetFile(lake, 'x', [COLUMN])
  const pages = await Promise.all(
    (columns.get(COLUMN) ?? []).map(part => readPages(lake, 'x', part)),
  )
  return pages.flat()
}

test('readPages() finds the same pages by offset index and by walking', async () => {
  for (const options of [{ rows: 100 }, { rows: 100, rowGroupSize: 30 }, { rows: 1 }]) {
    const indexed = await pagesOf(writeFixture(options))
    const walked = await pagesOf(writeFixture({ ...options, hasOffsetIndex: false }))
    const facts = (pages: PageLocation[]) =>
      pages.map(({ length, firstRow }) => ({ length, firstRow }))
    assert.deepEqual(facts(indexed), facts(walked))
    assert.equal(indexed[0]?.firstRow, 0)
  }
})

test('readPages() reads an offset index that did not come with the footer', async () => {
  const lake = bytesLake({ x: writeFixture({ rows: 100, rowGroupSize: 30 }) })
  const { columns } = await readParquetFile(lake, 'x', [COLUMN])
  for (const part of columns.get(COLUMN) ?? []) {
    assert.ok(part.offsetIndexBytes !== undefined && part.offsetIndex !== undefined)
    const pages = await readPages(lake, 'x', part)
    assert.deepEqual(await readPages(lake, 'x', { ...part, offsetIndexBytes: undefined }), pages)
  }
})

test('walking a large column reads little more than a header a page', async () => {
  const bytes = writeFixture({
    rows: 5_500,
    rowGroupSize: 6_000,
    pageSize: 200_000,
    hasOffsetIndex: false,
    codec: 'UNCOMPRESSED',
  })
  const lake = countingLake({
    ...bytesLake({ x: bytes }),
    write: async () => undefined,
    close: async () => undefined,
  })
  const { columns } = await readParquetFile(lake, 'x', [COLUMN])
  const [part] = columns.get(COLUMN) ?? []
  assert.ok(part !== undefined && part.bytes.length > 2 ** 22)
  lake.take()
  const pages = await readPages(lake, 'x', part)
  const calls = lake.take()
  assert.ok(pages.length > 15, String(pages.length))
  assert.equal(calls.length, pages.length)
  assert.ok(calls.every(call => call.bytes <= 2 ** 14))
  assert.equal(
    pages.reduce((sum, page) => sum + page.length, 0),
    part.bytes.length,
  )
})

test('readPages() fails on a lake that gives fewer bytes than asked for', async () => {
  const bytes = writeFixture({ rows: 5_500, rowGroupSize: 6_000, hasOffsetIndex: false })
  const lake = bytesLake({ x: bytes })
  const { columns } = await readParquetFile(lake, 'x', [COLUMN])
  const [part] = columns.get(COLUMN) ?? []
  assert.ok(part !== undefined && part.bytes.length > 2 ** 22)
  for (const most of [0, 3, 1_000]) {
    const read: LakeReader['read'] = async (path, start, end) => {
      return lake.read(path, start, Math.min(end, start + most))
    }
    await assert.rejects(readPages({ ...lake, read }, 'x', part), (error: unknown) => {
      assert.ok(error instanceof DatalakeError, String(error))
      const expected = `Cannot read 16384 bytes of "x" from byte ${part.bytes.offset} on: the lake gave ${most}`
      assert.equal(error.message, expected)
      return true
    })
  }
})

test('readParquetFile() reads a footer that is longer than the tail', async () => {
  const options = { rows: 2_200, rowGroupSize: 3_000, codec: 'UNCOMPRESSED' } as const
  const bytes = writeFixture({ ...options, footerBytes: TAIL_BYTES })
  assert.ok(bytes.length > SMALL_FILE_BYTES)
  const file = await readParquetFile(bytesLake({ x: bytes }), 'x', [COLUMN])
  assert.equal(file.rows, 2_200)
  assert.equal(file.columns.get(COLUMN)?.[0]?.rows, 2_200)
})

test('readParquetFile() leaves out columns that a file lacks', async () => {
  const lake = bytesLake({ x: writeFixture() })
  const { columns } = await readParquetFile(lake, 'x', ['nothing', 'cutoutScience', 'candid'])
  assert.deepEqual([...columns.keys()], ['candid'])
})

test('readParquetFile() refuses what is no Parquet file', async () => {
  const good = writeFixture({ rows: 3 })
  const files = {
    empty: new Uint8Array(0),
    text: new TextEncoder().encode('not a Parquet file, but long enough'),
    cut: good.subarray(0, good.length - 1),
    headless: good.subarray(good.length - 40),
  }
  for (const name of Object.keys(files)) {
    await assert.rejects(readParquetFile(bytesLake(files), name, [COLUMN]), (error: unknown) => {
      return error instanceof Error && !(error instanceof DatalakeError)
    })
  }
  await assert.rejects(readParquetFile(bytesLake(files), 'missing', [COLUMN]), NotFoundError)
})

test('findPage() finds the page of a row', () => {
  const pages = [0, 4, 9].map(firstRow => ({ firstRow, offset: firstRow, length: 1 }))
  const found = [0, 3, 4, 8, 9, 100].map(row => findPage(pages, row)?.firstRow)
  assert.deepEqual(found, [0, 0, 4, 4, 9, 9])
  assert.equal(findPage(pages, -1), undefined)
  assert.equal(findPage([], 0), undefined)
})
