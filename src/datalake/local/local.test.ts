import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DatalakeError, NotFoundError } from '../../errors.js'
import { cachedDatalake } from '../cached.js'
import { datalakeContract } from '../contract.js'
import { type Datalake, toContent } from '../datalake.js'
import { openLocalLake } from './local.js'

/** A lake in a new folder, which goes away when the lake is closed. */
async function openTemporary(): Promise<Datalake & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'lake-'))
  const lake = await openLocalLake(folder)
  const close = async (): Promise<void> => {
    await lake.close()
    rmSync(folder, { recursive: true })
  }
  return { ...lake, folder, close }
}

datalakeContract('local lake', openTemporary)
datalakeContract('cached local lake', async () =>
  cachedDatalake(await openTemporary(), { maxBytes: 2 ** 20 }),
)

test('openLocalLake() needs a folder', async () => {
  const lake = await openTemporary()
  try {
    writeFileSync(join(lake.folder, 'a'), 'x')
    await assert.rejects(openLocalLake(join(lake.folder, 'a')), DatalakeError)
    await assert.rejects(openLocalLake(join(lake.folder, 'b')), DatalakeError)
  } finally {
    await lake.close()
  }
})

test('local lake follows links inside its root and refuses those that lead out', async () => {
  const lake = await openTemporary()
  const outside = mkdtempSync(join(tmpdir(), 'lake-outside-'))
  try {
    writeFileSync(join(outside, 'secret'), 'secret')
    mkdirSync(join(lake.folder, 'night'))
    writeFileSync(join(lake.folder, 'night/a'), 'alert')
    symlinkSync('night/a', join(lake.folder, 'latest'))
    symlinkSync(join(outside, 'secret'), join(lake.folder, 'file'))
    symlinkSync(outside, join(lake.folder, 'folder'))
    symlinkSync('nowhere', join(lake.folder, 'dangling'))
    assert.equal(await lake.size('latest'), 5)
    await assert.rejects(lake.read('file', 0, 1), DatalakeError)
    await assert.rejects(lake.read('folder/secret', 0, 1), DatalakeError)
    await assert.rejects(lake.write('folder/new', toContent(Uint8Array.of(1))), DatalakeError)
    await assert.rejects(lake.size('dangling'), NotFoundError)
    assert.deepEqual(readdirSync(outside), ['secret'])
  } finally {
    await lake.close()
    rmSync(outside, { recursive: true })
  }
})

test('local lake does not wait for a pipe', async t => {
  const lake = await openTemporary()
  try {
    const made = spawnSync('mkfifo', [join(lake.folder, 'pipe')])
    if (made.status !== 0) return t.skip('needs mkfifo')
    await assert.rejects(lake.size('pipe'), NotFoundError)
  } finally {
    await lake.close()
  }
})

test('a failed local write leaves no part behind', async () => {
  const lake = await openTemporary()
  try {
    const content = { size: 3, read: toContent(Uint8Array.of(1)).read }
    await assert.rejects(lake.write('night/a', content), DatalakeError)
    assert.deepEqual(readdirSync(join(lake.folder, 'night')), [])
  } finally {
    await lake.close()
  }
})

test('local lake does not take a file for a folder to write into', async () => {
  const lake = await openTemporary()
  try {
    await lake.write('a', toContent(Uint8Array.of(1)))
    await assert.rejects(lake.write('a/b', toContent(Uint8Array.of(1))), DatalakeError)
  } finally {
    await lake.close()
  }
})
