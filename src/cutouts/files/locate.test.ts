import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DatalakeError, NotFoundError } from '../../errors.js'
import { bytesLake } from '../testing/bytes-lake.js'
import {
  FIXTURE_LAYOUT,
  type FixtureOptions,
  fixtureCandid,
  fixtureObject,
  writeFixture,
} from '../testing/stamp-file.js'
import { expectedStamp, sourceOf, stampFiles, targetOf } from '../testing/stamp-targets.js'
import type { LakeReader } from './byte-ranges.js'
import { locateStamps, readAlertStamps, type StampTarget } from './locate.js'
import {
  encodeStampHint,
  parseStampHint,
  STAMP_KINDS,
  type StampHint,
  type StampKind,
  type StampLocation,
} from './stamp-hint.js'
import { readStamps } from './stamp-reader.js'
import type { StampWindow } from './stamp-window.js'

async function readAll(
  lake: LakeReader,
  targets: readonly StampTarget[],
  kinds: readonly StampKind[] = STAMP_KINDS,
) {
  const plan = await locateStamps(stampFiles(lake), targets, kinds)
  const stamps = []
  for await (const alert of readStamps(sourceOf(lake), plan)) stamps.push(alert)
  return { plan, stamps }
}

const WAYS: readonly FixtureOptions[] = [
  {},
  { hasOffsetIndex: false },
  { rowGroupSize: 13 },
  { rowGroupSize: 13, hasOffsetIndex: false },
  { rowGroupSize: 3, hasStatistics: false },
  { codec: 'UNCOMPRESSED' },
  { codec: 'GZIP' },
  { encoding: 'DELTA_LENGTH_BYTE_ARRAY' },
  { encoding: 'RLE_DICTIONARY' },
  { encoding: 'RLE_DICTIONARY', rowGroupSize: 13, codec: 'GZIP' },
]

for (const options of WAYS) {
  test(`stamps of a file written with ${JSON.stringify(options)} are exact`, async () => {
    const lake = bytesLake({ x: writeFixture(options) })
    const rows = Array.from({ length: 40 }, (_, i) => (i * 7) % 40)
    const { stamps } = await readAll(
      lake,
      rows.map(row => targetOf(row)),
    )
    assert.equal(stamps.length, 40)
    stamps.forEach((found, i) => {
      assert.deepEqual(
        found,
        STAMP_KINDS.map(kind => expectedStamp(kind, rows[i]!)),
      )
    })
    const hintOf = await stampFiles(lake).hints('x')
    const hinted = rows.map(row => {
      const hint = parseStampHint(encodeStampHint(hintOf(row)), 'x')
      return { file: 'x', hint, ids: {} }
    })
    assert.deepEqual((await readAll(lake, hinted)).stamps, stamps)
  })
}

test('alerts and files that are not there are told one by one', async () => {
  const lake = bytesLake({ x: writeFixture() })
  const unknown = { file: 'x', ids: { candid: '17' } }
  const unlike = { file: 'x', ids: { candid: String(fixtureCandid(3)), objectId: 'ZTF18other' } }
  const text = { file: 'x', ids: { candid: 'abc' } }
  const targets = [targetOf(1), unknown, targetOf(0, 'missing'), unlike, text, targetOf(2)]
  const { stamps } = await readAll(lake, targets, ['Science'])
  const isFound = stamps.map(stamp => !(stamp instanceof NotFoundError))
  assert.deepEqual(isFound, [true, false, false, false, false, true])
  assert.match(String(stamps[1]), /Cannot find candid "17" in "x"/)
  assert.match(String(stamps[2]), /Cannot find file "missing"/)
  const files = stampFiles(lake)
  await assert.rejects(readAlertStamps(files, unknown, ['Science']), NotFoundError)
})

test('by object alone the first row in file order is found', async () => {
  const files = stampFiles(bytesLake({ x: writeFixture() }))
  assert.equal(await files.findRow('x', { objectId: fixtureObject(10) }), 8)
  await assert.rejects(files.findRow('x', {}), RangeError)
  await assert.rejects(files.findRow('x', { ra: '1' }), RangeError)
})

test('files that are broken or lack stamps are a fault of the lake', async () => {
  const good = writeFixture()
  const broken = good.slice()
  broken.fill(0xff, 600, 5_000)
  const lake = bytesLake({ x: good, broken, text: new TextEncoder().encode('hello, this is text') })
  const layout = { ...FIXTURE_LAYOUT, stamps: { ...FIXTURE_LAYOUT.stamps, Science: 'image' } }
  const files = stampFiles(lake, layout)
  await assert.rejects(files.page('x', { kind: 'Science', row: 0 }), /no column "image"/)
  await assert.rejects(files.page('text', { kind: 'Template', row: 0 }), DatalakeError)
  await assert.rejects(files.page('x', { kind: 'Template', row: 40 }), NotFoundError)
  await assert.rejects(readAll(lake, [targetOf(0, 'broken')], ['Science']), (error: unknown) => {
    assert.ok(error instanceof DatalakeError, String(error))
    return /the page at 588 of "broken"/.test(error.message)
  })
})

/** The hint with a change to the place of the stamp `Science`. */
function withScience(hint: StampHint, change: Partial<StampLocation>): StampHint {
  return { ...hint, pages: { ...hint.pages, Science: { ...hint.pages.Science!, ...change } } }
}

test('a hint beyond its page is a fault of the lake, not a wrong stamp', async () => {
  const lake = bytesLake({ x: writeFixture() })
  const hint = withScience((await stampFiles(lake).hints('x'))(0), { window: undefined })
  const wrong = { file: 'x', hint: { ...hint, row: 39 }, ids: {} }
  await assert.rejects(readAll(lake, [wrong], ['Science']), DatalakeError)
})

test('a window without the stamp that was noted down is passed over for the page', async () => {
  for (const codec of ['SNAPPY', 'UNCOMPRESSED'] as const) {
    const lake = bytesLake({ x: writeFixture({ codec }) })
    const hint = (await stampFiles(lake).hints('x'))(3)
    const window = hint.pages.Science?.window
    assert.ok(window !== undefined, codec)
    const wrong: Partial<StampWindow>[] = [
      { offset: window.offset + 1 },
      { mark: window.mark + 1 },
      { size: window.size - 1 },
      { literal: 2 },
      { skip: 2 ** 29 },
      { size: 2 ** 29 },
      { length: 1 },
    ]
    for (const change of wrong) {
      const changed = withScience(hint, { window: { ...window, ...change } })
      const target = { file: 'x', hint: changed, ids: {} }
      const [stamp] = await readAlertStamps(stampFiles(lake), target, ['Science'])
      assert.deepEqual(stamp, expectedStamp('Science', 3), JSON.stringify(change))
    }
  }
})

test('hints have windows where values stand in pages that are plain or Snappy', async () => {
  for (const options of WAYS) {
    const hintOf = await stampFiles(bytesLake({ x: writeFixture(options) })).hints('x')
    const hasWindow = hintOf(3).pages.Template?.window !== undefined
    const isPossible = options.codec !== 'GZIP' && options.encoding !== 'RLE_DICTIONARY'
    assert.equal(hasWindow, isPossible, JSON.stringify(options))
    assert.equal(hintOf(6).pages.Template?.window, undefined, 'a stamp that is missing')
  }
})

test('readStamps() reads a few pages ahead, not all', async () => {
  const files: Record<string, Uint8Array> = {}
  const names = Array.from({ length: 40 }, (_, i) => `f${String(i).padStart(2, '0')}`)
  for (const name of names) files[name] = writeFixture({ rows: 2 })
  const lake = bytesLake(files)
  const plan = await locateStamps(
    stampFiles(lake),
    names.map(name => targetOf(1, name)),
    ['Science'],
  )
  const asked: string[] = []
  let signal: AbortSignal | undefined
  const recording: LakeReader = {
    size: lake.size,
    read: (path, start, end, options) => {
      asked.push(path)
      signal = options?.signal
      return lake.read(path, start, end)
    },
  }
  const reading = readStamps(sourceOf(recording), plan)
  await reading.next()
  assert.deepEqual(asked, names.slice(0, 9))
  await reading.return(undefined)
  assert.equal(signal?.aborted, true)
})

test('readStamps() ends with the reason of its signal', async () => {
  const lake = bytesLake({ x: writeFixture() })
  const plan = await locateStamps(stampFiles(lake), [targetOf(1)], ['Science'])
  const controller = new AbortController()
  const reason = new Error('the client has left')
  const silent: LakeReader = {
    size: lake.size,
    read: (_path, _start, _end, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener('abort', () => reject(options.signal?.reason))
      }),
  }
  const reading = readStamps(sourceOf(silent), plan, { signal: controller.signal })
  const first = reading.next()
  controller.abort(reason)
  await assert.rejects(first, reason)
})
