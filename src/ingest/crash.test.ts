import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openEmbeddedStore } from '../store/embedded/embedded.js'
import { openMemoryStore } from '../store/memory.js'
import { ztfIngest } from '../surveys/ztf/alert-ingest.js'
import { ingest } from './ingest.js'
import { encodeAvroFile, makeAlert } from './testing/alert-fixture.js'
import { dumpStore } from './testing/store-dump.js'

const FILES = ['a.avro', 'b.avro', 'c.avro']
const ALERTS_PER_FILE = 40
const BATCH_ROWS = 7

if (process.argv[2] === 'ingest') {
  await ingestUntilKilled(process.argv[3]!)
} else {
  for (const writes of [1, 5, 6, 11, 16]) {
    test(`ingest(): killed after ${writes} writes and run again, all is as if run once`, () =>
      checkKilled(writes))
  }
}

function alertFiles(folder: string): string[] {
  return FILES.map(file => join(folder, file))
}

async function ingestUntilKilled(folder: string): Promise<void> {
  await ingest({
    store: openEmbeddedStore(join(folder, 'store')),
    survey: ztfIngest,
    files: alertFiles(folder),
    batchRows: BATCH_ROWS,
    onProgress: ({ alerts }) => process.stdout.write(`${alerts}\n`),
  })
}

async function checkKilled(writes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fink-ingest-'))
  try {
    for (const [i, path] of alertFiles(folder).entries()) writeAlerts(path, i)
    const files = alertFiles(folder)
    const whole = openMemoryStore()
    await ingest({ store: whole, survey: ztfIngest, files })
    await runUntil(folder, writes)
    const store = openEmbeddedStore(join(folder, 'store'))
    const { alerts } = await ingest({ store, survey: ztfIngest, files })
    assert.ok(alerts <= FILES.length * ALERTS_PER_FILE - writes * BATCH_ROWS, `${alerts} again`)
    assert.deepEqual(await dumpStore(store), await dumpStore(whole))
    await store.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function writeAlerts(path: string, file: number): void {
  const alerts = Array.from({ length: ALERTS_PER_FILE }, (_, i) =>
    makeAlert(file * ALERTS_PER_FILE + i, { anomaly_score: -i / 100 }, { jd: 2460310.5 + i / 64 }),
  )
  writeFileSync(path, encodeAvroFile(alerts, { perBlock: 5 }))
}

/** Runs the ingesting process and kills it once it has told the given number of writes. */
async function runUntil(folder: string, writes: number): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'ingest', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = 0
  for await (const _ of createInterface({ input: child.stdout })) {
    if (++told === writes) child.kill('SIGKILL')
  }
}
