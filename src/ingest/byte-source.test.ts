import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { toContent } from '../datalake/datalake.js'
import { openLocalLake } from '../datalake/local/local.js'
import { type ByteSource, lakeOpener, openLocalSource, readAhead } from './byte-source.js'

const BYTES = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * i) % 251))

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fink-source-'))
  try {
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function checkReads(source: ByteSource, bytes: Buffer): Promise<void> {
  assert.equal(source.size, bytes.length)
  for (const [start, end] of [
    [0, 4],
    [10, 500],
    [5, 6],
    [bytes.length - 8, bytes.length],
    [bytes.length, bytes.length],
  ] as const) {
    assert.ok((await source.read(start, end)).equals(bytes.subarray(start, end)))
  }
  await source.close()
}

for (const [name, size] of [
  ['small', 1000],
  ['large', BYTES.length],
] as const) {
  test(`openLocalSource() reads ranges of a ${name} file`, () =>
    inFolder(async folder => {
      const path = join(folder, 'x')
      writeFileSync(path, BYTES.subarray(0, size))
      await checkReads(await openLocalSource(path), BYTES.subarray(0, size))
      const source = await openLocalSource(path)
      await assert.rejects(source.read(size - 1, size + 1), /past the end/)
      await source.close()
    }))
}

test('openLocalSource() fails for what is not there', async () => {
  await assert.rejects(openLocalSource('/no/such/file'), { code: 'ENOENT' })
})

test('lakeOpener() reads files of a data lake', () =>
  inFolder(async folder => {
    const lake = await openLocalLake(folder)
    await lake.write('night/x', toContent(BYTES.subarray(0, 5000)))
    await checkReads(await lakeOpener(lake)('night/x'), BYTES.subarray(0, 5000))
    await lake.close()
  }))

test('readAhead() gives the same bytes with fewer reads', async () => {
  let reads = 0
  const source: ByteSource = {
    path: 'x',
    size: BYTES.length,
    read: async (start, end) => {
      reads++
      return BYTES.subarray(start, end)
    },
    close: async () => undefined,
  }
  await checkReads(readAhead(source), BYTES)
  const ahead = readAhead(source)
  reads = 0
  for (let at = 0; at < 2 ** 20; at += 1000) await ahead.read(at, at + 20)
  assert.equal(reads, 1)
})
