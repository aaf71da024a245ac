import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingShared, sharedPath } from '../shared.js'
import { readCases } from './cases.js'
import { openGoldenApp } from './golden-app.js'
import { type Exception, replay } from './replay.js'

/** Cases answered differently on purpose; see docs/explain/differences.md. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'withupperlim-lowercase': {
    reason: 'true in lower case is true',
    check: hasRows(24),
  },
  'id-exact-suffix': {
    reason: 'ids are ids, not searches',
    check: hasRows(0),
  },
}

function hasRows(count: number): (body: Buffer) => void {
  return body => assert.equal((JSON.parse(body.toString()) as unknown[]).length, count)
}

test('recorded requests of the route objects', async t => {
  if (sharedPath('spec') === undefined) return t.skip(missingShared)
  const { server, close } = await openGoldenApp(sharedPath('golden/store')!)
  try {
    for (const recorded of readCases(sharedPath('golden/ztf')!, ['objects'])) {
      await t.test(recorded.file, () =>
        replay(server.app, recorded, sharedPath('data')!, EXCEPTIONS[recorded.variant]),
      )
    }
  } finally {
    await close()
  }
})
