/**
 * VOTable answers of every route with tables, on a made-up sky, under the validator of STILTS
 * (`stilts votlint`, Debian package `stilts`). Without it the test is skipped by name; under
 * CI=true that is a failure.
 */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { ztf } from '../../src/surveys/ztf/ztf.js'
import { type CaseRequest, exampleCases } from '../examples/examples.js'
import { makeSky, openSkyService } from '../examples/made-up-sky.js'

/** Starting the Java machine takes seconds on a busy machine. */
const TIMEOUT_MS = 120_000
const OPTIONS = ['votlint', 'ucd=true', 'unit=true', 'validate=true', 'version=1.4']

const isInstalled = spawnSync('stilts', ['-version'], { timeout: TIMEOUT_MS }).error === undefined

if (!isInstalled && process.env.CI !== 'true') {
  test('VOTable answers of the routes pass votlint', { skip: 'needs stilts' }, () => undefined)
} else await checkRoutes()

async function checkRoutes(): Promise<void> {
  const sky = await makeSky()
  const { server, close } = await openSkyService(sky)
  const folder = mkdtempSync(join(tmpdir(), 'votlint-'))
  after(async () => {
    await close()
    await sky.close()
    rmSync(folder, { recursive: true })
  })
  const endpoints = server.endpoints.filter(({ survey }) => survey === ztf.name)
  const requests = endpoints.flatMap(votableRequests)
  assert.ok(requests.length > 10)
  for (const [i, { title, request }] of requests.entries()) {
    test(`votlint finds nothing: ${title}`, async () => {
      const { statusCode, rawPayload } = await server.app.inject(request)
      assert.equal(statusCode, 200)
      const file = join(folder, `${i}.xml`)
      writeFileSync(file, rawPayload)
      const { stdout, stderr } = await promisify(execFile)('stilts', [...OPTIONS, file], {
        timeout: TIMEOUT_MS,
      })
      assert.equal(stdout + stderr, '')
    })
  }
}

/** One request for each example, by the first method of the route, and one with upper limits. */
function votableRequests(
  endpoint: Parameters<typeof exampleCases>[0],
): { title: string; request: CaseRequest }[] {
  const [method] = endpoint.methods
  const cases = exampleCases(endpoint)
    .filter(({ title }) => title.endsWith('" votable answers') && title.includes(` ${method} "`))
    .map(({ title, request }) => ({ title: title.replace(' votable answers', ''), request }))
  const [first] = cases
  if (first === undefined && endpoint.tableFormats.length > 0) {
    // Examples of published files name another format.
    const url = `${endpoint.paths[0]}?output-format=votable`
    return [{ title: url, request: { method: 'GET', url } }]
  }
  if (first === undefined || !('withupperlim' in endpoint.params)) return cases
  const url = `${first.request.url}&withupperlim=true`
  return [...cases, { title: `${first.title} with upper limits`, request: { method: 'GET', url } }]
}
