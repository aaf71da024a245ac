import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPlayApp, PLAY_NOW } from '../../../test/upstream/play-app.js'
import { openPlayServer } from '../../../test/upstream/play-server.js'
import { createToken, listTokens, revokeToken } from '../../queries/clients/tokens.js'

const play = await openPlayServer()
const { server, store, close } = openPlayApp({ play })
let token = ''

before(async () => {
  token = (await createToken(store, 'tests', PLAY_NOW)).token
})
after(async () => {
  await close()
  await play.close()
})

const NOTE = {
  objectId: 'ZTF20aahjjjm',
  internal_name: 'Fink J042203.10+362318.7',
  username: 'ada',
  comments: 'Candidate: "red dwarf", <b>flare</b>\nsee http://x/y:1',
}
const STORED = {
  'd:comments': NOTE.comments,
  'd:internal_name': NOTE.internal_name,
  'd:internal_name_encoded': 'FinkJ042203.10+362318.7',
  'd:username': 'ada',
  'i:objectId': 'ZTF20aahjjjm',
}

const url = '/api/v1/metadata'
const write = (payload: Readonly<Record<string, unknown>>) =>
  server.app.inject({ method: 'POST', url, payload })
const read = async (query: Record<string, string>) =>
  (await server.app.inject({ url, query })).json()

test('metadata keeps what is written letter for letter', async () => {
  const first = await write({ ...NOTE, objectId: ' ZTF20aahjjjm ', token })
  assert.deepEqual([first.statusCode, first.json()], [201, STORED])
  const again = await write({ ...NOTE, comments: '', token })
  assert.deepEqual([again.statusCode, again.json()], [200, { ...STORED, 'd:comments': '' }])
  await write({ ...NOTE, token })
  assert.deepEqual(await read({ objectId: 'ZTF20aahjjjm' }), [STORED])
})

test('metadata is found by id, its beginning, name, name without blanks, and all', async () => {
  for (const query of [
    { objectId: 'ZTF20' },
    { objectId: 'all' },
    { internal_name: NOTE.internal_name },
    { internal_name_encoded: 'FinkJ042203.10+362318.7' },
  ]) {
    assert.deepEqual(await read(query), [STORED])
  }
  assert.deepEqual(await read({ objectId: 'ZTF21' }), [])
  assert.deepEqual(await read({ objectId: 'nothing' }), [])
  assert.deepEqual(await read({ internal_name: 'Fink' }), [])
})

test('metadata reads by exactly one argument', async () => {
  for (const query of [{ objectId: 'ZTF20', internal_name: 'x' }, { name: 'x' }]) {
    const answer = await server.app.inject({ url, query })
    assert.equal(answer.statusCode, 400)
    assert.match(answer.json().text, /expected exactly one of "objectId"/)
  }
})

test('metadata is not written without a valid token', async () => {
  for (const bad of [
    undefined,
    '',
    'fink_',
    `${token}x`,
    token.slice(0, -1),
    token.toUpperCase(),
  ]) {
    const answer = await write({ ...NOTE, objectId: 'ZTF20bbbbbbb', token: bad })
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'unauthorized'])
  }
  assert.deepEqual(await read({ objectId: 'ZTF20bbbbbbb' }), [])
})

test('metadata takes the token from the header too', async () => {
  const post = (authorization: string) =>
    server.app.inject({ method: 'POST', url, payload: NOTE, headers: { authorization } })
  assert.equal((await post(`Bearer ${token}`)).statusCode, 200)
  for (const bad of [`Bearer ${token}x`, `Basic ${token}`, token]) {
    assert.equal((await post(bad)).statusCode, 401)
  }
})

test('metadata refuses ids that are none and missing names', async () => {
  for (const objectId of ['ZTF20', 'ZTF20aahjjj:', 'x', '']) {
    const answer = await write({ ...NOTE, objectId, token })
    assert.deepEqual([answer.statusCode, answer.json().param], [400, 'objectId'])
  }
  const { internal_name: _, ...rest } = NOTE
  assert.equal((await write({ ...rest, token })).json().param, 'internal_name')
  assert.equal((await write({ ...NOTE, token, commments: 'x' })).statusCode, 400)
})

test('metadata is closed to a token that was revoked; the store never has the token', async () => {
  const { token: other, entry } = await createToken(
    store,
    'other',
    new Date('2026-07-02T00:00:00Z'),
  )
  assert.match(other, /^fink_[\w-]{43}$/)
  assert.deepEqual(
    (await listTokens(store)).map(({ name }) => name),
    ['tests', 'other'],
  )
  assert.equal((await write({ ...NOTE, token: other })).statusCode, 200)
  for await (const batch of store.scan({
    table: 'fink.token',
    ranges: [{ start: Buffer.of(), end: Buffer.of() }],
  })) {
    for (const { key, bytes } of batch)
      assert.ok(!(key + bytes.toString()).includes(other.slice(5)))
  }
  assert.equal(await revokeToken(store, entry.id), true)
  assert.equal(await revokeToken(store, entry.id), false)
  assert.equal((await write({ ...NOTE, token: other })).statusCode, 401)
  assert.equal((await write({ ...NOTE, token })).statusCode, 200)
})
