import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type OpenFile, OpenFiles } from './open-files.js'

/** A folder with files named by a letter, and what is opened and closed of them. */
async function withFiles(
  run: (files: OpenFiles, opened: string[], closed: string[], folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'open-files-'))
  const [opened, closed]: [string[], string[]] = [[], []]
  const files = new OpenFiles(async path => {
    opened.push(path)
    const handle = await open(join(folder, path))
    const close = handle.close.bind(handle)
    handle.close = () => {
      closed.push(path)
      return close()
    }
    return { handle, size: path.length }
  })
  try {
    await run(files, opened, closed, folder)
  } finally {
    files.close()
    rmSync(folder, { recursive: true })
  }
}

async function firstByte({ handle }: OpenFile): Promise<string> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, 0)
  return buffer.toString()
}

/** Lets files that are to be closed be closed. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve))
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 10_000 && !isSo(); i++) await settle()
  assert.ok(isSo())
}

test('OpenFiles opens a file once for many reads, and again when told to', async () => {
  await withFiles(async (files, opened, closed, folder) => {
    writeFileSync(join(folder, 'a'), 'x')
    const reads = Array.from({ length: 20 }, () => files.use('a', firstByte))
    assert.deepEqual(new Set(await Promise.all(reads)), new Set(['x']))
    assert.deepEqual([opened, closed], [['a'], []])
    unlinkSync(join(folder, 'a'))
    assert.equal(await files.use('a', firstByte), 'x')
    files.forget('a')
    await assert.rejects(files.use('a', firstByte), /ENOENT/)
    await until(() => closed.length === 1)
  })
})

test('OpenFiles does not remember a file that could not be opened', async () => {
  await withFiles(async (files, opened, _closed, folder) => {
    await assert.rejects(files.use('a', firstByte), /ENOENT/)
    writeFileSync(join(folder, 'a'), 'x')
    assert.equal(await files.use('a', firstByte), 'x')
    assert.equal(opened.length, 2)
  })
})

test('OpenFiles closes no file before those who read it are done', async () => {
  await withFiles(async (files, _opened, closed, folder) => {
    writeFileSync(join(folder, 'a'), 'x')
    await files.use('a', async file => {
      files.close()
      await settle()
      assert.equal(await firstByte(file), 'x')
      assert.deepEqual(closed, [])
    })
    await until(() => closed.length === 1)
  })
})

test('OpenFiles keeps no more files open than its limit, those used last', async () => {
  await withFiles(async (files, opened, closed, folder) => {
    const names = Array.from({ length: 70 }, (_, i) => `f${i}`)
    for (const name of names) writeFileSync(join(folder, name), 'x')
    for (const name of names) {
      await files.use('f0', firstByte)
      await files.use(name, firstByte)
    }
    await until(() => closed.length === 70 - 64)
    assert.equal(opened.length, 70)
    assert.deepEqual(closed.sort(), ['f1', 'f2', 'f3', 'f4', 'f5', 'f6'])
  })
})

test('OpenFiles opens a file anew after ten seconds', async (t: TestContext) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await withFiles(async (files, opened, closed, folder) => {
    writeFileSync(join(folder, 'a'), 'x')
    await files.use('a', firstByte)
    t.mock.timers.tick(9_999)
    await files.use('a', firstByte)
    assert.equal(opened.length, 1)
    t.mock.timers.tick(1)
    await until(() => closed.length === 1)
    await files.use('a', firstByte)
    assert.equal(opened.length, 2)
  })
})
