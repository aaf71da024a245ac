import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { missingShared, sharedPath } from '../shared.js'
import { type PlayObject, playQuaero } from '../upstream/play-answers.js'
import { openPlayApp } from '../upstream/play-app.js'
import { openPlayServer, type PlayServer } from '../upstream/play-server.js'
import { type GoldenCase, readCases } from './cases.js'
import type { Row } from './compare.js'
import { loadReference, openReferenceStore } from './golden-app.js'
import { type Exception, replay } from './replay.js'

const ROUTES = ['resolver', 'sso', 'ssoft', 'ssobulk', 'metadata']

/** Cases answered differently on purpose; see docs/explain/differences.md. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'resolver tns-reverse-get': { reason: 'the text True is true', check: hasRows(1) },
  'resolver tns-all-nmax': {
    reason: 'the row that holds the schema does not count for the limit',
    check: hasRows(5),
  },
  'sso ephem-offline': {
    reason: 'alerts are given without the ephemerides, and X-Fink-Partial says so',
    status: 200,
    check: hasRows(3),
  },
  'ssoft schema-shg1g2': { reason: 'meanings in other words', check: hasSchema },
  'ssoft schema-hg1g2': { reason: 'meanings in other words', check: hasSchema },
  'ssoft schema-hg': { reason: 'meanings in other words', check: hasSchema },
  'ssoft schema-default': { reason: 'meanings in other words', check: hasSchema },
  'ssoft schema-bad-flavor': {
    reason: 'the documented name is another one for SOCCA',
    status: 200,
    check: body => assert.equal(Object.keys(JSON.parse(body.toString())).length, 62),
  },
  'ssoft absent-version': { reason: 'a version that is not there is not found', status: 404 },
  'metadata internal-name': { reason: 'the whole note is given', check: includesRecorded },
  'metadata internal-name-encoded': { reason: 'the whole note is given', check: includesRecorded },
  'metadata post': { reason: 'writing needs a token', status: 401 },
}

function rowsOf(body: Buffer): readonly Row[] {
  return JSON.parse(body.toString()) as Row[]
}

function hasRows(count: number): (body: Buffer) => void {
  return body => assert.equal(rowsOf(body).length, count)
}

/** Same columns in the same order with the same types, each with a meaning. */
function hasSchema(body: Buffer, { response }: GoldenCase): void {
  type Schema = Record<string, { readonly type: string; readonly description: string }>
  const typesOf = (schema: Schema) => Object.entries(schema).map(([name, { type }]) => [name, type])
  const actual = JSON.parse(body.toString()) as Schema
  assert.deepEqual(typesOf(actual), typesOf(JSON.parse(response.body ?? '') as Schema))
  for (const { description } of Object.values(actual)) assert.notEqual(description, '')
}

function includesRecorded(body: Buffer, { response }: GoldenCase): void {
  const recorded = JSON.parse(response.body ?? '') as Row[]
  assert.deepEqual(
    rowsOf(body).map((row, i) => ({ ...row, ...recorded[i] })),
    rowsOf(body),
  )
  assert.ok(rowsOf(body).every(row => row['d:comments'] !== undefined))
}

/** Makes the remote services give what they gave when the case was recorded. */
function playCase(server: PlayServer, { upstream = [] }: GoldenCase): void {
  const objects: PlayObject[] = []
  for (const { service, answer, body } of upstream) {
    if (service === 'sesame') server.play('sesame', () => ({ body: String(body) }))
    if (service !== 'rocks.identify') continue
    const [name, number] = answer as [string | null, number | null]
    if (name !== null) objects.push({ name, ...(number !== null && { number }) })
  }
  server.play('quaero', playQuaero(objects))
}

/** The files that the old service read over WebHDFS, in a folder of the same layout. */
function makeTables(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fink-tables-'))
  mkdirSync(join(folder, 'SSOFT'))
  const ssoft = 'ssoft_SHG1G2_2024.09.parquet'
  const bulk = 'sso_ztf_lc_aggregated_with_ssoft_202601_with_residuals_singlefile.parquet'
  copyFileSync(sharedPath(`golden/upstream/${ssoft}`)!, join(folder, 'SSOFT', ssoft))
  const curves = 'data/sso/sso_ztf_lc_aggregated_202504_three_obj.parquet'
  copyFileSync(sharedPath(curves)!, join(folder, bulk))
  return folder
}

test('recorded requests of the routes that ask other services', async t => {
  if (sharedPath('spec') === undefined) return t.skip(missingShared)
  const play = await openPlayServer()
  const ssoTables = makeTables()
  const { server, store, close } = openPlayApp({
    play,
    ssoTables,
    store: openReferenceStore(),
    lake: { address: sharedPath('data')!, root: '/shared/data' },
  })
  try {
    await loadReference(store, sharedPath('golden/store')!, table => !table.startsWith('rubin.'))
    for (const recorded of readCases(sharedPath('golden/ztf')!, ROUTES)) {
      await t.test(recorded.file, () => {
        playCase(play, recorded)
        const exception = EXCEPTIONS[`${recorded.route} ${recorded.variant}`]
        return replay(server.app, recorded, sharedPath('data')!, exception)
      })
    }
  } finally {
    await close()
    await play.close()
    rmSync(ssoTables, { recursive: true })
  }
})
