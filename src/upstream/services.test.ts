import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  epochsOf,
  playedEphemeris,
  playMiriade,
  playQuaero,
  playSesame,
  playSsodnet,
} from '../../test/upstream/play-answers.js'
import { NONSENSE, openPlayServer, type ServiceName } from '../../test/upstream/play-server.js'
import { NotFoundError, ResolverError } from '../errors.js'
import { parseSmallBody } from '../science/small-body.js'
import { openRemotes } from './remotes.js'

const server = await openPlayServer()
after(() => server.close())
const { signal } = new AbortController()
const open = () => openRemotes(server.addresses)
const lastRequest = () => server.requests[server.requests.length - 1]!

const isNonsense = (service: string) => (error: unknown) => {
  assert.ok(error instanceof ResolverError, String(error))
  assert.equal(error.service, service)
  assert.match(error.message, /makes no sense/)
  return true
}

test('sesame finds an object with its members in order, numbers as numbers', async () => {
  const members = {
    INFO: 'from cache',
    oid: '@123',
    jradeg: '28.724351',
    jdedeg: '+36.9',
    z: '<v>0.01</v>',
    nrefs: '192',
    oname: 'Mrk &amp; 2',
  }
  server.play('sesame', playSesame('Markarian 2 & "é"', members))
  const [entry, ...others] = await open().sesame.find('Markarian 2 & "é"', signal)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [...entry!],
    [
      ['name', 'S=Simbad (CDS)'],
      ['INFO', 'from cache'],
      ['oid', '@123'],
      ['jradeg', 28.724351],
      ['jdedeg', 36.9],
      ['z', null],
      ['nrefs', 192],
      ['oname', 'Mrk & 2'],
    ],
  )
  assert.equal(lastRequest().path, '/-oxp/~S')
  assert.equal(lastRequest().rawQuery, 'Markarian%202%20%26%20%22%C3%A9%22')
  assert.deepEqual(await open().sesame.find('nothing', signal), [])
})

test('quaero finds asteroids by number, name and alias, and only exactly', async () => {
  server.play(
    'quaero',
    playQuaero([
      { name: 'Rubincam', number: 15_000 },
      { name: 'Rubin', number: 5726, aliases: ['1988 BN2', '000123456'] },
    ]),
  )
  const find = (text: string) => open().quaero.find(parseSmallBody(text), signal)
  for (const text of ['Rubin', 'rubin', '5726', '1988bn2']) {
    const found = await find(text)
    assert.deepEqual([found?.name, found?.number], ['Rubin', 5726], text)
  }
  assert.equal(await find('Rub'), undefined)
  assert.equal(lastRequest().path, '/search')
  assert.equal(lastRequest().params.get('q'), 'type:("Dwarf Planet" OR Asteroid) AND "Rub"~0')
  assert.equal(await find('a" OR "b\\'), undefined)
  assert.equal(
    lastRequest().params.get('q'),
    'type:("Dwarf Planet" OR Asteroid) AND "a\\" OR \\"b\\\\"~0',
  )
})

test('quaero finds comets and interstellar objects by their designation', async () => {
  server.play(
    'quaero',
    playQuaero([
      { name: 'C/2017 K2 (PANSTARRS)' },
      { name: '10P/Tempel 2', aliases: ['P/1873 N1'] },
      { name: '100P/Hartley 1' },
      { name: "1I/'Oumuamua" },
    ]),
  )
  const find = async (text: string) =>
    (await open().quaero.find(parseSmallBody(text), signal))?.name
  assert.equal(await find('C/2017K2'), 'C/2017 K2 (PANSTARRS)')
  assert.equal(lastRequest().params.get('type'), 'Comet')
  assert.equal(await find('10P'), '10P/Tempel 2')
  assert.equal(await find('P/1873 N1'), '10P/Tempel 2')
  assert.equal(await find('1P'), undefined)
  assert.equal(await find('1I'), "1I/'Oumuamua")
  assert.equal(lastRequest().params.get('type'), null)
})

test('ssodnet gives the names of an object', async () => {
  const names = { name: '2002 JP146', aliases: '2002 JP146, K02JE6P,, K02' }
  server.play('ssodnet', playSsodnet({ '2002 JP146': names }))
  assert.deepEqual(await open().ssodnet.find('2002 JP146', signal), {
    name: '2002 JP146',
    aliases: ['2002 JP146', 'K02JE6P', 'K02'],
  })
  assert.equal(lastRequest().params.get('-name'), 'EQUAL:2002 JP146')
  assert.equal(await open().ssodnet.find('other', signal), undefined)
  server.play('ssodnet', () => ({ body: '{"message": "no object"}' }))
  assert.equal(await open().ssodnet.find('other', signal), undefined)
})

test('miriade computes for the epochs in their order', async () => {
  server.play('miriade', playMiriade())
  const epochsJd = [2_459_001.5, 2_459_000.123_456_789, 2_459_002]
  const request = { name: '2010 JO69', isComet: false, observer: 'I41', epochsJd }
  const ephemeris = await open().miriade.readEphemeris(request, signal)
  const { method, params } = lastRequest()
  assert.equal(method, 'POST')
  assert.equal(params.get('-name'), 'a:2010 JO69')
  assert.equal(params.get('-observer'), 'I41')
  assert.equal(params.get('-output'), '--jd,--colors(SDSS:r,SDSS:g),--iofile(ephemcc-photom.xml)')
  assert.deepEqual(epochsOf(lastRequest()), [2_459_001.5, 2_459_000.123_457, 2_459_002])
  assert.deepEqual(
    ephemeris.get('Phase'),
    epochsOf(lastRequest()).map(jd => playedEphemeris(jd).Phase),
  )
  assert.equal(typeof ephemeris.get('Date')?.[0], 'string')
})

test('miriade asks for many epochs in parts, and for comets as comets', async () => {
  server.play('miriade', playMiriade())
  const before = server.requests.length
  const epochsJd = Array.from({ length: 5001 }, (_, i) => 2_459_000 + i)
  const request = { name: '10P', isComet: true, observer: 'I41', epochsJd }
  const ephemeris = await open().miriade.readEphemeris(request, signal)
  assert.equal(server.requests.length - before, 2)
  assert.equal(lastRequest().params.get('-name'), 'c:10P')
  assert.deepEqual(
    [...ephemeris.values()].map(({ length }) => length),
    new Array(10).fill(5001),
  )
})

test('miriade refuses answers that miss epochs, columns or the data', async () => {
  const request = { name: 'x', isComet: false, observer: 'I41', epochsJd: [2_459_000] }
  const good = playedEphemeris(2_459_000)
  const bad: unknown[] = [
    {},
    { data: {} },
    { data: [] },
    { data: [good, good] },
    { data: [{ ...good, Phase: '12' }] },
    { data: [{ ...good, Dobs: null }] },
    { data: [{ ...good, extra: [] }] },
    { data: [7] },
    [good],
  ]
  for (const answer of bad) {
    server.play('miriade', () => ({ body: JSON.stringify(answer) }))
    await assert.rejects(open().miriade.readEphemeris(request, signal), isNonsense('Miriade'))
  }
})

test('gracedb gives the sky map of a superevent', async () => {
  const map = Uint8Array.of(0x1f, 0x8b, 0, 255)
  server.play('gracedb', ({ path }) =>
    path === '/S190425z/files/bayestar.fits.gz' ? { body: map } : { status: 404, body: '{}' },
  )
  assert.deepEqual([...(await open().gracedb.readSkyMap('S190425z', signal))], [...map])
  await assert.rejects(open().gracedb.readSkyMap('S190425zz', signal), NotFoundError)
  const before = server.requests.length
  for (const name of ['', '../x', 'S190425', 's190425z', 'S190425z/..']) {
    await assert.rejects(open().gracedb.readSkyMap(name, signal), NotFoundError)
  }
  assert.equal(server.requests.length, before)
})

test('every service names itself when its answer is nonsense', async () => {
  for (const service of ['sesame', 'quaero', 'ssodnet', 'miriade'] satisfies ServiceName[]) {
    server.play(service, () => NONSENSE)
  }
  const { sesame, quaero, ssodnet, miriade } = open()
  const epochs = { name: 'x', isComet: false, observer: 'I41', epochsJd: [2_459_000] }
  await assert.rejects(sesame.find('x', signal), isNonsense('SIMBAD (Sesame)'))
  await assert.rejects(quaero.find(parseSmallBody('x'), signal), isNonsense('SsODNet (quaero)'))
  await assert.rejects(ssodnet.find('x', signal), isNonsense('SsODNet (resolver)'))
  await assert.rejects(miriade.readEphemeris(epochs, signal), isNonsense('Miriade'))
})
