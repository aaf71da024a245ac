import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ztfFields } from '../../surveys/ztf/alert.js'
import type { AlertBatch } from '../alert-batch.js'
import type { AlertFile } from '../alert-file.js'
import { type ByteSource, openLocalSource } from '../byte-source.js'
import { AlertFileError } from '../errors.js'
import { encodeAvroFile, makeAlert } from '../testing/alert-fixture.js'
import { type AlertReader, createAlertReader } from './alert-reader.js'

const ALERTS = Array.from({ length: 7 }, (_, i) => makeAlert(i, {}, { jd: 2460310.5 + i }))

/** Runs with a reader, and a way to write files and open them by their descriptor. */
async function withReader(
  run: (
    reader: AlertReader,
    sourceOf: (bytes: Uint8Array, isLarge?: boolean) => Promise<ByteSource>,
  ) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fink-reader-'))
  const reader = createAlertReader(ztfFields)
  const opened: ByteSource[] = []
  try {
    await run(reader, async (bytes, isLarge = true) => {
      const path = join(folder, `${opened.length}.avro`)
      writeFileSync(path, bytes)
      const source = await openLocalSource(path)
      const handle = await open(path, 'r')
      const close = (): Promise<void> => handle.close()
      opened.push({ ...source, close })
      return { ...source, ...(isLarge && { descriptor: handle.fd }) }
    })
  } finally {
    await reader.close()
    for (const source of opened) await source.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function batchesOf(file: AlertFile, start: number): Promise<AlertBatch[]> {
  const batches: AlertBatch[] = []
  for await (const batch of file.batches(start, 3)) batches.push(batch)
  return batches
}

test('createAlertReader(): the thread reads what is read without it', () =>
  withReader(async (reader, sourceOf) => {
    const bytes = encodeAvroFile(ALERTS, { perBlock: 2 })
    const here = await reader.open(await sourceOf(bytes, false))
    const there = await reader.open(await sourceOf(bytes))
    assert.equal(there.format, here.format)
    assert.equal(there.length, ALERTS.length)
    assert.equal(await there.fingerprint(), await here.fingerprint())
    assert.deepEqual(
      [await there.has('candidate.jd'), await there.has('none')],
      [await here.has('candidate.jd'), await here.has('none')],
    )
    await there.check()
    assert.deepEqual(await batchesOf(there, 1), await batchesOf(here, 1))
    await there.close()
    await assert.rejects(there.fingerprint(), /No open file/)
  }))

test('createAlertReader(): broken files are refused with their reason by the thread too', () =>
  withReader(async (reader, sourceOf) => {
    const no = Buffer.alloc(2000)
    await assert.rejects(reader.open(await sourceOf(no)), (error: unknown) => {
      assert.ok(error instanceof AlertFileError)
      assert.match(error.reason, /neither a Parquet nor an Avro/)
      return true
    })
    const bytes = encodeAvroFile(ALERTS, { perBlock: 2 })
    bytes.fill(0xff, bytes.length - 40)
    const outcome = (source: ByteSource): Promise<string> =>
      reader
        .open(source)
        .then(file => file.check())
        .then(
          () => 'read',
          (error: unknown) => (error instanceof AlertFileError ? error.reason : String(error)),
        )
    const here = await outcome(await sourceOf(bytes, false))
    assert.notEqual(here, 'read')
    assert.equal(await outcome(await sourceOf(bytes)), here)
  }))

test('createAlertReader(): a file that is left early is not read any further', () =>
  withReader(async (reader, sourceOf) => {
    const file = await reader.open(await sourceOf(encodeAvroFile(ALERTS, { perBlock: 2 })))
    for await (const { length } of file.batches(0, 2)) {
      assert.equal(length, 2)
      break
    }
    await file.close()
  }))

test('createAlertReader(): what waits for a thread that is ended fails', () =>
  withReader(async (reader, sourceOf) => {
    const file = await reader.open(await sourceOf(encodeAvroFile(ALERTS, { perBlock: 2 })))
    await reader.close()
    await assert.rejects(file.fingerprint(), /The reading thread ended/)
  }))
