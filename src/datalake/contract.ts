/**
 * The contract every data lake keeps, as one suite of tests. A lake's own test file calls it with
 * a way to open it; tests write only below a folder of their own.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { DatalakeError, NotFoundError } from '../errors.js'
import { type Datalake, type LakeContent, readFileEnd, toContent } from './datalake.js'

/** Opens the lake; the suite closes it after each test. */
export type OpenLake = () => Promise<Datalake>

/** Names that need care in addresses, signatures or queries. */
const ODD_NAMES = [
  'year=2024/month=11/day=14/part-00000.parquet',
  'a b+c.parquet',
  '100%25 & more?x=1#y.parquet',
  "(quoted)'~!*$,;@.parquet",
  'Boötes ☃ 𝛼.parquet',
]

const BAD_PATHS = ['', '/a', '../a', 'a/../b', 'a/./b', 'a//b', 'a/', 'hdfs://h/a', 'a\0b', 'a\\b']

function patternOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff)
}

/** A test of the suite: gets the open lake and a folder that nobody else uses. */
type Run = (lake: Datalake, folder: string) => Promise<void>

/** Declares the tests of the contract under the given name. */
export function datalakeContract(name: string, open: OpenLake): void {
  const check = (title: string, run: Run): void => {
    test(`${name}: ${title}`, async () => {
      const lake = await open()
      try {
        await run(lake, `contract-${randomUUID()}`)
      } finally {
        await lake.close()
      }
    })
  }
  readTests(check)
  pathTests(check)
  writeTests(check)
}

type Check = (title: string, run: Run) => void

function readTests(check: Check): void {
  check('size and every kind of range are exact', async (lake, folder) => {
    const bytes = patternOf(300_000)
    const path = `${folder}/a.parquet`
    await lake.write(path, toContent(bytes))
    assert.equal(await lake.size(path), bytes.length)
    const ranges = [
      [0, 1],
      [0, bytes.length],
      [7, 70_000],
      [bytes.length - 8, bytes.length],
    ] as const
    for (const [start, end] of ranges) {
      const read = await lake.read(path, start, end)
      assert.ok(Buffer.from(bytes.subarray(start, end)).equals(read), `${start} to ${end}`)
    }
  })

  check('the end of a file comes with its size', async (lake, folder) => {
    const bytes = patternOf(70_000)
    const path = `${folder}/a.parquet`
    await lake.write(path, toContent(bytes))
    for (const length of [1, 8, 65_536, 69_999, 70_000, 70_001, 2 ** 24]) {
      const end = await readFileEnd(lake, path, length)
      assert.equal(end.size, bytes.length, String(length))
      assert.ok(Buffer.from(bytes.subarray(-length)).equals(end.bytes), String(length))
    }
    await lake.write(`${folder}/empty`, toContent(new Uint8Array(0)))
    const empty = await readFileEnd(lake, `${folder}/empty`, 8)
    assert.deepEqual([empty.size, empty.bytes.length], [0, 0])
    await assert.rejects(readFileEnd(lake, `${folder}/missing`, 8), NotFoundError)
    await assert.rejects(readFileEnd(lake, folder, 8), NotFoundError)
  })

  check('an empty range has no bytes', async (lake, folder) => {
    const path = `${folder}/a.parquet`
    await lake.write(path, toContent(patternOf(10)))
    assert.equal((await lake.read(path, 10, 10)).length, 0)
  })

  check('an empty file has size 0', async (lake, folder) => {
    await lake.write(`${folder}/empty`, toContent(new Uint8Array(0)))
    assert.equal(await lake.size(`${folder}/empty`), 0)
  })

  check('reads at the same time do not mix', async (lake, folder) => {
    const bytes = patternOf(200_000)
    const path = `${folder}/a.parquet`
    await lake.write(path, toContent(bytes))
    const starts = Array.from({ length: 24 }, (_, i) => i * 8_000)
    const read = await Promise.all(starts.map(start => lake.read(path, start, start + 9_001)))
    read.forEach((part, i) => {
      const start = starts[i]!
      assert.ok(Buffer.from(bytes.subarray(start, start + 9_001)).equals(part))
    })
  })

  check('a range beyond the end is a fault of the lake', async (lake, folder) => {
    const path = `${folder}/a.parquet`
    await lake.write(path, toContent(patternOf(100)))
    for (const [start, end] of [
      [90, 101],
      [100, 101],
      [500, 600],
    ] as const) {
      await assert.rejects(lake.read(path, start, end), (error: unknown) => {
        assert.ok(error instanceof DatalakeError, String(error))
        assert.equal(error.failure, 'failed')
        return true
      })
    }
  })

  check('ranges that are none are a RangeError', async lake => {
    await assert.rejects(lake.read('a', 2, 1), RangeError)
    await assert.rejects(lake.read('a', -1, 1), RangeError)
    await assert.rejects(lake.read('a', 0, 1.5), RangeError)
    await assert.rejects(readFileEnd(lake, 'a', 0), RangeError)
    await assert.rejects(readFileEnd(lake, 'a', 1.5), RangeError)
  })

  check('an aborted signal ends the call with its reason', async (lake, folder) => {
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await lake.write(`${folder}/a`, toContent(patternOf(10)))
    await assert.rejects(lake.size(`${folder}/a`, { signal }), reason)
    await assert.rejects(lake.read(`${folder}/a`, 0, 5, { signal }), reason)
    await assert.rejects(readFileEnd(lake, `${folder}/a`, 5, { signal }), reason)
  })
}

function pathTests(check: Check): void {
  check('a missing file and a folder are not found', async (lake, folder) => {
    await lake.write(`${folder}/inner/a.parquet`, toContent(patternOf(10)))
    const missing = [`${folder}/b.parquet`, `${folder}/inner`, `${folder}/inner/a.parquet/b`]
    for (const path of missing) {
      await assert.rejects(lake.size(path), NotFoundError, path)
      await assert.rejects(lake.read(path, 0, 4), NotFoundError, path)
    }
  })

  check('paths that could lead elsewhere are refused', async lake => {
    for (const path of BAD_PATHS) {
      const isRefused = (error: unknown): boolean =>
        error instanceof DatalakeError && error.failure === 'failed'
      await assert.rejects(lake.size(path), isRefused, path)
      await assert.rejects(lake.read(path, 0, 4), isRefused, path)
      await assert.rejects(readFileEnd(lake, path, 4), isRefused, path)
      await assert.rejects(lake.write(path, toContent(patternOf(4))), isRefused, path)
    }
  })

  check('names with special characters are kept apart', async (lake, folder) => {
    for (const [i, name] of ODD_NAMES.entries()) {
      await lake.write(`${folder}/${name}`, toContent(patternOf(10 + i)))
    }
    for (const [i, name] of ODD_NAMES.entries()) {
      assert.equal(await lake.size(`${folder}/${name}`), 10 + i, name)
      assert.deepEqual([...(await lake.read(`${folder}/${name}`, 1, 3))], [31, 62], name)
    }
  })
}

function writeTests(check: Check): void {
  check('a write takes the place of a file', async (lake, folder) => {
    const path = `${folder}/a.parquet`
    await lake.write(path, toContent(patternOf(100)))
    assert.equal((await lake.read(path, 0, 100)).length, 100)
    await lake.write(path, toContent(Uint8Array.of(1, 2, 3)))
    assert.equal(await lake.size(path), 3)
    assert.deepEqual([...(await lake.read(path, 0, 3))], [1, 2, 3])
  })

  check('a write of the wrong size leaves nothing', async (lake, folder) => {
    for (const size of [5, 15]) {
      const content: LakeContent = { size, read: toContent(patternOf(10)).read }
      await assert.rejects(lake.write(`${folder}/a${size}`, content), DatalakeError)
      await assert.rejects(lake.size(`${folder}/a${size}`), NotFoundError)
    }
  })

  check('a content that fails ends the write with its error', async (lake, folder) => {
    const failure = new Error('the source is gone')
    const content: LakeContent = {
      size: 10,
      async *read() {
        yield patternOf(5)
        throw failure
      },
    }
    await assert.rejects(lake.write(`${folder}/a`, content), failure)
    await assert.rejects(lake.size(`${folder}/a`), NotFoundError)
  })
}
