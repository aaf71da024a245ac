import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testExamples } from '../../../test/examples/examples.js'
import {
  filesOf,
  memoryLake,
  openStampApp,
  type StampAlert,
  type StampApp,
  stampPixels,
  withStampApp,
} from '../../../test/routes/stamp-app.js'
import { encodeFitsImage } from '../../cutouts/fits-image.js'
import { fitsBytes } from '../../cutouts/stamp.js'
import { readPng } from '../../cutouts/testing/png-reader.js'
import type { Datalake } from '../../datalake/datalake.js'
import { openLocalLake } from '../../datalake/local/local.js'
import { countingLake } from '../../datalake/testing/counting-lake.js'
import { DatalakeError, type UpstreamFailure } from '../../errors.js'

const OBJECT = 'ZTF21abfmbix'
const CANDID = 1622215345315015012n

function alertAt(day: number, changes: Partial<StampAlert> = {}): StampAlert {
  const magnitude = [18.5, 17.25, 19.75, 18][day] ?? 20
  const candid = CANDID + BigInt(day)
  return { object: OBJECT, jd: 2_459_000.5 + day, candid, magnitude, file: 'a.parquet', ...changes }
}

const alerts = [0, 1, 2, 3].map(day => alertAt(day))
const service = await openStampApp(alerts, { lake: memoryLake(filesOf(alerts)) })
after(service.close)

testExamples(
  () => service.app,
  service.endpoints.filter(({ name }) => name === 'cutouts'),
)

type Query = Readonly<Record<string, string>>

function ask({ app }: StampApp, query: Query, headers: Readonly<Record<string, string>> = {}) {
  const given = { objectId: OBJECT, kind: 'Science', ...query }
  return app.inject({ url: '/api/v1/cutouts', query: given, headers })
}

/** The Science pixels that the answer has. */
async function pixels(query: Query, of: StampApp = service): Promise<unknown> {
  const answer = await ask(of, { 'output-format': 'array', ...query })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()['b:cutoutScience_stampData']
}

test('cutouts takes the last alert of an object unless told otherwise', async () => {
  const picks: readonly (readonly [Query, number])[] = [
    [{}, 3],
    [{ which: 'last' }, 3],
    [{ which: 'first' }, 0],
    [{ which: 'brightest' }, 1],
    [{ which: 'faintest' }, 2],
    [{ candid: String(CANDID + 2n) }, 2],
  ]
  for (const [query, day] of picks) {
    assert.deepEqual(await pixels(query), stampPixels(alerts[day]!, 'Science'), String(day))
  }
})

test('cutouts finds the same without notes of where stamps are', async () => {
  await withStampApp(alerts, { hasHints: false }, async opened => {
    for (const [day, which] of [
      [0, 'first'],
      [1, 'brightest'],
      [3, 'last'],
    ] as const) {
      assert.deepEqual(await pixels({ which }, opened), stampPixels(alerts[day]!, 'Science'))
    }
  })
})

test('cutouts picks among the alerts that have stamps', async () => {
  const some = alerts.map((alert, day) => (day % 2 === 1 ? { ...alert, file: undefined } : alert))
  await withStampApp(some, {}, async opened => {
    assert.deepEqual(await pixels({}, opened), stampPixels(alerts[2]!, 'Science'))
    assert.deepEqual(
      await pixels({ which: 'brightest' }, opened),
      stampPixels(alerts[0]!, 'Science'),
    )
  })
})

test('cutouts reads alert ids beyond 2^53 from JSON numbers', async () => {
  const payload = `{"objectId":"${OBJECT}","kind":"Science","output-format":"array","candid":${CANDID}}`
  const headers = { 'content-type': 'application/json' }
  const answer = await service.app.inject({
    method: 'POST',
    url: '/api/v1/cutouts',
    payload,
    headers,
  })
  assert.deepEqual(answer.json()['b:cutoutScience_stampData'], stampPixels(alerts[0]!, 'Science'))
})

test('cutouts gives all kinds as arrays, sorted by name', async () => {
  const answer = await ask(service, { kind: 'All', 'output-format': 'array' })
  const body = answer.json() as Record<string, unknown>
  assert.deepEqual(
    Object.entries(body),
    (['Difference', 'Science', 'Template'] as const).map(kind => [
      `b:cutout${kind}_stampData`,
      stampPixels(alerts[3]!, kind),
    ]),
  )
})

test('cutouts gives the FITS file of the survey, byte for byte, and a picture of its size', async () => {
  const fits = await ask(service, { 'output-format': 'FITS', kind: 'Template' })
  const pixels = stampPixels(alerts[3]!, 'Template').flat()
  assert.ok(fits.rawPayload.equals(fitsBytes(encodeFitsImage(pixels, 5, 4))))
  assert.equal(fits.headers['content-type'], 'application/octet-stream')
  const named = `attachment; filename="${OBJECT}_Template.fits"`
  assert.equal(fits.headers['content-disposition'], named)
  const { width, height, channels } = readPng((await ask(service, {})).rawPayload)
  assert.deepEqual([width, height, channels], [5, 4, 1])
  const coloured = await ask(service, { colormap: 'viridis', stretch: 'linear' })
  assert.equal(readPng(coloured.rawPayload).channels, 4)
})

test('cutouts can be kept: ETag, 304, HEAD, and for how long', async () => {
  const fixed = { candid: String(CANDID) }
  const first = await ask(service, fixed)
  assert.equal(first.headers['cache-control'], 'public, max-age=31536000, immutable')
  const etag = String(first.headers.etag)
  assert.match(etag, /^"[a-z\d]+-[a-z\d]+-[a-z\d]+"$/)
  assert.equal((await ask(service, fixed)).headers.etag, etag)
  assert.notEqual((await ask(service, { ...fixed, stretch: 'log' })).headers.etag, etag)
  const known = await ask(service, fixed, { 'if-none-match': etag })
  assert.deepEqual([known.statusCode, known.rawPayload.length], [304, 0])
  const given = { objectId: OBJECT, kind: 'Science', ...fixed }
  const head = await service.app.inject({ method: 'HEAD', url: '/api/v1/cutouts', query: given })
  assert.deepEqual([head.statusCode, head.rawPayload.length, head.headers.etag], [200, 0, etag])
  assert.equal(head.headers['content-length'], String(first.rawPayload.length))
  const current = await ask(service, {})
  assert.equal(current.headers['cache-control'], 'public, max-age=60, immutable')
})

test('cutouts does not find what is not there', async () => {
  const unknown: readonly Query[] = [
    { objectId: 'ZTF99aaaaaaa' },
    { objectId: 'ZTF21abfmbi' },
    { objectId: 'ZTF21' },
    { candid: '1' },
    { candid: String(CANDID + 9n) },
  ]
  for (const query of unknown) {
    const { statusCode, body } = await ask(service, query)
    assert.deepEqual([statusCode, JSON.parse(body).code], [404, 'not_found'], body)
  }
})

test('cutouts refuses bad values before it reads anything, with suggestions', async () => {
  const nothing: Datalake = {
    size: () => assert.fail('the lake was asked'),
    read: () => assert.fail('the lake was asked'),
    write: () => assert.fail('the lake was asked'),
    close: async () => undefined,
  }
  const bad: readonly (readonly [Query, string, RegExp])[] = [
    [{ kind: 'science' }, 'kind', /did you mean "Science"/],
    [{ kind: 'All' }, 'output-format', /kind=All/],
    [{ kind: 'All', 'output-format': 'FITS' }, 'output-format', /only compatible/],
    [{ 'output-format': 'jpg' }, 'output-format', /PNG, FITS, array/],
    [{ stretch: 'Linear' }, 'stretch', /did you mean "linear"/],
    [{ colormap: 'virids' }, 'colormap', /did you mean "viridis"/],
    [{ convolution_kernel: 'tophat' }, 'convolution_kernel', /gauss, box/],
    [{ pmin: 'abc' }, 'pmin', /number/],
    [{ pmax: '101' }, 'pmax', /100/],
    [{ pmin: '60', pmax: '40' }, 'pmin', /"pmin" below "pmax"/],
    [{ pmax: '0.1' }, 'pmax', /0.5 and 0.1/],
    [{ candid: 'abc' }, 'candid', /digits/],
    [{ candid: '1', which: 'first' }, 'which', /either/],
    [{ which: 'nearest' }, 'which', /last, first, brightest, faintest/],
    [{ objectId: '../../etc/passwd' }, 'objectId', /object id/],
  ]
  await withStampApp(alerts, { lake: nothing }, async opened => {
    for (const [query, param, text] of bad) {
      const answer = await ask(opened, query)
      const error = answer.json() as Record<string, string>
      assert.deepEqual([answer.statusCode, error['param']], [400, param], answer.body)
      assert.match(error['text']!, text)
    }
  })
})

function failingLake(failure: UpstreamFailure): Datalake {
  const fail = () => Promise.reject(new DatalakeError('HDFS', 'HDFS is down', { failure }))
  return { size: fail, read: fail, write: fail, close: async () => undefined }
}

test('cutouts names the lake when it fails, and never says "not found" for it', async () => {
  const cases = [
    ['failed', 502],
    ['unavailable', 503],
    ['timeout', 504],
  ] as const
  for (const [failure, status] of cases) {
    await withStampApp(alerts, { lake: failingLake(failure) }, async opened => {
      const answer = await ask(opened, {})
      assert.deepEqual([answer.statusCode, answer.json().code], [status, 'datalake_failed'])
      assert.match(answer.json().text, /HDFS/)
      assert.equal(answer.headers['cache-control'], undefined)
    })
  }
  await withStampApp(alerts, { lake: memoryLake(new Map()) }, async opened => {
    const answer = await ask(opened, {})
    assert.deepEqual([answer.statusCode, answer.json().code], [502, 'datalake_failed'])
    assert.match(answer.json().text, /a\.parquet/)
  })
})

test('cutouts tells a stamp that is broken from one that is missing', async () => {
  const some = [
    alertAt(0, { broken: new Uint8Array([0x1f, 0x8b, 1, 2, 3]) }),
    alertAt(1, { broken: new TextEncoder().encode('no FITS file') }),
    alertAt(2, { missing: ['Science'] }),
    alertAt(3, { missing: ['Science', 'Template', 'Difference'] }),
  ]
  await withStampApp(some, {}, async opened => {
    const statusOf = async (day: number, query: Query = {}) =>
      (await ask(opened, { candid: String(CANDID + BigInt(day)), ...query })).statusCode
    assert.equal(await statusOf(0), 502)
    assert.equal(await statusOf(0, { 'output-format': 'FITS' }), 502)
    assert.equal(await statusOf(1), 502)
    assert.equal(await statusOf(1, { 'output-format': 'FITS' }), 200)
    assert.equal(await statusOf(2), 404)
    assert.equal(await statusOf(3, { kind: 'All', 'output-format': 'array' }), 404)
    const all = { kind: 'All', 'output-format': 'array', candid: String(CANDID + 2n) }
    const body = (await ask(opened, all)).json()
    assert.equal(body['b:cutoutScience_stampData'], null)
    assert.deepEqual(body['b:cutoutTemplate_stampData'], stampPixels(some[2]!, 'Template'))
  })
})

test('cutouts opens no file outside the lake, whatever the tables say', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'outside-'))
  const folder = mkdtempSync(join(tmpdir(), 'lake-'))
  try {
    const [file] = filesOf(alerts).values()
    writeFileSync(join(outside, 'a.parquet'), file!)
    writeFileSync(join(folder, 'a.parquet'), file!)
    symlinkSync(join(outside, 'a.parquet'), join(folder, 'link.parquet'))
    symlinkSync(outside, join(folder, 'folder'))
    const open = (stored: string) => ({ hasHints: false, storedName: () => stored, lake: folder })
    const statusOf = async (stored: string): Promise<number> => {
      let status = 0
      const lake = await openLocalLake(folder)
      await withStampApp(alerts, { ...open(stored), lake }, async opened => {
        const answer = await ask(opened, {})
        if (answer.statusCode !== 200) assert.equal(answer.json().code, 'datalake_failed')
        status = answer.statusCode
      })
      return status
    }
    for (const good of [
      'a.parquet',
      'hdfs://host:8020///a.parquet',
      'hdfs://host:8020/a.parquet',
    ]) {
      assert.equal(await statusOf(good), 200, good)
    }
    for (const bad of [
      '../a.parquet',
      'folder/a.parquet',
      'link.parquet',
      './a.parquet',
      `${outside}/a.parquet`,
      `file://${outside}/a.parquet`,
      `hdfs://host:8020/../${outside}/a.parquet`,
      `hdfs://host:8020${outside}/a.parquet`,
      'x/../a.parquet',
      'a.parquet\0',
      '..\\a.parquet',
      '',
    ]) {
      assert.equal(await statusOf(bad), 502, bad)
    }
  } finally {
    rmSync(outside, { recursive: true })
    rmSync(folder, { recursive: true })
  }
})

test('cutouts reads one page for a stamp, once the service is warm or the place is noted', async () => {
  const many = Array.from({ length: 200 }, (_, i) =>
    alertAt(i, {
      object: `ZTF21${'abcdefghij'[i % 10]}aaaaa${'abcdefghijklmnopqrst'[(i / 10) | 0]}`,
    }),
  )
  const files = filesOf(many)
  const lake = countingLake(memoryLake(files))
  await withStampApp(many, { lake }, async opened => {
    for (const { object } of many.filter((_, i) => i % 40 === 0)) {
      assert.equal((await ask(opened, { objectId: object })).statusCode, 200)
      const calls = lake.take()
      assert.equal(calls.length, 1)
      assert.ok(calls[0]!.bytes < 1_500, `${calls[0]!.bytes} bytes`)
    }
  })
  await withStampApp(many, { lake, hasHints: false, cacheBytes: 2 ** 20 }, async opened => {
    await ask(opened, { objectId: many[0]!.object })
    lake.take()
    await ask(opened, { objectId: many[100]!.object })
    assert.ok(lake.take().length <= 1)
  })
})
