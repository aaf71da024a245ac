/**
 * How many requests of the lake, and how many bytes, stamps cost: the budget is one request of one
 * page for a file that is known, and three for one that nobody has looked at before.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { cachedDatalake } from '../../datalake/cached.js'
import { openLocalLake } from '../../datalake/local/local.js'
import { type CountingLake, countingLake } from '../../datalake/testing/counting-lake.js'
import { NotFoundError } from '../../errors.js'
import {
  type FixtureOptions,
  fixtureCandid,
  fixtureObject,
  writeFixture,
} from '../testing/stamp-file.js'
import { expectedStamp, sourceOf, stampFiles, targetOf } from '../testing/stamp-targets.js'
import type { LakeReader } from './byte-ranges.js'
import { locateStamps, readAlertStamps } from './locate.js'
import { SMALL_FILE_BYTES, TAIL_BYTES } from './parquet-file.js'
import type { StampHint } from './stamp-hint.js'
import { readStamps } from './stamp-reader.js'

/** Above the size of files that are read as a whole. */
const LARGE = { rows: 1_600, rowGroupSize: 2_000, pageSize: 20_000, codec: 'UNCOMPRESSED' } as const

/** A file on disk that is larger than what is read of its end, below a counter and a cache. */
async function withCounter(
  options: FixtureOptions,
  run: (lake: LakeReader, counter: CountingLake) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'))
  const counter = countingLake(await openLocalLake(folder))
  try {
    writeFileSync(join(folder, 'x'), writeFixture({ ...LARGE, ...options }))
    await run(cachedDatalake(counter, { maxBytes: 2 ** 24 }), counter)
  } finally {
    await counter.close()
    rmSync(folder, { recursive: true })
  }
}

/** A page of the files, and the two columns of ids, are less than that. */
const PAGE_BYTES = 22_000
const ID_BYTES = 60_000

interface ColdCase {
  readonly name: string
  readonly options: FixtureOptions
  /** Most requests for the first stamp of the file, and for another one in the same row group. */
  readonly cold: number
  readonly warm: number
}

const COLD_CASES: readonly ColdCase[] = [
  { name: 'one row group', options: {}, cold: 3, warm: 1 },
  { name: 'four row groups with statistics', options: { rowGroupSize: 400 }, cold: 3, warm: 1 },
  {
    name: 'four row groups without statistics, whose ids are all read',
    options: { rowGroupSize: 400, hasStatistics: false },
    cold: 6,
    warm: 1,
  },
  {
    name: 'a footer longer than what is read at first, and an index of pages before it',
    options: { footerBytes: TAIL_BYTES },
    cold: 5,
    warm: 1,
  },
  {
    name: 'no index of pages in a small column',
    options: { hasOffsetIndex: false },
    cold: 3,
    warm: 0,
  },
]

for (const { name, options, cold, warm } of COLD_CASES) {
  test(`budget: cold, by id, ${cold} requests at most with ${name}, then ${warm}`, async () => {
    await withCounter(options, async (lake, counter) => {
      const files = stampFiles(lake)
      const [first] = await readAlertStamps(files, targetOf(500), ['Science'])
      assert.deepEqual(first, expectedStamp('Science', 500))
      const calls = counter.take()
      assert.ok(calls.length <= cold, JSON.stringify(calls))
      assert.equal(calls[0]?.method, 'readEnd')
      const [second] = await readAlertStamps(files, targetOf(600), ['Science'])
      assert.deepEqual(second, expectedStamp('Science', 600))
      assert.ok(counter.take().length <= warm)
    })
  })
}

test('budget: cold, by id, the bytes are the end of the file, ids and one page', async () => {
  await withCounter({}, async (lake, counter) => {
    await readAlertStamps(stampFiles(lake), targetOf(500), ['Science'])
    const [end, ids, page, ...more] = counter.take()
    assert.equal(end?.bytes, TAIL_BYTES)
    assert.ok(ids !== undefined && ids.bytes < ID_BYTES, String(ids?.bytes))
    assert.ok(page !== undefined && page.bytes < PAGE_BYTES, String(page?.bytes))
    assert.deepEqual(more, [])
  })
})

test('budget: a lake without a request for the end of a file is asked for its size, too', async () => {
  await withCounter({}, async (_lake, counter) => {
    const { readEnd: _, ...plain } = counter
    const lake = cachedDatalake(plain, { maxBytes: 2 ** 24 })
    const [stamp] = await readAlertStamps(stampFiles(lake), targetOf(500), ['Science'])
    assert.deepEqual(stamp, expectedStamp('Science', 500))
    const methods = counter.take().map(call => call.method)
    assert.deepEqual(methods, ['size', 'read', 'read', 'read'])
  })
})

test('budget: an id that statistics exclude costs no request but for the end of the file', async () => {
  await withCounter({ rowGroupSize: 400 }, async (lake, counter) => {
    const files = stampFiles(lake)
    for (const candid of [fixtureCandid(-1), fixtureCandid(1_600), 17n, 'none']) {
      const target = { file: 'x', ids: { candid: String(candid), objectId: fixtureObject(0) } }
      await assert.rejects(readAlertStamps(files, target, ['Science']), NotFoundError)
    }
    assert.equal(counter.take().length, 1)
    // A gap between two ids is not excluded: the group that could have it is read.
    const between = { file: 'x', ids: { candid: String(fixtureCandid(900) + 1n) } }
    await assert.rejects(readAlertStamps(files, between, ['Science']), NotFoundError)
    assert.equal(counter.take().length, 1)
  })
})

test('budget: a small file is read whole, in two requests, for all of its stamps', async () => {
  const options = { rows: 400, pageSize: 20_000, codec: 'UNCOMPRESSED' } as const
  await withCounter(options, async (lake, counter) => {
    const files = stampFiles(lake)
    for (const row of [7, 399, 120]) {
      const found = await readAlertStamps(files, targetOf(row), ['Science', 'Template'])
      assert.deepEqual(found, [expectedStamp('Science', row), expectedStamp('Template', row)])
    }
    const calls = counter.take()
    assert.deepEqual(
      calls.map(call => call.method),
      ['readEnd', 'read'],
    )
    assert.ok(calls[1]!.bytes < SMALL_FILE_BYTES)
  })
})

test('budget: cold, a stamp of a known row is at most 2 requests', async () => {
  for (const hasOffsetIndex of [true, false]) {
    await withCounter({ hasOffsetIndex }, async (lake, counter) => {
      const page = await stampFiles(lake).page('x', {
        kind: 'Science',
        row: 77,
      })
      await lake.read('x', page.offset, page.offset + page.length)
      assert.deepEqual(
        counter.take().map(call => call.method),
        ['readEnd', 'read'],
      )
    })
  }
})

test('budget: cold, a stamp with a hint is one request of its own bytes', async () => {
  for (const codec of ['UNCOMPRESSED', 'SNAPPY'] as const) {
    await withCounter({ codec }, async (lake, counter) => {
      const hint = (await stampFiles(lake).hints('x'))(301)
      const stamp = expectedStamp('Difference', 301)!
      const read = async (hint: StampHint): Promise<number> => {
        counter.take()
        const files = stampFiles(cachedDatalake(counter, { maxBytes: 2 ** 24 }))
        const target = { file: 'x', hint, ids: {} }
        const [found] = await readAlertStamps(files, target, ['Difference'])
        assert.deepEqual(Uint8Array.from(found ?? []), stamp)
        const [call, ...more] = counter.take()
        assert.deepEqual([call?.method, more], ['read', []])
        return call?.bytes ?? 0
      }
      // A literal of Snappy that goes on in the next one has two or three bytes between.
      assert.ok((await read(hint)) <= stamp.length + (codec === 'SNAPPY' ? 8 : 0))
      const { window: _, ...page } = hint.pages.Difference!
      assert.equal(await read({ ...hint, pages: { Difference: page } }), page.length)
    })
  }
})

test('budget: warm, a stamp found by its id is one request of one page, then none', async () => {
  await withCounter({}, async (lake, counter) => {
    const files = stampFiles(lake)
    await readAlertStamps(files, targetOf(20), ['Science'])
    counter.take()
    const [stamp] = await readAlertStamps(files, targetOf(400), ['Science'])
    assert.deepEqual(stamp, expectedStamp('Science', 400))
    const calls = counter.take()
    assert.equal(calls.length, 1)
    assert.ok(calls[0]!.bytes < 22_000, String(calls[0]!.bytes))
    await readAlertStamps(files, targetOf(401), ['Science'])
    assert.deepEqual(counter.take(), [])
  })
})

test('budget: many stamps of a file read each page once, neighbours together', async () => {
  await withCounter({}, async (lake, counter) => {
    const targets = Array.from({ length: 200 }, (_, i) => targetOf(599 - i * 2))
    const files = stampFiles(lake)
    const plan = await locateStamps(files, targets, ['Template'])
    counter.take()
    const stamps = []
    for await (const alert of readStamps(sourceOf(lake), plan)) stamps.push(alert)
    stamps.forEach((found, i) => {
      assert.deepEqual(found, [expectedStamp('Template', 599 - i * 2)])
    })
    // The pages lie side by side, in less than what is read at once.
    assert.ok(plan.pieces.length > 15, String(plan.pieces.length))
    assert.equal(plan.reads.length, 1)
    assert.equal(counter.take().filter(call => call.method === 'read').length, 1)
  })
})

test('budget: with hints many stamps are read by themselves, neighbours together', async () => {
  await withCounter({}, async (lake, counter) => {
    const hintOf = await stampFiles(lake).hints('x')
    counter.take()
    const rows = Array.from({ length: 40 }, (_, i) => 599 - i * 2)
    const files = stampFiles(cachedDatalake(counter, { maxBytes: 2 ** 24 }))
    const targets = rows.map(row => ({ file: 'x', hint: hintOf(row), ids: {} }))
    const plan = await locateStamps(files, targets, ['Template'])
    const stamps = []
    for await (const alert of readStamps(files.source, plan)) stamps.push(alert)
    assert.deepEqual(
      stamps,
      rows.map(row => [expectedStamp('Template', row)]),
    )
    assert.deepEqual(counter.take().length, 1)
  })
})
