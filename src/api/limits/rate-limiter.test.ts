import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateLimiter } from './rate-limiter.js'

const LIMIT = { requests: 3, rows: 100 }

test('RateLimiter counts each client on its own, and anew in the next window', () => {
  const limiter = new RateLimiter(1000)
  for (let i = 0; i < 3; i++) limiter.usage('a', LIMIT, 10_000 + i).requests++
  assert.equal(limiter.waitMs(limiter.usage('a', LIMIT, 10_400), LIMIT, 10_400), 600)
  assert.equal(limiter.waitMs(limiter.usage('b', LIMIT, 10_400), LIMIT, 10_400), 0)
  assert.equal(limiter.usage('a', LIMIT, 11_000).requests, 0)
})

test('RateLimiter carries rows beyond the limit into the next window only', () => {
  const limiter = new RateLimiter(1000)
  const usage = limiter.usage('a', LIMIT, 10_000)
  usage.rows += 250
  assert.equal(limiter.waitMs(usage, LIMIT, 10_500), 500 + 1000)
  const next = limiter.usage('a', LIMIT, 11_000)
  assert.equal(next.rows, 150)
  assert.equal(limiter.waitMs(next, LIMIT, 11_000), 1000)
  const last = limiter.usage('a', LIMIT, 12_000)
  assert.equal(last.rows, 50)
  assert.equal(limiter.waitMs(last, LIMIT, 12_000), 0)
  assert.equal(limiter.usage('a', LIMIT, 14_000).rows, 0)
})

test('RateLimiter admits nothing with a limit of 0 and everything without one', () => {
  const limiter = new RateLimiter(1000)
  const closed = { requests: 0, rows: 0 }
  assert.equal(limiter.waitMs(limiter.usage('a', closed, 100), closed, 100), 900)
  const open = { requests: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY }
  const usage = limiter.usage('b', open, 100)
  usage.requests = 1e9
  usage.rows = 1e12
  assert.equal(limiter.waitMs(usage, open, 100), 0)
  assert.equal(limiter.usage('b', open, 1100).rows, 0)
})

test('RateLimiter forgets the clients seen first beyond its bound', () => {
  const limiter = new RateLimiter(1000, 2)
  for (const client of ['a', 'b', 'c']) limiter.usage(client, LIMIT, 1).requests++
  assert.equal(limiter.usage('c', LIMIT, 1).requests, 1)
  assert.equal(limiter.usage('b', LIMIT, 1).requests, 1)
  assert.equal(limiter.usage('a', LIMIT, 1).requests, 0)
})
