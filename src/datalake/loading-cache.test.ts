import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoadingCache } from './loading-cache.js'

function makeCache(maxBytes = 10): LoadingCache<{ readonly size: number }> {
  return new LoadingCache({ maxBytes, sizeOf: value => value.size })
}

/** A load that ends when told to, and a count of its calls. */
function manualLoad() {
  const signals: AbortSignal[] = []
  let finish: (value: { readonly size: number }) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const load = (signal: AbortSignal) => {
    signals.push(signal)
    return new Promise<{ readonly size: number }>((resolve, reject) => {
      finish = resolve
      fail = reject
    })
  }
  return {
    load,
    signals,
    finish: (size: number) => finish({ size }),
    fail: (error: Error) => fail(error),
  }
}

test('LoadingCache shares one load between callers and keeps its value', async () => {
  const cache = makeCache()
  const { load, signals, finish } = manualLoad()
  const both = Promise.all([cache.get('a', load), cache.get('a', load)])
  finish(3)
  assert.deepEqual(await both, [{ size: 3 }, { size: 3 }])
  assert.deepEqual(await cache.get('a', load), { size: 3 })
  assert.equal(signals.length, 1)
})

test('LoadingCache does not keep failures', async () => {
  const cache = makeCache()
  const { load, signals, fail, finish } = manualLoad()
  const first = cache.get('a', load)
  fail(new Error('no'))
  await assert.rejects(first, /no/)
  const second = cache.get('a', load)
  finish(1)
  assert.deepEqual(await second, { size: 1 })
  assert.equal(signals.length, 2)
})

test('LoadingCache ends a load only when its last caller leaves', async () => {
  const cache = makeCache()
  const { load, signals, finish } = manualLoad()
  const [one, two] = [new AbortController(), new AbortController()]
  const first = cache.get('a', load, one.signal)
  const second = cache.get('a', load, two.signal)
  one.abort(new Error('left'))
  await assert.rejects(first, /left/)
  assert.equal(signals[0]?.aborted, false)
  two.abort(new Error('left too'))
  await assert.rejects(second, /left too/)
  assert.equal(signals[0]?.aborted, true)
  const third = cache.get('a', load)
  finish(2)
  assert.deepEqual(await third, { size: 2 })
})

test('LoadingCache lets go of the least recently used beyond its limit', async () => {
  const dropped: string[] = []
  const cache = new LoadingCache<{ readonly size: number }>({
    maxBytes: 10,
    sizeOf: value => value.size,
    onDrop: key => dropped.push(key),
  })
  await cache.get('a', async () => ({ size: 4 }))
  await cache.get('b', async () => ({ size: 4 }))
  await cache.get('a', async () => ({ size: 4 }))
  await cache.get('c', async () => ({ size: 4 }))
  assert.deepEqual(dropped, ['b'])
  await cache.get('huge', async () => ({ size: 11 }))
  assert.equal(cache.peek('huge'), undefined)
  assert.ok(cache.peek('a') && cache.peek('c'))
})

test('LoadingCache.drop() forgets values and loads under way', async () => {
  const cache = makeCache()
  await cache.get('a1', async () => ({ size: 1 }))
  await cache.get('b1', async () => ({ size: 1 }))
  const { load, finish } = manualLoad()
  const old = cache.get('a2', load)
  cache.drop('a')
  finish(2)
  assert.deepEqual(await old, { size: 2 })
  assert.deepEqual(
    [cache.peek('a1'), cache.peek('a2'), cache.peek('b1')],
    [undefined, undefined, { size: 1 }],
  )
})
