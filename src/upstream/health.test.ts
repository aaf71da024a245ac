/** What services tell about themselves while they fail and recover. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPlayClock } from '../../test/upstream/play-clock.js'
import { openPlayServer } from '../../test/upstream/play-server.js'
import { openRemote, type RemoteHealth } from './remote.js'
import { openRemotes } from './remotes.js'

const server = await openPlayServer()
after(() => server.close())

test('the health of a service follows its failures and its recovery', async () => {
  const clock = openPlayClock()
  const readers: (() => RemoteHealth)[] = []
  const limits = { failuresToOpen: 2, openMs: 1000, freshMs: 1e9, callsPerSecond: 1e6 }
  const tools = { clock, limits, onOpen: (read: () => RemoteHealth) => void readers.push(read) }
  const remote = openRemote<string>({ name: 'Words', address: server.addresses.quaero }, tools)
  const health = () => readers[0]?.()
  const ask = () =>
    remote.ask(
      {
        key: 'a',
        request: base => ({ url: new URL(base) }),
        decode: ({ body }) => body.toString(),
      },
      new AbortController().signal,
    )
  assert.deepEqual(health(), { name: 'Words', state: 'closed', calls: 0, failures: 0, kept: 0 })
  server.play('quaero', () => ({ status: 500, body: '' }))
  for (let i = 0; i < 3; i++) await assert.rejects(ask())
  assert.deepEqual(health(), { name: 'Words', state: 'open', calls: 2, failures: 2, kept: 0 })
  clock.advance(1000)
  assert.equal(health()?.state, 'trying')
  server.play('quaero', () => ({ body: 'yes' }))
  assert.equal(await ask(), 'yes')
  assert.equal(await ask(), 'yes')
  assert.deepEqual(health(), { name: 'Words', state: 'closed', calls: 3, failures: 2, kept: 1 })
})

test('openRemotes() tells the health of every service, also of those that are not set up', () => {
  const health = openRemotes({ sesame: 'http://127.0.0.1:1' }).health()
  assert.deepEqual(
    health.map(({ state }) => state),
    ['closed', 'unset', 'unset', 'unset', 'unset', 'unset'],
  )
})
