import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapConcurrently } from './concurrent.js'

test('mapConcurrently() keeps the order and the limit', async () => {
  let running = 0
  let most = 0
  const results = await mapConcurrently([5, 1, 4, 2, 3], 2, async item => {
    most = Math.max(most, ++running)
    for (let i = 0; i < item; i++) await Promise.resolve()
    running--
    return item * 10
  })
  assert.deepEqual(results, [50, 10, 40, 20, 30])
  assert.equal(most, 2)
  assert.deepEqual(await mapConcurrently([], 2, async () => 1), [])
})

test('mapConcurrently() begins nothing after a failure', async () => {
  const begun: number[] = []
  const run = async (item: number): Promise<void> => {
    begun.push(item)
    if (item === 2) throw new Error('two')
    await Promise.resolve()
  }
  await assert.rejects(mapConcurrently([1, 2, 3, 4, 5, 6], 2, run), /two/)
  await Promise.resolve()
  assert.deepEqual(begun, [1, 2])
})
