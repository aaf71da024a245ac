/**
 * A Parquet file whose pages are looked at before the library decodes them: damaged ones could
 * keep it busy for hours.
 */
import { type AsyncBuffer, type Compressors, type FileMetaData, parquetSchema } from 'hyparquet'
import { getTreePath } from 'hyparquet/src/schema.js'
import { checkPages, type PageColumn } from '../../datalake/parquet/parquet-runs.js'

/** A column in one row group. */
interface Chunk extends PageColumn {
  readonly start: number
  readonly end: number
}

/**
 * The file with checked pages; what is no page passes.
 *
 * @returns reads that throw RangeError or Error for pages that are damaged
 */
export function checkedFile(
  file: AsyncBuffer,
  metadata: FileMetaData,
  compressors: Compressors,
): AsyncBuffer {
  const chunks = chunksOf(metadata, compressors)
  return {
    byteLength: file.byteLength,
    slice: (start, end = file.byteLength) => {
      const read = readChecked(file, { start, end, chunks })
      // The library forgets reads that it began when another one fails; that must not be the end
      // of the process.
      read.catch(() => undefined)
      return read
    },
  }
}

async function readChecked(
  file: AsyncBuffer,
  range: { readonly start: number; readonly end: number; readonly chunks: readonly Chunk[] },
): Promise<ArrayBuffer> {
  const { start, end, chunks } = range
  const bytes = new Uint8Array(await file.slice(start, end))
  for (const chunk of chunks) {
    if (chunk.start < end && start < chunk.end) checkChunk(bytes, start, chunk)
  }
  return bytes.buffer
}

/** What is read of a column begins with one of its pages. */
function checkChunk(bytes: Uint8Array, offset: number, chunk: Chunk): void {
  const start = Math.max(0, chunk.start - offset)
  // A read that begins inside of the column is of that column, as far as it goes.
  const end = chunk.start < offset ? bytes.length : chunk.end - offset
  checkPages(bytes.subarray(start, Math.min(end, bytes.length)), chunk)
}

function chunksOf(metadata: FileMetaData, compressors: Compressors): Chunk[] {
  const root = parquetSchema(metadata)
  const metas = metadata.row_groups.flatMap(({ columns }) => columns.map(chunk => chunk.meta_data))
  return metas.flatMap(meta => {
    if (meta === undefined) return []
    const start = Number(meta.dictionary_page_offset || meta.data_page_offset)
    const end = start + Number(meta.total_compressed_size)
    const schemaPath = getTreePath(root, meta.path_in_schema)
    return [{ start, end, type: meta.type, codec: meta.codec, schemaPath, compressors }]
  })
}
