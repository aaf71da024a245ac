import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { stampFile } from '../../test/routes/stamp-app.js'
import { parseStampHint } from '../cutouts/files/stamp-hint.js'
import { ZTF_STAMP_LAYOUT } from '../surveys/ztf/stamps.js'
import { namingIntake, openLakeIntake } from './lake-intake.js'

const night = stampFile(
  [1, 2, 3].map(i => ({ object: `O${i}`, jd: i, candid: BigInt(i), magnitude: 18 })),
)

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'intake-'))
  try {
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Takes a file in and gives its name in the tables. */
async function takeIn(lake: string, path: string): Promise<string> {
  const intake = await openLakeIntake(lake, ZTF_STAMP_LAYOUT)
  try {
    const source = await intake.open(path)
    await source.close()
    return intake.storedPath(path)
  } finally {
    await intake.close()
  }
}

test('openLakeIntake() leaves a file that lies in the lake where it is', async () => {
  await withFolder(async folder => {
    const lake = join(folder, 'nights')
    mkdirSync(join(lake, 'year=2024'), { recursive: true })
    const path = join(lake, 'year=2024', 'a.parquet')
    writeFileSync(path, night)
    assert.equal(await takeIn(lake, path), 'year=2024/a.parquet')
    assert.equal(await takeIn(`file://${lake}`, path), 'year=2024/a.parquet')
  })
})

test('openLakeIntake() links other files into the lake, each version once', async () => {
  await withFolder(async folder => {
    const lake = join(folder, 'lake')
    const path = join(folder, 'a b.parquet')
    writeFileSync(path, night)
    const name = await takeIn(lake, path)
    assert.match(name, /^[0-9a-f]{16}\/a_b\.parquet$/)
    assert.equal(statSync(join(lake, name)).ino, statSync(path).ino)
    assert.equal(await takeIn(lake, path), name)
    rmSync(path)
    writeFileSync(path, Buffer.concat([night]))
    const other = await takeIn(lake, path)
    assert.notEqual(other, name)
    assert.ok(readFileSync(join(lake, name)).equals(readFileSync(join(lake, other))))
  })
})

/** A file system in memory, where Linux has one: there are no links to it from others. */
const OTHER_FILE_SYSTEM = '/dev/shm'

test('openLakeIntake() copies a file when it cannot be linked', async t => {
  if (!existsSync(OTHER_FILE_SYSTEM)) return t.skip(`needs ${OTHER_FILE_SYSTEM}`)
  const lake = mkdtempSync(join(OTHER_FILE_SYSTEM, 'intake-'))
  try {
    await withFolder(async folder => {
      const path = join(folder, 'a.parquet')
      writeFileSync(path, night)
      const name = await takeIn(lake, path)
      assert.ok(readFileSync(join(lake, name)).equals(Buffer.from(night)))
      assert.equal(await takeIn(lake, path), name)
    })
  } finally {
    rmSync(lake, { recursive: true })
  }
})

test('openLakeIntake() has no place for files without stamps', async () => {
  await withFolder(async folder => {
    for (const [name, bytes] of [
      ['text.parquet', Buffer.from('hello')],
      ['empty.avro', Buffer.alloc(0)],
      ['cut.parquet', night.subarray(0, night.length - 40)],
      ['none.parquet', stampFile([])],
    ] as const) {
      const path = join(folder, name)
      writeFileSync(path, bytes)
      assert.equal(await takeIn(join(folder, 'lake'), path), resolve(path))
    }
  })
})

test('namingIntake() notes where stamps are under the name that the tables have', async () => {
  await withFolder(async folder => {
    const path = join(folder, 'a.parquet')
    writeFileSync(path, night)
    const intake = namingIntake(() => 'hdfs://host:8020/a.parquet', ZTF_STAMP_LAYOUT)
    await (await intake.open(path)).close()
    const name = intake.storedPath(path)
    assert.equal(name, 'hdfs://host:8020/a.parquet')
    const hint = parseStampHint(intake.hintOf(name, 2) ?? '', name)
    assert.equal(hint?.row, 2)
    assert.deepEqual(Object.keys(hint?.pages ?? {}), ['Science', 'Template', 'Difference'])
    assert.equal(intake.hintOf('another.parquet', 0), undefined)
  })
})
