/**
 * Recorded requests of the old cutout service, replayed on the same files. Arrays are compared
 * letter by letter with null for NaN, FITS files byte by byte.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Datalake } from '../../src/datalake/datalake.js'
import { openLocalLake } from '../../src/datalake/local/local.js'
import { openCutoutService } from '../routes/stamp-app.js'
import { missingShared, sharedPath } from '../shared.js'
import { type CompareBody, type Difference, readRecorded, replayAll } from './recorded-stamps.js'

/** What is answered on purpose in another way; see docs/explain/differences.md. */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  '045-ztf-post-query-ignored': { reason: 'the query of a POST is read', status: 200 },
  '066-ztf-root': { reason: 'the documentation stands at the root', status: 200 },
  '077-lsst-directory-array': { reason: 'a file is named, not a folder', status: 404 },
}

/** Where the old service had its files. */
const FOLDERS: readonly (readonly [RegExp, string])[] = [
  [/^user\/fink\/archive\/.*$/, 'ztf/fink/regular_20250614.parquet'],
  [/^data\//, ''],
]

/** The sample files under the paths that they had. */
function renamed(lake: Datalake): Datalake {
  const nameOf = (path: string): string =>
    FOLDERS.reduce((name, [pattern, to]) => name.replace(pattern, to), path)
  return {
    size: (path, options) => lake.size(nameOf(path), options),
    read: (path, start, end, options) => lake.read(nameOf(path), start, end, options),
    write: () => Promise.reject(new Error('the reference data are not written to')),
    close: () => lake.close(),
  }
}

async function openService(survey: string) {
  return openCutoutService(renamed(await openLocalLake(sharedPath('data')!)), { survey }).app
}

const compareBody: CompareBody = (answer, { request, response }) => {
  if (request.method === 'OPTIONS') return
  if (response.bodyBase64 !== undefined) {
    assert.ok(answer.rawPayload.equals(Buffer.from(response.bodyBase64, 'base64')))
    const name = /filename=(.*)/.exec(response.headers?.['content-disposition'] ?? '')?.[1]
    assert.equal(answer.headers['content-disposition'], `attachment; filename="${name}"`)
  } else if (response.body?.startsWith('{"args"')) {
    assert.deepEqual(argumentsOf(answer.body), argumentsOf(response.body))
  } else assert.equal(answer.body, response.body?.replaceAll('NaN', 'null'))
}

/** Names of the arguments and which are required; what they mean is told in our own words. */
function argumentsOf(body: string): [string, boolean][] {
  const { args } = JSON.parse(body) as { args: { name: string; required: boolean }[] }
  return args.map(({ name, required }) => [name, required])
}

test('recorded requests of the cutout service', async t => {
  if (sharedPath('spec') === undefined) return t.skip(missingShared)
  const [ztf, lsst] = [await openService('ztf'), await openService('lsst')]
  await replayAll(t, readRecorded(sharedPath('golden/cutout-api')!), {
    appOf: ({ service }) => (service === 'lsst' ? lsst : ztf),
    differences: DIFFERENCES,
    compareBody,
  })
  await ztf.close()
  await lsst.close()
})
