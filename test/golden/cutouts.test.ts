/**
 * Recorded requests of the route `cutouts`: those sent to the whole old service, and those sent to
 * the route alone, whose stamps came from the same sample files. Pictures are compared pixel by
 * pixel within one level, FITS files byte by byte.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { buildServer } from '../../src/api/server.js'
import { createStampRenderer } from '../../src/cutouts/render.js'
import { readPng } from '../../src/cutouts/testing/png-reader.js'
import { openLocalLake } from '../../src/datalake/local.js'
import { parquetCompressors } from '../../src/ingest/compression/codecs.js'
import { createStampServices } from '../../src/queries/stamps/stamp-archive.js'
import cutouts from '../../src/routes/cutouts/route.js'
import type { Services } from '../../src/routes/define.js'
import { openMemoryStore } from '../../src/store/memory.js'
import { LSST_STAMP_LAYOUT } from '../../src/surveys/lsst/stamps.js'
import type { Survey } from '../../src/surveys/survey.js'
import { ztf } from '../../src/surveys/ztf/ztf.js'
import { openRemotes } from '../../src/upstream/remotes.js'
import { missingShared, sharedPath } from '../shared.js'
import { openGoldenApp } from './golden-app.js'

interface Recorded {
  readonly name: string
  readonly service?: 'ztf' | 'lsst'
  readonly route?: string
  readonly stamp?: { readonly file: string; readonly diaSourceId?: string }
  readonly request: {
    readonly method: 'GET' | 'POST'
    readonly path: string
    readonly query?: Readonly<Record<string, string>>
    readonly json?: Readonly<Record<string, unknown>>
    readonly body?: string
    readonly headers?: Readonly<Record<string, string>>
  }
  readonly response: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
    readonly pngBase64?: string
    readonly bodyBase64?: string
  }
}

/** What is answered on purpose in another way; see docs/explain/differences.md. */
interface Difference {
  readonly reason: string
  readonly status: number
}

const DIFFERENCES: Readonly<Record<string, Difference>> = {
  '031-ztf-linear-pmin-pmax': { reason: 'percentiles that are given are used', status: 200 },
  '033-ztf-sigmoid-pmin-ignored': { reason: 'bad values are refused, needed or not', status: 400 },
  '035-ztf-linear-pmin-out-of-range': { reason: 'percentiles are from 0 to 100', status: 400 },
  '039-ztf-stretch-null': { reason: 'null is the same as absent', status: 200 },
  '085-ztf-no-candid-several-alerts-in-file': {
    reason: 'without candid the stamp is that of the last alert, as was documented',
    status: 200,
  },
  '287-cutouts-png': { reason: 'the last alert, not the first in its file', status: 200 },
  '288-cutouts-png-linear': { reason: 'the last alert, not the first in its file', status: 200 },
  '290-cutouts-png-colormap': { reason: 'the last alert, not the first in its file', status: 200 },
  '105-lsst-unknown-id': { reason: 'an alert that is not there is not found', status: 404 },
  '106-lsst-unknown-id-array': { reason: 'an alert that is not there is not found', status: 404 },
}

/** The requests of a folder; ids beyond 2^53 are marked, to be sent as the numbers they were. */
function readRecorded(folder: string): Recorded[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.json'))
    .map(file => {
      const text = readFileSync(join(folder, file), 'utf8')
      const exact = text.replace(/("(?:candid|diaSourceId)": ?)(\d{16,})/g, '$1"#$2"')
      return { ...(JSON.parse(exact) as Recorded), name: file.replace('.json', '') }
    })
}

function send(app: FastifyInstance, { request }: Recorded): Promise<LightMyRequestResponse> {
  const { method, path: url, query, json, body, headers } = request
  return app.inject({
    method,
    url,
    ...(query && { query }),
    ...(json !== undefined && {
      // The route reads the ids of both surveys by one name.
      payload: JSON.stringify(json)
        .replace(/"#(\d+)"/g, '$1')
        .replace('"diaSourceId"', '"objectId"'),
      headers: { 'content-type': 'application/json' },
    }),
    ...(body !== undefined && { payload: body, headers: { ...headers } }),
  })
}

function assertSamePicture(actual: Buffer, expected: Buffer): void {
  const ours = readPng(actual)
  const theirs = readPng(expected)
  assert.deepEqual(
    [ours.width, ours.height, ours.channels],
    [theirs.width, theirs.height, theirs.channels],
  )
  ours.samples.forEach((level, i) => {
    assert.ok(Math.abs(level - theirs.samples[i]!) <= 1, `sample ${i}`)
  })
}

function assertSameAnswer(answer: LightMyRequestResponse, { response, request }: Recorded): void {
  const isCrash = response.status === 500
  if (isCrash) assert.ok(answer.statusCode < 500, answer.body.slice(0, 300))
  else assert.equal(answer.statusCode, response.status, answer.body.slice(0, 300))
  if (answer.statusCode >= 400) {
    const error = answer.json() as Record<string, unknown>
    assert.deepEqual([error['status'], typeof error['text']], ['error', 'string'])
    return
  }
  if (isCrash) return
  const type = String(answer.headers['content-type'])
  if (type === 'image/png') {
    const png = response.pngBase64 ?? response.bodyBase64 ?? ''
    assertSamePicture(answer.rawPayload, Buffer.from(png, 'base64'))
  } else if (type === 'application/octet-stream') {
    assert.ok(answer.rawPayload.equals(Buffer.from(response.bodyBase64 ?? '', 'base64')))
  } else assert.equal(answer.body, response.body?.replaceAll('NaN', 'null'))
  if (type === 'application/json' || type.startsWith('text/')) return
  const { objectId, diaSourceId, kind } = (request.json ?? request.query) as Record<string, string>
  const name = `${objectId ?? diaSourceId}_${kind}.${type === 'image/png' ? 'png' : 'fits'}`
  assert.equal(answer.headers['content-disposition'], `attachment; filename="${name}"`)
  const recorded = response.headers?.['content-disposition']
  if (recorded !== undefined) assert.equal(recorded, `attachment; filename=${name}`)
}

/** Alerts of LSST as far as stamps are concerned, in a table of their own. */
const lsstStamps: Survey = {
  ...ztf,
  name: 'lsst',
  lightCurve: { ...ztf.lightCurve, idParam: 'diaSourceId' },
  stamps: {
    table: 'test.cutouts',
    path: 'r:hdfs_path',
    hint: 'r:stamps',
    layout: LSST_STAMP_LAYOUT,
    idColumn: 'diaSource.diaSourceId',
    magnitude: 'i:magpsf',
    keyColumns: [],
    columnOf: kind => `b:cutout${kind}`,
    keyPrefix: id => `${id}_`,
    keyOf: ({ key }) => key,
    groupOf: key => key,
  },
}

/** The route on the LSST alerts of recorded requests; `diaSourceId` is read as the id. */
async function openLsst(recorded: readonly Recorded[], dataFolder: string) {
  const store = openMemoryStore()
  const rows = recorded.flatMap(({ stamp }) => {
    const { diaSourceId, file } = stamp ?? {}
    if (diaSourceId === undefined || file === undefined) return []
    return [{ key: `${diaSourceId}_1`, values: [BigInt(diaSourceId), file] }]
  })
  const columns = [
    { name: 'i:candid', type: 'long' },
    { name: 'r:hdfs_path', type: 'string' },
  ] as const
  await store.write([{ table: 'test.cutouts', columns, rows }])
  const openLake = async () => ({
    lake: await openLocalLake(dataFolder),
    decompressors: parquetCompressors,
    maxStampBytes: 2 ** 20,
    pathOf: (stored: string) => stored,
  })
  const stamps = createStampServices(openLake, createStampRenderer())
  const services: Services = {
    store,
    stamps,
    now: () => new Date(),
    rowLimit: 10_000,
    coneRowLimit: 10_000,
    remotes: openRemotes({}),
    openTableLake: async () => undefined,
  }
  return buildServer({
    endpoints: [cutouts.mount(lsstStamps, services, { survey: 'lsst', prefixes: ['/api/v1'] })],
    texts: { title: 'LSST', description: '', version: 'test' },
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 2 ** 20,
    logLevel: 'silent',
  }).app
}

test('recorded requests of the route cutouts', async t => {
  if (sharedPath('spec') === undefined) return t.skip(missingShared)
  const recorded = [
    ...readRecorded(sharedPath('golden/cutouts')!),
    ...readRecorded(sharedPath('golden/ztf')!).filter(({ route }) => route === 'cutouts'),
  ]
  const { server, close } = await openGoldenApp(sharedPath('golden/store')!)
  const lsst = await openLsst(recorded, sharedPath('data')!)
  const used = new Set<string>()
  for (const one of recorded) {
    await t.test(one.name, async () => {
      const answer = await send(one.service === 'lsst' ? lsst : server.app, one)
      const difference = DIFFERENCES[one.name]
      if (difference === undefined) return assertSameAnswer(answer, one)
      used.add(one.name)
      assert.equal(answer.statusCode, difference.status, difference.reason)
      assert.throws(() => assertSameAnswer(answer, one), assert.AssertionError, one.name)
    })
  }
  assert.deepEqual([...used].sort(), Object.keys(DIFFERENCES).sort())
  await lsst.close()
  await close()
})
