import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingShared, sharedPath } from '../shared.js'
import { readCases } from './cases.js'
import { openGoldenApp } from './golden-app.js'
import { type Exception, replay } from './replay.js'

/** Cases answered differently on purpose; see docs/explain/differences.md. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'leading-blank': { reason: 'blanks around an angle mean nothing', check: hasRows(1) },
  'columns-no-radec': { reason: 'one row an object, whatever the columns', check: hasRows(1) },
  'columns-ranr': { reason: 'i:ranr is not i:ra: the position is added', check: hasRows(1) },
  'startdate-mjd': { reason: 'one row an object, whatever the columns', check: hasRows(223) },
  'window-only': { reason: 'one row an object, whatever the columns', check: hasRows(220) },
  '5deg-parquet': { reason: 'one row an object, whatever the columns', check: () => undefined },
  'n-per-pixel': { reason: 'n is the number of objects in the answer', check: hasRows(1) },
}

function hasRows(count: number): (body: Buffer) => void {
  return body => assert.equal((JSON.parse(body.toString()) as unknown[]).length, count)
}

test('recorded requests of the route conesearch', async t => {
  if (sharedPath('spec') === undefined) return t.skip(missingShared)
  const { server, close } = await openGoldenApp(sharedPath('golden/store')!)
  try {
    for (const recorded of readCases(sharedPath('golden/ztf')!, ['conesearch'])) {
      await t.test(recorded.file, () =>
        replay(server.app, recorded, sharedPath('data')!, EXCEPTIONS[recorded.variant]),
      )
    }
  } finally {
    await close()
  }
})
