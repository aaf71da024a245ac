import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, test } from 'node:test'
import { playSesame } from '../../../test/upstream/play-answers.js'
import { openPlayApp, type PlayApp } from '../../../test/upstream/play-app.js'
import { BODY_NAMES, bodyAlert, type PlayRow, putRows } from '../../../test/upstream/play-rows.js'
import { NONSENSE, openPlayServer } from '../../../test/upstream/play-server.js'

const play = await openPlayServer()
let app: PlayApp

function tnsRow(fullname: string, internal: string): PlayRow {
  const cells = {
    'd:fullname': fullname,
    'd:internalname': internal,
    'd:ra': 10.5,
    'd:redshift': Number.NaN,
  }
  return [`${fullname}_${internal}`.toLowerCase(), cells]
}

beforeEach(async () => {
  play.play('sesame', playSesame('Markarian 2', { otype: 'SBG', jradeg: '28.7', nrefs: '192' }))
  app = openPlayApp({ play })
  await putRows(app.store, 'ztf.sso_resolver', BODY_NAMES)
  await putRows(app.store, 'ztf.tns_resolver', [
    tnsRow('SN 2022and', 'ATLAS22cwl'),
    tnsRow('SN 2022and', 'ZTF22aaaifcx'),
    tnsRow('AT 2026cqa', 'ZTF26aafuoxy'),
  ])
  const object = { 'i:objectId': 'ZTF21aaaaaaa', 'd:cdsxmatch': 'Star', 'i:fid': 1 }
  await putRows(app.store, 'ztf', [
    [
      'ZTF21aaaaaaa_2459000.5',
      { ...object, 'i:candid': 1622215345315015012n, 'i:ssnamenr': 'null' },
    ],
    ['ZTF21aaaaaaa_2459001.5', { ...object, 'i:candid': 2n, 'i:ssnamenr': '8467' }],
    ['ZTF21aaaaaab_2459001.5', { ...bodyAlert('2010JO69', 2_459_001.5)[1], 'i:candid': 3n }],
  ])
})
afterEach(() => app.close())
after(() => play.close())

type Row = Readonly<Record<string, unknown>>

async function ask(params: Readonly<Record<string, unknown>>) {
  const url = '/api/v1/resolver'
  const answer = await app.server.app.inject({ method: 'POST', url, payload: params })
  const body = answer.json()
  const isTruncated = answer.headers['x-fink-truncated'] === 'true'
  return { status: answer.statusCode, rows: body as Row[], error: body as Row, isTruncated }
}

test('resolver finds names in the TNS that begin so, as texts', async () => {
  const { rows } = await ask({ resolver: 'tns', name: 'sn 2022A' })
  assert.deepEqual(rows, [
    {
      'd:fullname': 'SN 2022and',
      'd:internalname': 'ATLAS22cwl',
      'd:ra': '10.5',
      'd:redshift': 'NaN',
    },
    {
      'd:fullname': 'SN 2022and',
      'd:internalname': 'ZTF22aaaifcx',
      'd:ra': '10.5',
      'd:redshift': 'NaN',
    },
  ])
})

test('resolver lists the whole TNS for an empty name, and tells when it was cut', async () => {
  const all = await ask({ resolver: 'tns', name: '', nmax: 3 })
  assert.deepEqual([all.rows.length, all.isTruncated], [3, false])
  const cut = await ask({ resolver: 'tns', name: '', nmax: '2' })
  assert.deepEqual([cut.rows.length, cut.isTruncated], [2, true])
  assert.deepEqual((await ask({ resolver: 'tns', name: '', nmax: 0 })).rows, [])
})

test('resolver finds TNS names by object id, in any case, flags as text too', async () => {
  for (const reverse of [true, 'True', 'true', 1]) {
    const { rows } = await ask({ resolver: 'tns', name: 'ztf22AAAIFCX', reverse })
    assert.deepEqual(
      rows.map(row => row['d:fullname']),
      ['SN 2022and'],
    )
  }
  const { rows } = await ask({ resolver: 'tns', name: 'ZTF', reverse: true, nmax: 1 })
  assert.equal(rows.length, 1)
})

test('resolver gives what SIMBAD knows, numbers as numbers', async () => {
  const { rows } = await ask({ resolver: 'simbad', name: 'Markarian 2' })
  assert.deepEqual(rows, [{ name: 'S=Simbad (CDS)', otype: 'SBG', jradeg: 28.7, nrefs: 192 }])
  assert.deepEqual((await ask({ resolver: 'simbad', name: 'nothing' })).rows, [])
  assert.equal((await ask({ resolver: 'simbad', name: ' ' })).error.param, 'name')
})

test('resolver names SIMBAD when it fails', async () => {
  play.play('sesame', () => NONSENSE)
  const { status, error } = await ask({ resolver: 'simbad', name: 'Markarian 2' })
  assert.deepEqual([status, error.code], [502, 'resolver_failed'])
  assert.match(String(error.text), /SIMBAD \(Sesame\)/)
})

test('resolver gives the SIMBAD type of each alert, ids to the last digit', async () => {
  const { rows } = await ask({ resolver: 'simbad', name: 'ZTF21aaaaaaa', reverse: true })
  assert.deepEqual(rows, [
    { 'd:cdsxmatch': 'Star', 'i:candid': '1622215345315015012', 'i:objectId': 'ZTF21aaaaaaa' },
    { 'd:cdsxmatch': 'Star', 'i:candid': '2', 'i:objectId': 'ZTF21aaaaaaa' },
  ])
})

test('resolver finds Solar System objects exactly with nmax 1, else by beginning', async () => {
  const exact = await ask({ resolver: 'ssodnet', name: 'Benoitcarry', nmax: 1 })
  assert.deepEqual(
    exact.rows.map(row => row['i:ssnamenr']),
    ['8467', '1981EN30'],
  )
  assert.deepEqual((await ask({ resolver: 'ssodnet', name: 'benoit', nmax: 1 })).rows, [])
  assert.equal((await ask({ resolver: 'ssodnet', name: 'benoit' })).rows.length, 2)
})

test('resolver finds the Solar System objects of alerts', async () => {
  const { rows } = await ask({ resolver: 'ssodnet', name: 'ZTF21', reverse: true })
  assert.deepEqual(
    rows.map(row => [row['i:name'], row['i:ssnamenr']]),
    [
      // Each stands in the table under its name and under its designation.
      ['2010 JO69', '2010JO69'],
      ['2010 JO69', '2010JO69'],
      ['Benoitcarry', '8467'],
      ['Benoitcarry', '8467'],
    ],
  )
  assert.deepEqual((await ask({ resolver: 'ssodnet', name: 'ZTF99', reverse: true })).rows, [])
})

test('resolver refuses unknown resolvers and what cannot be an id', async () => {
  assert.equal((await ask({ resolver: 'ned', name: 'x' })).error.param, 'resolver')
  for (const resolver of ['simbad', 'ssodnet']) {
    const { status, error } = await ask({ resolver, name: 'a,b', reverse: true })
    assert.deepEqual([status, error.param], [400, 'name'])
  }
})
