/** Alerts of an Avro container file, as ZTF, Fink and other brokers send them. */
import { createHash } from 'node:crypto'
import type { AlertBatch } from '../alert-batch.js'
import type { AlertFile } from '../alert-file.js'
import type { ByteSource } from '../byte-source.js'
import { AlertFileError, toAlertFileError } from '../errors.js'
import type { AvroReader, AvroReaders } from './batch.js'
import { type AvroContainer, openAvroContainer } from './container.js'

interface Plan {
  readonly source: ByteSource
  readonly container: AvroContainer
  readonly reader: AvroReader
}

/**
 * Opens an Avro file of alerts.
 *
 * @throws AlertFileError when the file is not whole, its schema is not valid or lacks required paths
 */
export async function openAvroAlerts(
  source: ByteSource,
  required: readonly string[],
  readers: AvroReaders,
): Promise<AlertFile> {
  const container = await openAvroContainer(source)
  const reader = readSchema(source, () => readers(container.schema))
  for (const path of required) {
    if (reader.decoder.find(path) === 'value') continue
    throw new AlertFileError(source.path, `its alerts have no "${path}"`)
  }
  const plan = { source, container, reader }
  return {
    format: 'avro',
    length: container.length,
    fingerprint: () => hashFile(source),
    has: async path => reader.decoder.find(path) !== undefined,
    check: () => checkFile(plan),
    batches: (start, size) => readBatches(plan, start, size),
    close: async () => undefined,
  }
}

/** Bytes that are hashed at once: 4 MiB. */
const HASH_BYTES = 2 ** 22

async function hashFile(source: ByteSource): Promise<string> {
  const hash = createHash('sha256')
  for (let at = 0; at < source.size; at += HASH_BYTES) {
    hash.update(await source.read(at, Math.min(source.size, at + HASH_BYTES)))
  }
  return hash.digest('hex')
}

function readSchema<T>(source: ByteSource, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw toAlertFileError(source.path, 'its schema cannot be used', cause)
  }
}

async function checkFile({ source, container, reader }: Plan): Promise<void> {
  for await (const { first, count, data } of container.blocks()) {
    let at = 0
    for (let i = 0; i < count; i++) {
      at = decodeOrRefuse(source, first + i, () => reader.decoder.skip(data, at))
    }
    if (at !== data.length) {
      throw new AlertFileError(source.path, `the block of alert ${first} has bytes to spare`)
    }
  }
}

function decodeOrRefuse<T>(source: ByteSource, position: number, decode: () => T): T {
  try {
    return decode()
  } catch (cause) {
    throw toAlertFileError(source.path, `alert ${position} cannot be decoded`, cause)
  }
}

async function* readBatches(
  { source, container, reader }: Plan,
  start: number,
  size: number,
): AsyncGenerator<AlertBatch> {
  let records: unknown[] = []
  let next = start
  const take = (): AlertBatch => {
    const batch = reader.toBatch(records, next)
    next += records.length
    records = []
    return batch
  }
  for await (const { first, count, data } of container.blocks(start)) {
    for (let i = 0, at = 0; i < count; i++) {
      const record = decodeOrRefuse(source, first + i, () => reader.decoder.decode(data, at))
      at = record.end
      if (first + i < start) continue
      records.push(record.value)
      if (records.length === size) yield take()
    }
  }
  if (records.length > 0) yield take()
}
