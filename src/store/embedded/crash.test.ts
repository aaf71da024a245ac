import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { putOf } from '../contract.js'
import { ALL_KEYS, readRows } from '../store.js'
import { openEmbeddedStore } from './embedded.js'

/** Rows of each batch of the writing process, spread over two tables. */
const BATCH_ROWS = 50

if (process.argv[2] === 'write') {
  await writeForever(process.argv[3]!)
} else {
  for (const batches of [1, 3, 8, 20]) {
    test(`embedded store: killed after ${batches} batches, keeps each whole and no part`, () =>
      checkKilled(batches))
  }
}

async function writeForever(folder: string): Promise<void> {
  const store = openEmbeddedStore(folder)
  for (let batch = 0; ; batch++) {
    const rows = Object.fromEntries(
      Array.from({ length: BATCH_ROWS }, (_, i) => [
        `${String((i * 7919 + batch) % 1000).padStart(4, '0')}_${batch}_${i}`,
        { 'i:fid': batch, 'd:cdsxmatch': 'x'.repeat(500) },
      ]),
    )
    await store.write([putOf('one', rows), putOf('two', rows)])
    process.stdout.write(`${batch}\n`)
  }
}

async function checkKilled(afterBatches: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fink-crash-'))
  try {
    const acknowledged = await runUntil(folder, afterBatches)
    const store = openEmbeddedStore(folder)
    for (const table of ['one', 'two']) {
      const counts = new Map<string, number>()
      for (const { key } of await readRows(store, { table, ranges: [ALL_KEYS] })) {
        const batch = key.split('_')[1]!
        counts.set(batch, (counts.get(batch) ?? 0) + 1)
      }
      for (const [batch, count] of counts) assert.equal(count, BATCH_ROWS, `batch ${batch}`)
      assert.ok(counts.size > acknowledged, `${counts.size} batches of ${acknowledged + 1}`)
    }
    await store.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs the writing process and kills it once it has told the given number of batches. */
async function runUntil(folder: string, batches: number): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'write', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let last = -1
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    if (last + 1 === batches) child.kill('SIGKILL')
  }
  return last
}
