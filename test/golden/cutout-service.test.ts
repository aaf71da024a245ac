/**
 * Recorded requests of the old cutout service, replayed on the same files. Arrays are compared
 * letter by letter with null for NaN, FITS files byte by byte.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { buildCutoutServer } from '../../src/cli/cutout-server.js'
import type { Datalake } from '../../src/datalake/datalake.js'
import { openLocalLake } from '../../src/datalake/local.js'
import { missingShared, sharedPath } from '../shared.js'

interface Recorded {
  readonly service: string
  readonly request: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'
    readonly path: string
    readonly query?: Readonly<Record<string, string>>
    readonly json?: unknown
    readonly body?: string
    readonly headers?: Readonly<Record<string, string>>
  }
  readonly response: {
    readonly status: number
    readonly body?: string
    readonly bodyBase64?: string
    readonly headers?: Readonly<Record<string, string>>
  }
}

interface Difference {
  readonly reason: string
  readonly status: number
}

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
  return buildCutoutServer({
    lake: renamed(await openLocalLake(sharedPath('data')!)),
    survey,
    root: '/',
    home: '/user/fink',
    lakeCacheBytes: 2 ** 22,
    strictParameters: false,
    requestTimeoutMs: 60_000,
    bodyLimitBytes: 2 ** 20,
    logLevel: 'silent',
    version: 'test',
  }).app
}

function assertSame(answer: LightMyRequestResponse, { request, response }: Recorded): void {
  const { statusCode: status } = answer
  if (response.status === 500) {
    // A crash of the old service: any clear refusal is right, and so is an answer.
    assert.ok(status < 500, answer.body.slice(0, 300))
  } else assert.equal(status, response.status, answer.body.slice(0, 300))
  if (status >= 400) {
    const error = answer.json() as Record<string, unknown>
    assert.deepEqual([error['status'], typeof error['text']], ['error', 'string'])
    return
  }
  if (response.status === 500 || request.method === 'OPTIONS') return
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
  const apps = new Map([
    ['ztf', await openService('ztf')],
    ['lsst', await openService('lsst')],
  ])
  const folder = sharedPath('golden/cutout-api')!
  const used = new Set<string>()
  for (const file of readdirSync(folder).filter(name => name.endsWith('.json'))) {
    const name = file.replace('.json', '')
    const text = readFileSync(join(folder, file), 'utf8')
    // Ids beyond 2^53 stay numbers in what is sent, with all their digits.
    const exact = text.replace(/("(?:candid|diaSourceId)": ?)(\d{16,})/g, '$1"#$2"')
    const recorded = JSON.parse(exact) as Recorded
    const { method, path: url, query, json, body, headers } = recorded.request
    await t.test(name, async () => {
      const answer = await apps.get(recorded.service)!.inject({
        method,
        url,
        ...(query && { query }),
        ...(json !== undefined && {
          payload: JSON.stringify(json).replace(/"#(\d+)"/g, '$1'),
          headers: { 'content-type': 'application/json' },
        }),
        ...(body !== undefined && { payload: body, headers: { ...headers } }),
      })
      const difference = DIFFERENCES[name]
      if (difference === undefined) return assertSame(answer, recorded)
      used.add(name)
      assert.equal(answer.statusCode, difference.status, difference.reason)
    })
  }
  assert.deepEqual([...used].sort(), Object.keys(DIFFERENCES).sort())
  for (const app of apps.values()) await app.close()
})
