/**
 * Recorded requests of the route `cutouts`: those sent to the whole old service, and those sent to
 * the route alone, whose stamps came from the same sample files. Pictures are compared pixel by
 * pixel within one level, FITS files byte by byte.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildServer } from '../../src/api/server.js'
import { createStampRenderer } from '../../src/cutouts/pictures/render.js'
import { readPng } from '../../src/cutouts/testing/png-reader.js'
import { openLocalLake } from '../../src/datalake/local/local.js'
import { parquetCompressors } from '../../src/datalake/parquet/compression.js'
import { createStampServices, lakeStock } from '../../src/queries/stamps/stamp-archive.js'
import cutouts from '../../src/routes/cutouts/route.js'
import type { Services } from '../../src/routes/define.js'
import { openMemoryStore } from '../../src/store/memory.js'
import { LSST_STAMP_LAYOUT } from '../../src/surveys/lsst/stamps.js'
import type { Survey } from '../../src/surveys/survey.js'
import { ztf } from '../../src/surveys/ztf/ztf.js'
import { openRemotes } from '../../src/upstream/remotes.js'
import { missingShared, sharedPath } from '../shared.js'
import { openGoldenApp } from './golden-app.js'
import {
  type CompareBody,
  type Difference,
  type RecordedStamp,
  readRecorded,
  replayAll,
} from './recorded-stamps.js'

/** What is answered on purpose in another way; see docs/explain/differences.md. */
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

const compareBody: CompareBody = (answer, { request, response }) => {
  const type = String(answer.headers['content-type'])
  if (type === 'image/png') {
    const png = response.pngBase64 ?? response.bodyBase64 ?? ''
    assertSamePicture(answer.rawPayload, Buffer.from(png, 'base64'))
  } else if (type === 'application/octet-stream') {
    assert.ok(answer.rawPayload.equals(Buffer.from(response.bodyBase64 ?? '', 'base64')))
  } else assert.equal(answer.body, response.body?.replaceAll('NaN', 'null'))
  if (type === 'application/json' || type.startsWith('text/')) return
  const { objectId, kind } = (request.json ?? request.query) as Record<string, string>
  const name = `${objectId}_${kind}.${type === 'image/png' ? 'png' : 'fits'}`
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
    serviceIds: (_key, alert) => ({ diaSourceId: alert }),
    groupOf: key => key,
  },
}

/** The route on the LSST alerts of recorded requests; `diaSourceId` is read as the id. */
async function openLsst(recorded: readonly RecordedStamp[], dataFolder: string) {
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
  const openStock = async () =>
    lakeStock({
      lake: await openLocalLake(dataFolder),
      decompressors: parquetCompressors,
      maxStampBytes: 2 ** 20,
      pathOf: (stored: string) => stored,
    })
  const stamps = createStampServices(openStock, createStampRenderer())
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

/** The route has one name for the ids of both surveys. */
function renameId(recorded: RecordedStamp): RecordedStamp {
  const { diaSourceId, ...others } = recorded.request.json ?? {}
  if (diaSourceId === undefined) return recorded
  const json = { objectId: diaSourceId, ...others }
  return { ...recorded, request: { ...recorded.request, json } }
}

test('recorded requests of the route cutouts', async t => {
  if (sharedPath('spec') === undefined) return t.skip(missingShared)
  const recorded = [
    ...readRecorded(sharedPath('golden/cutouts')!),
    ...readRecorded(sharedPath('golden/ztf')!).filter(({ route }) => route === 'cutouts'),
  ].map(renameId)
  const { server, close } = await openGoldenApp(sharedPath('golden/store')!)
  const lsst = await openLsst(recorded, sharedPath('data')!)
  await replayAll(t, recorded, {
    appOf: ({ service }) => (service === 'lsst' ? lsst : server.app),
    differences: DIFFERENCES,
    compareBody,
  })
  await lsst.close()
  await close()
})
