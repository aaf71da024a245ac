import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPlayClock } from '../../test/upstream/play-clock.js'
import { NONSENSE, openPlayServer, type PlayAnswer } from '../../test/upstream/play-server.js'
import { ResolverError, type UpstreamFailure } from '../errors.js'
import { openRemote, type RemoteCall, type RemoteLimits } from './remote.js'

const server = await openPlayServer()
after(() => server.close())
const { signal } = new AbortController()

function callOf(key = 'a'): RemoteCall<string> {
  return {
    key,
    request: base => ({ url: new URL(`${base}?${key}`) }),
    decode({ body }) {
      const text = body.toString()
      if (text.startsWith('<')) throw new SyntaxError('expected words')
      return text
    },
  }
}

function openRig(answer: () => PlayAnswer, limits: Partial<RemoteLimits> = {}) {
  const clock = openPlayClock()
  server.play('quaero', answer)
  const before = server.requests.length
  const remote = openRemote<string>(
    { name: 'Words', address: server.addresses.quaero },
    { clock, limits },
  )
  return {
    clock,
    ask: (key?: string, own = signal) => remote.ask(callOf(key), own),
    sent: () => server.requests.length - before,
    untilSent: (count: number) => server.untilRequests(before + count),
  }
}

function isFailure(failure: UpstreamFailure, message: RegExp): (error: unknown) => true {
  return error => {
    assert.ok(error instanceof ResolverError, String(error))
    assert.equal(error.service, 'Words')
    assert.equal(error.failure, failure)
    assert.match(error.message, message)
    return true
  }
}

test('ask() gives a kept answer until it is too old', async () => {
  let count = 0
  const { ask, sent, clock } = openRig(() => ({ body: `answer ${++count}` }), { freshMs: 1000 })
  assert.equal(await ask(), 'answer 1')
  clock.advance(1000)
  assert.equal(await ask(), 'answer 1')
  assert.equal(await ask('b'), 'answer 2')
  clock.advance(1)
  assert.equal(await ask(), 'answer 3')
  assert.equal(sent(), 3)
})

test('ask() gives an old answer while the service fails, and not for ever', async () => {
  let answer: PlayAnswer = { body: 'good' }
  const { ask, clock } = openRig(() => answer, { freshMs: 1000, staleMs: 5000 })
  await ask()
  answer = { status: 503, body: '' }
  clock.advance(4000)
  assert.equal(await ask(), 'good')
  answer = NONSENSE
  assert.equal(await ask(), 'good')
  clock.advance(1001)
  await assert.rejects(ask(), isFailure('failed', /makes no sense: expected words/))
})

test('ask() forgets old answers when they outgrow the cache', async () => {
  const { ask, sent } = openRig(() => ({ body: 'x'.repeat(60) }), { cacheBytes: 100 })
  await ask('a')
  await ask('b')
  await ask('a')
  assert.equal(sent(), 3)
})

test('ask() ends a call that takes too long', async () => {
  const { ask, untilSent, clock } = openRig(() => 'silence', { timeoutMs: 3000 })
  const asked = assert.rejects(ask(), isFailure('timeout', /does not answer in 3 s/))
  await untilSent(1)
  clock.advance(3000)
  await asked
})

test('ask() leaves no wait behind', async () => {
  const { ask, clock } = openRig(() => ({ body: 'good' }))
  await ask()
  assert.equal(clock.waiting, 0)
})

test('ask() tells failures apart', async () => {
  const cases: readonly (readonly [PlayAnswer, UpstreamFailure, RegExp])[] = [
    [{ status: 500, body: '' }, 'unavailable', /status 500/],
    [{ status: 429, body: '' }, 'unavailable', /status 429/],
    [{ status: 404, body: '' }, 'failed', /status 404/],
    [NONSENSE, 'failed', /makes no sense/],
    ['hang up', 'unavailable', /cannot be reached/],
    ['flood', 'failed', /sends more than 5000 bytes/],
  ]
  for (const [answer, failure, message] of cases) {
    await assert.rejects(
      openRig(() => answer, { maxBytes: 5000 }).ask(),
      isFailure(failure, message),
    )
  }
})

test('ask() names the service when nobody listens or it has no address', async () => {
  const ask = (address: string | undefined) =>
    openRemote<string>({ name: 'Words', address }).ask(callOf(), signal)
  await assert.rejects(ask('http://127.0.0.1:1'), isFailure('unavailable', /cannot be reached \(/))
  await assert.rejects(ask(undefined), isFailure('unavailable', /not set up/))
})

test('ask() sends one call for callers at the same time', async () => {
  const { ask, sent } = openRig(() => ({ body: 'shared' }))
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), ['shared', 'shared', 'shared'])
  assert.equal(sent(), 1)
})

test('ask() lets one caller go and goes on for the others', async () => {
  let release = (): void => undefined
  const gate = new Promise<void>(resolve => {
    release = resolve
  })
  const remote = openRemote<string>(
    { name: 'Words', address: 'http://words' },
    {
      fetch: async () => {
        await gate
        return new Response('late')
      },
    },
  )
  const leaver = new AbortController()
  const left = remote.ask(callOf(), leaver.signal)
  const stayed = remote.ask(callOf(), signal)
  const reason = new Error('the client hung up')
  leaver.abort(reason)
  await assert.rejects(left, reason)
  release()
  assert.equal(await stayed, 'late')
})

test('ask() ends the call when every caller is gone', async () => {
  let ended: AbortSignal | null | undefined
  const remote = openRemote<string>(
    { name: 'Words', address: 'http://words' },
    {
      fetch: (_url, init) => {
        ended = init.signal
        return new Promise((_resolve, reject) => {
          init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
        })
      },
    },
  )
  const leavers = [new AbortController(), new AbortController()]
  const asked = leavers.map(({ signal }) => remote.ask(callOf(), signal))
  leavers[0]!.abort(new Error('gone'))
  await assert.rejects(asked[0]!, /gone/)
  assert.equal(ended?.aborted, false)
  leavers[1]!.abort(new Error('gone too'))
  await assert.rejects(asked[1]!, /gone too/)
  assert.equal(ended?.aborted, true)
  await assert.rejects(remote.ask(callOf(), AbortSignal.abort(new Error('never'))), /never/)
})

test('ask() stops asking a service that is down and tries it again later', async () => {
  let answer: PlayAnswer = { status: 500, body: '' }
  const limits = { failuresToOpen: 2, openMs: 10_000 }
  const { ask, sent, clock } = openRig(() => answer, limits)
  await assert.rejects(ask(), isFailure('unavailable', /status 500/))
  await assert.rejects(ask(), isFailure('unavailable', /status 500/))
  await assert.rejects(ask(), (error: unknown) => {
    assert.ok(error instanceof ResolverError)
    assert.match(error.message, /failed repeatedly/)
    assert.equal(error.retryAfterSec, 10)
    return true
  })
  assert.equal(sent(), 2)
  clock.advance(10_000)
  await assert.rejects(ask(), isFailure('unavailable', /status 500/))
  await assert.rejects(ask(), isFailure('unavailable', /failed repeatedly/))
  assert.equal(sent(), 3)
  clock.advance(10_000)
  answer = { body: 'back' }
  assert.equal(await ask(), 'back')
  answer = { status: 500, body: '' }
  await assert.rejects(ask('b'), isFailure('unavailable', /status 500/))
  assert.equal(sent(), 5)
})

test('ask() lets one caller alone try whether the service is back', async () => {
  let answer: PlayAnswer = { status: 500, body: '' }
  const { ask, untilSent, sent, clock } = openRig(() => answer, { failuresToOpen: 1, openMs: 1000 })
  await assert.rejects(ask())
  clock.advance(1000)
  answer = 'silence'
  const leaver = new AbortController()
  const trial = ask('trial', leaver.signal)
  await untilSent(2)
  await assert.rejects(ask('other'), isFailure('unavailable', /failed repeatedly/))
  leaver.abort(new Error('gone'))
  await assert.rejects(trial, /gone/)
  answer = { body: 'back' }
  assert.equal(await ask('other'), 'back')
  assert.equal(sent(), 3)
})

test('ask() does not count nonsense as a service that is down', async () => {
  const { ask, sent } = openRig(() => NONSENSE, { failuresToOpen: 1 })
  await assert.rejects(ask(), isFailure('failed', /makes no sense/))
  await assert.rejects(ask(), isFailure('failed', /makes no sense/))
  assert.equal(sent(), 2)
})

test('ask() keeps to the rate, and refuses what would wait too long', async () => {
  const limits = { callsPerSecond: 1, burst: 2, maxWaitMs: 1000 }
  const { ask, sent, untilSent, clock } = openRig(() => ({ body: 'good' }), limits)
  await Promise.all([ask('a'), ask('b')])
  const third = ask('c')
  await assert.rejects(ask('d'), isFailure('unavailable', /Too many calls/))
  assert.equal(sent(), 2)
  clock.advance(1000)
  await untilSent(3)
  assert.equal(await third, 'good')
})
