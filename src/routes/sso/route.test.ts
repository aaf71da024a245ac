import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, test } from 'node:test'
import {
  epochsOf,
  playedEphemeris,
  playMiriade,
  playQuaero,
} from '../../../test/upstream/play-answers.js'
import { openPlayApp, type PlayApp } from '../../../test/upstream/play-app.js'
import { BODY_NAMES, bodyAlert, putRows } from '../../../test/upstream/play-rows.js'
import { NONSENSE, openPlayServer } from '../../../test/upstream/play-server.js'

const play = await openPlayServer()
let app: PlayApp

// What remote services answer is kept: each test has a service of its own.
beforeEach(async () => {
  play.play('quaero', () => ({ status: 500, body: '' }))
  play.play('miriade', () => ({ status: 500, body: '' }))
  app = openPlayApp({ play })
  await putRows(app.store, 'ztf.sso_resolver', BODY_NAMES)
  await putRows(app.store, 'ztf.ssnamenr', [
    bodyAlert('8467', 2_459_000.5, 1),
    bodyAlert('8467', 2_459_010.5, 2),
    bodyAlert('84670', 2_459_011.5, 3),
    bodyAlert('1981EN30', 2_459_005.5, 4),
    bodyAlert('2010JO69', 2_459_007.5, 5),
    bodyAlert('C/2017K2', 2_459_008.5, 6),
    bodyAlert('10P', 2_459_009.5, 7),
    bodyAlert('433', 2_459_012.5, 8),
    ...Array.from({ length: 40 }, (_, i) => bodyAlert('3200', 2_459_100.5 + i, i)),
  ])
})
afterEach(() => app.close())
after(() => play.close())

type Row = Readonly<Record<string, unknown>>

async function ask(params: Readonly<Record<string, unknown>>) {
  const answer = await app.server.app.inject({
    method: 'POST',
    url: '/api/v1/sso',
    payload: { columns: 'i:jd', ...params },
  })
  const partial = answer.headers['x-fink-partial']
  const body = answer.json()
  return { status: answer.statusCode, partial, rows: body as Row[], error: body as Row }
}

test('sso finds every alert of an object by any of its names, newest first', async () => {
  const before = play.requests.length
  for (const name of ['8467', 8467, '(8467)', 'benoitcarry', ' Benoitcarry ', '1981 EN30']) {
    const { rows, partial } = await ask({ n_or_d: name })
    assert.deepEqual(rows, [
      { 'i:jd': 2_459_010.5, 'i:ssnamenr': '8467', sso_name: 'Benoitcarry', sso_number: 8467 },
      { 'i:jd': 2_459_005.5, 'i:ssnamenr': '1981EN30', sso_name: 'Benoitcarry', sso_number: 8467 },
      { 'i:jd': 2_459_000.5, 'i:ssnamenr': '8467', sso_name: 'Benoitcarry', sso_number: 8467 },
    ])
    assert.equal(partial, undefined)
  }
  assert.equal(play.requests.length, before)
})

test('sso gives no number to an object that has none', async () => {
  const { rows } = await ask({ n_or_d: '2010_jo69' })
  assert.deepEqual(
    rows.map(row => [row.sso_name, row.sso_number]),
    [['2010 JO69', null]],
  )
})

test('sso asks Quaero about names that the store does not know', async () => {
  play.play('quaero', playQuaero([{ name: 'Eros', number: 433, aliases: ['A898 PA'] }]))
  const { rows } = await ask({ n_or_d: 'Eros' })
  assert.deepEqual(
    rows.map(row => [row['i:ssnamenr'], row.sso_name, row.sso_number]),
    [['433', 'Eros', 433]],
  )
})

test('sso resolves comets by their designations', async () => {
  play.play('quaero', playQuaero([{ name: 'C/2017 K2 (PANSTARRS)' }, { name: '10P/Tempel 2' }]))
  for (const [asked, name] of [
    ['C/2017 K2', 'C/2017 K2 (PANSTARRS)'],
    ['c/2017k2', 'C/2017 K2 (PANSTARRS)'],
    ['10P', '10P/Tempel 2'],
    ['10P/Tempel 2', '10P/Tempel 2'],
  ]) {
    const { rows } = await ask({ n_or_d: asked })
    assert.deepEqual(
      rows.map(row => [row.sso_name, row.sso_number]),
      [[name, null]],
      asked,
    )
  }
  const { status, rows } = await ask({ n_or_d: 'P/2019 LD2' })
  assert.deepEqual([status, rows], [200, []])
})

test('sso refuses a name that nobody knows', async () => {
  play.play('quaero', playQuaero([]))
  const { status, error } = await ask({ n_or_d: 'Nosuchname' })
  assert.deepEqual([status, error.param], [400, 'n_or_d'])
  assert.match(
    String(error.text),
    /expected a name or number that SsODNet .* knows, got "Nosuchname"/,
  )
})

test('sso gives a list what can be given and says what cannot', async () => {
  play.play('quaero', playQuaero([]))
  const { status, rows, partial } = await ask({ n_or_d: 'Benoitcarry, Nosuchname,2010 JO69,8467' })
  assert.equal(status, 200)
  assert.deepEqual(
    rows.map(row => row.sso_name),
    ['Benoitcarry', '2010 JO69', 'Benoitcarry', 'Benoitcarry'],
  )
  assert.match(String(partial), /expected a name or number .* got "Nosuchname"/)
})

test('sso names the service when a name cannot be looked up, and is never empty', async () => {
  const cases = [
    [{ status: 500, body: '' }, 503],
    [NONSENSE, 502],
  ] as const
  for (const [answer, status] of cases) {
    play.play('quaero', () => answer)
    const { status: actual, error } = await ask({ n_or_d: 'Nosuchname' })
    assert.deepEqual([actual, error.code], [status, 'resolver_failed'])
    assert.match(String(error.text), /"Nosuchname".*SsODNet \(quaero\)/)
  }
})

test('sso gives alerts under the designation itself when names cannot be looked up', async () => {
  const { status, rows, partial } = await ask({ n_or_d: '433' })
  assert.equal(status, 200)
  assert.deepEqual(
    rows.map(row => [row.sso_name, row.sso_number]),
    [['433', null]],
  )
  assert.match(String(partial), /name 433 not looked up: SsODNet/)
})

test('sso adds ephemerides at the middle of the exposures, in the order of time', async () => {
  play.play('miriade', playMiriade())
  const before = play.requests.length
  const { rows, partial } = await ask({ n_or_d: '8467', withEphem: 'True', columns: 'i:magpsf' })
  assert.equal(partial, undefined)
  const asked = play.requests.slice(before)
  assert.deepEqual(asked.map(({ params }) => params.get('-name')).sort(), ['a:1981EN30', 'a:8467'])
  assert.deepEqual(
    epochsOf(asked.find(({ params }) => params.get('-name') === 'a:8467')!),
    [2_459_010.500_174, 2_459_000.500_174],
  )
  const jds = [2_459_010.5, 2_459_005.5, 2_459_000.5]
  rows.forEach((row, i) => {
    const { Phase, Dobs, Dhelio } = playedEphemeris(Number((jds[i]! + 15 / 86_400).toFixed(6)))
    assert.equal(row.index, i)
    assert.ok(Math.abs(Number(row.Phase) - Phase) < 1e-9)
    const reduced = Number(row['i:magpsf']) - 5 * Math.log10(Dobs * Dhelio)
    assert.ok(Math.abs(Number(row['i:magpsf_red']) - reduced) < 1e-6)
  })
  assert.deepEqual(Object.keys(rows[0]!), [
    'index',
    ...Object.keys(playedEphemeris(0)),
    'i:magpsf',
    'i:ssnamenr',
    'sso_name',
    'sso_number',
    'i:magpsf_red',
  ])
})

test('sso asks for ephemerides of comets as comets', async () => {
  play.play('miriade', playMiriade())
  play.play('quaero', playQuaero([]))
  const { rows } = await ask({ n_or_d: 'C/2017 K2,10P', withEphem: true })
  assert.ok(rows.every(row => typeof row.Phase === 'number'))
  const names = play.requests.slice(-4).map(({ params }) => params.get('-name'))
  assert.deepEqual(names.filter(name => name !== null).sort(), ['c:10P', 'c:C/2017K2'])
})

test('sso gives alerts without the ephemerides that Miriade does not have', async () => {
  play.play('miriade', playMiriade(['1981EN30']))
  const { status, rows, partial } = await ask({ n_or_d: '8467', withEphem: true })
  assert.equal(status, 200)
  assert.deepEqual(
    rows.map(row => [row['i:ssnamenr'], typeof row.Phase, row['i:magpsf_red'] === null]),
    [
      ['8467', 'number', false],
      ['1981EN30', 'object', true],
      ['8467', 'number', false],
    ],
  )
  assert.match(String(partial), /^no ephemerides of 1981EN30: Miriade/)
})

test('sso says so when Miriade fails altogether', async () => {
  play.play('miriade', () => NONSENSE)
  const { status, rows, partial } = await ask({ n_or_d: '2010 JO69', withResiduals: true })
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(rows[0]!), [
    'index',
    'i:jd',
    'i:ssnamenr',
    'sso_name',
    'sso_number',
    'i:magpsf_red',
    'residuals_shg1g2',
  ])
  assert.match(String(partial), /^no ephemerides of 2010JO69: Miriade sends an answer/)
})

test('sso adds residuals, which need no column of the client', async () => {
  play.play('miriade', playMiriade())
  play.play('quaero', playQuaero([{ name: 'Phaethon', number: 3200 }]))
  const { rows } = await ask({ n_or_d: 'Phaethon', withResiduals: true })
  assert.equal(rows.length, 40)
  const residuals = rows.map(row => Number(row.residuals_shg1g2))
  assert.ok(residuals.every(value => Number.isFinite(value) && Math.abs(value) < 1))
  assert.ok(!('i:fid' in rows[0]!) && !('i:sigmapsf' in rows[0]!))
})

test('sso refuses residuals of a list', async () => {
  const { status, error } = await ask({ n_or_d: '8467,433', withResiduals: true })
  assert.deepEqual([status, error.param], [400, 'withResiduals'])
  assert.equal((await ask({ n_or_d: '2010 JO69,2010 JO69', withResiduals: true })).status, 200)
})

test('sso tells when a limit cut alerts off', async () => {
  const url = '/api/v1/sso?n_or_d=8467&output-format=csv&columns=i:jd'
  const whole = await app.server.app.inject(url)
  assert.equal(whole.headers['x-fink-truncated'], undefined)
  assert.equal(whole.body.split('\n')[0], 'i:jd,i:ssnamenr,sso_name,sso_number')
})
