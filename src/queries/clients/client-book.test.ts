import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '../../store/memory.js'
import { BOOK_AGE_MS, openClientBook } from './client-book.js'
import { readClientLimits, removeClientLimit, writeClientLimit } from './client-limits.js'
import { createToken, revokeToken } from './tokens.js'

const NONE = Number.POSITIVE_INFINITY
const SINCE = '2025-01-01T00:00:00.000Z'

const failed = (error: unknown): never => assert.fail(String(error))
const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('writeClientLimit() and readClientLimits() agree, also about no limit and none at all', async () => {
  const store = openMemoryStore()
  const entries = [
    { client: '203.0.113.7', requests: NONE, rows: 0, since: SINCE },
    { client: 'token:1f0c9a83b2e4', requests: 12, rows: NONE, since: SINCE },
  ]
  for (const entry of entries) await writeClientLimit(store, entry)
  assert.deepEqual(await readClientLimits(store), entries)
  assert.equal(await removeClientLimit(store, '203.0.113.7'), true)
  assert.equal(await removeClientLimit(store, '203.0.113.7'), false)
  assert.deepEqual(await readClientLimits(store), entries.slice(1))
})

test('a client book sees changes of limits after a few seconds', async () => {
  const store = openMemoryStore()
  let nowMs = 0
  const book = openClientBook(store, { onFailure: failed, nowMs: () => nowMs })
  await book.refresh()
  await writeClientLimit(store, { client: 'a', requests: 1, rows: 2, since: SINCE })
  assert.equal(book.limitOf('a'), undefined)
  nowMs += BOOK_AGE_MS + 1
  assert.equal(book.limitOf('a'), undefined)
  await nextTurn()
  assert.equal(book.limitOf('a')?.requests, 1)
})

test('a client book keeps its limits when the store fails', async () => {
  const store = openMemoryStore()
  await writeClientLimit(store, { client: 'a', requests: 1, rows: 2, since: SINCE })
  let fails = false
  const failures: unknown[] = []
  const scan = (request: Parameters<typeof store.scan>[0]) => {
    if (fails) throw new Error('planted')
    return store.scan(request)
  }
  const book = openClientBook({ ...store, scan }, { onFailure: error => failures.push(error) })
  await book.refresh()
  fails = true
  await book.refresh()
  assert.equal(book.limitOf('a')?.requests, 1)
  assert.equal(failures.length, 1)
})

test('a client book remembers tokens and sees that they were revoked', async () => {
  const store = openMemoryStore()
  let nowMs = 0
  const book = openClientBook(store, { onFailure: failed, nowMs: () => nowMs })
  const { token, entry } = await createToken(store, 'portal', new Date())
  assert.equal(await book.clientOf(token), `token:${entry.id}`)
  assert.equal(book.clientOf(token), `token:${entry.id}`)
  await revokeToken(store, entry.id)
  assert.equal(book.clientOf(token), `token:${entry.id}`)
  nowMs += BOOK_AGE_MS
  assert.equal(await book.clientOf(token), undefined)
  assert.equal(await book.clientOf('fink_nonsense'), undefined)
})
