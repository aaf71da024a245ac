/** A published table as an answer: the file as it is, or its rows in another format. */
import type { Answer } from '../../api/declarations/answer.js'
import { jsonFormat } from '../../formats/json.js'
import { parquetFormat } from '../../formats/parquet.js'
import { type FoundFile, openFound } from '../../queries/solar-system/solar-system-files.js'
import { readFileBytes } from '../../queries/solar-system/table-file.js'
import type { ColumnFacts } from '../../surveys/column-facts.js'

/** What is known about the file, and how it is to be sent. */
export interface FileAnswerOptions {
  readonly facts: readonly ColumnFacts[]
  /** Value of `output-format`; the file as it is when absent. */
  readonly format: string | undefined
  readonly signal: AbortSignal
}

/** Sends a whole table. */
export async function sendFile(
  found: FoundFile,
  { facts, format = parquetFormat.name, signal }: FileAnswerOptions,
): Promise<Answer> {
  const { lake, path, size } = found
  if (format !== parquetFormat.name) {
    const file = await openFound(found, { facts, hasLists: format === jsonFormat.name, signal })
    return { kind: 'table', table: { columns: file.columns, batches: file.batches() } }
  }
  const fileName = path.slice(path.lastIndexOf('/') + 1)
  return {
    kind: 'bytes',
    bytes: readFileBytes(lake, { path, size, signal }),
    length: size,
    mediaType: parquetFormat.mediaType,
    fileName,
    etag: `${fileName} ${size}`,
  }
}
