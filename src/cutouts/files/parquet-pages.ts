/**
 * Where the pages of a column lie in a Parquet file. Files with an offset index tell it in a few
 * bytes beside the footer; in others the headers of the pages are walked.
 */
import { readOffsetIndex } from 'hyparquet/src/indexes.js'
import type { CallOptions } from '../../datalake/datalake.js'
import { type ByteRange, type LakeReader, readRange } from './byte-ranges.js'
import { HeaderReader } from './page-headers.js'
import type { ColumnPart } from './parquet-file.js'

/** Most pages of a column chunk. */
const MAX_PAGES = 2 ** 17

/** A data page: header and body. */
export interface PageLocation extends ByteRange {
  /** Number in the file of its first row. */
  readonly firstRow: number
  /** The dictionary page that it may need. */
  readonly dictionary?: ByteRange | undefined
}

/**
 * The data pages of a column in one row group, in row order. Nothing is read when the offset index
 * came with the footer.
 *
 * @throws RangeError, SyntaxError when the file is broken
 * @throws DatalakeError, NotFoundError when it cannot be read
 */
export async function readPages(
  lake: LakeReader,
  path: string,
  part: ColumnPart,
  options: CallOptions = {},
): Promise<readonly PageLocation[]> {
  const { offsetIndex, offsetIndexBytes } = part
  if (offsetIndexBytes !== undefined) return decodeIndex(part, offsetIndexBytes)
  if (offsetIndex === undefined) return walkPages(lake, path, part, options)
  return decodeIndex(part, await readRange(lake, path, offsetIndex, options))
}

/** Data pages of a part by its offset index. */
function decodeIndex(part: ColumnPart, bytes: Uint8Array): PageLocation[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { page_locations: found } = readOffsetIndex({ view, offset: 0 })
  const { offset: start } = part.bytes
  const gap = Number(found[0]?.offset ?? start) - start
  const dictionary = part.mayHaveDictionary && gap > 0 ? { offset: start, length: gap } : undefined
  return found.map(page => ({
    offset: Number(page.offset),
    length: page.compressed_page_size,
    firstRow: part.firstRow + Number(page.first_row_index),
    ...(dictionary && { dictionary }),
  }))
}

async function walkPages(
  lake: LakeReader,
  path: string,
  part: ColumnPart,
  options: CallOptions,
): Promise<PageLocation[]> {
  const { offset: start, length } = part.bytes
  const headers = new HeaderReader(lake, path, part.bytes, options)
  const pages: PageLocation[] = []
  let dictionary: ByteRange | undefined
  let row = 0
  for (let offset = start; row < part.rows && offset < start + length; ) {
    const page = await headers.read(offset)
    const range = { offset, length: page.length }
    if (page.kind === 'dictionary') dictionary = range
    if (page.kind === 'data') {
      const needed = page.needsDictionary && dictionary !== undefined && { dictionary }
      pages.push({ ...range, firstRow: part.firstRow + row, ...needed })
    }
    if (pages.length > MAX_PAGES) throw new RangeError(`a column has more than ${MAX_PAGES} pages`)
    row += page.rows
    offset += page.length
  }
  return pages
}

/**
 * The page that has a row.
 *
 * @param pages in row order
 * @param row number in the file
 * @returns undefined when the row comes before the first page
 */
export function findPage<P extends PageLocation>(pages: readonly P[], row: number): P | undefined {
  let low = 0
  let high = pages.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (pages[middle]!.firstRow <= row) low = middle + 1
    else high = middle
  }
  return pages[low - 1]
}
