import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { missingShared, sharedPath } from '../shared.js'
import { readCases } from './cases.js'
import { openGoldenApp } from './golden-app.js'
import { type Exception, replay } from './replay.js'

/**
 * Cases answered differently on purpose; see docs/explain/differences.md. The old service averaged
 * credible levels over large pixels and ended the window too early; ours keeps the region at the
 * resolution of the map.
 */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'text-days': { reason: 'numbers may be texts', status: 200 },
  'event-offline': { reason: 'GraceDB is named', status: 503 },
}

test('recorded requests of the route skymap', async t => {
  if (sharedPath('spec') === undefined) return t.skip(missingShared)
  const { server, close } = await openGoldenApp(sharedPath('golden/store')!)
  try {
    for (const recorded of readCases(sharedPath('golden/ztf')!, ['skymap'])) {
      await t.test(recorded.file, () =>
        replay(server.app, recorded, sharedPath('data')!, EXCEPTIONS[recorded.variant]),
      )
    }
    await t.test('a map as base64 and as an uploaded file gives the same', async () => {
      const map = readFileSync(sharedPath('data/skymap/bayestar_ztf.fits.gz')!)
      const query = { credible_level: 0.9, n_day_before: 1000, n_day_after: 2500 }
      const plain = await server.app.inject({
        method: 'POST',
        url: '/api/v1/skymap',
        payload: { ...query, bayestar: map.toString('base64') },
      })
      const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="m"\r\n\r\n'
      const form = await server.app.inject({
        method: 'POST',
        url: '/api/v1/skymap',
        query: Object.fromEntries(Object.entries(query).map(([k, v]) => [k, String(v)])),
        payload: Buffer.concat([Buffer.from(head), map, Buffer.from('\r\n--x--\r\n')]),
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      })
      assert.equal(plain.statusCode, 200)
      assert.ok((JSON.parse(plain.body) as unknown[]).length > 10)
      assert.equal(form.body, plain.body)
    })
  } finally {
    await close()
  }
})
