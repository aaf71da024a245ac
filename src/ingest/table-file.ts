/**
 * Tables that are not made of alerts but come as Parquet files of their own: names of other
 * services, orbits of candidate objects. Doing it again changes nothing.
 */
import type { PutCounts, Store } from '../store/store.js'
import { type OpenSource, openLocalSource } from './byte-source.js'
import { AlertFileError } from './errors.js'
import { openParquetAlerts } from './parquet/alerts.js'
import type { TableFile } from './survey-ingest.js'

const BATCH_ROWS = 1024

/** What reading a table file did. */
export interface TableSummary extends PutCounts {
  readonly table: string
  /** Records of the file, and those of them that could not be stored. */
  readonly records: number
  readonly rejected: number
}

/**
 * Reads a Parquet file into the table it is for.
 *
 * @throws AlertFileError when the file is broken or is not of that kind; nothing of it is written
 */
export async function ingestTable(
  store: Store,
  { target, fields, toRows }: TableFile,
  request: { readonly file: string; readonly open?: OpenSource },
): Promise<TableSummary> {
  const source = await (request.open ?? openLocalSource)(request.file)
  try {
    const head = await source.read(0, Math.min(4, source.size))
    if (head.toString('latin1') !== 'PAR1') {
      throw new AlertFileError(request.file, 'it is not a Parquet file')
    }
    const file = await openParquetAlerts(source, fields)
    await file.check()
    let [added, changed, rejected] = [0, 0, 0]
    for await (const batch of file.batches(0, BATCH_ROWS)) {
      const rows = batch.rows.map((_, at) => (batch.problems.has(at) ? [] : toRows(batch, at)))
      rejected += rows.filter(({ length }) => length === 0).length
      const counts = (await store.write([{ ...target, rows: rows.flat() }])).get(target.table)
      added += counts?.added ?? 0
      changed += counts?.changed ?? 0
    }
    return { table: target.table, records: file.length, added, changed, rejected }
  } finally {
    await source.close()
  }
}
