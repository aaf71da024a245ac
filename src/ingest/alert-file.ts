/**
 * Alert files of any kind: what they are is told from their first bytes, never from their name.
 */
import type { AlertBatch, AlertFields } from './alert-batch.js'
import { openAvroAlerts } from './avro/alerts.js'
import type { AvroReaders } from './avro/batch.js'
import type { ByteSource } from './byte-source.js'
import { AlertFileError } from './errors.js'
import { openParquetAlerts } from './parquet/alerts.js'

/** An open alert file. */
export interface AlertFile {
  readonly format: 'parquet' | 'avro'
  /** Alerts in the file. */
  readonly length: number
  /**
   * SHA-256, in hexadecimal, of all bytes that rows may follow from: the same file under another
   * name has the same one. Image stamps that are not read are left out.
   *
   * @throws AlertFileError when a part of the file cannot be read
   */
  fingerprint(): Promise<string>
  /** True when the file has the path, whatever stands there. */
  has(path: string): Promise<boolean>
  /**
   * Reads through the whole file without keeping anything.
   *
   * @throws AlertFileError when a part of it cannot be read
   */
  check(): Promise<void>
  /**
   * Alerts from position `start` on, in batches of at most `size`.
   *
   * @throws AlertFileError when the file cannot be read any further
   */
  batches(start: number, size: number): AsyncIterable<AlertBatch>
  /** Lets go of the file; its source is closed by who opened it. */
  close(): Promise<void>
}

/**
 * Opens an alert file.
 *
 * @param readers see `createAvroReaders`; made for the same fields
 * @throws AlertFileError when it is no Parquet or Avro file, is broken, or lacks required fields
 */
export async function openAlertFile(
  source: ByteSource,
  fields: AlertFields,
  readers: AvroReaders,
): Promise<AlertFile> {
  const head = await source.read(0, Math.min(4, source.size))
  const magic = head.toString('latin1')
  if (magic === 'PAR1') return openParquetAlerts(source, fields)
  if (magic === 'Obj\x01') return openAvroAlerts(source, fields.required, readers)
  throw new AlertFileError(source.path, 'it is neither a Parquet nor an Avro container file')
}
