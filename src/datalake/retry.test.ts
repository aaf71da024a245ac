import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DatalakeError } from '../errors.js'
import { retry } from './retry.js'

const LIMITS = { attempts: 3, retryDelayMs: 0 }
const busy = new DatalakeError('S3', 'busy', { failure: 'unavailable' })
const wrong = new DatalakeError('S3', 'wrong')

test('retry() gives the first result and stops', async () => {
  const attempts: number[] = []
  const result = await retry(LIMITS, async attempt => {
    attempts.push(attempt)
    if (attempt === 0) throw busy
    return 'done'
  })
  assert.equal(result, 'done')
  assert.deepEqual(attempts, [0, 1])
})

test('retry() throws the last failure, and at once one that cannot be helped', async () => {
  for (const [error, expected] of [
    [busy, 3],
    [wrong, 1],
    [new TypeError('a fault of ours'), 1],
  ] as const) {
    let attempts = 0
    const run = async (): Promise<never> => {
      attempts++
      throw error
    }
    await assert.rejects(retry(LIMITS, run), error)
    assert.equal(attempts, expected)
  }
})

test('retry() does not pause beyond its signal', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const run = async (): Promise<never> => {
    controller.abort(reason)
    throw busy
  }
  const limits = { attempts: 3, retryDelayMs: 1_000_000 }
  await assert.rejects(retry(limits, run, controller.signal), reason)
})
