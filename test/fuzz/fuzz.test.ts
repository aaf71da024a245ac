/** A short run of every target with inputs that never change; and the fuzzing finds planted faults. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzTarget } from './fuzz.js'
import { makeInput } from './mutation.js'
import { SHORT_RUN } from './target.js'
import { findTarget, TARGET_NAMES } from './targets.js'

const SEED = 20_261_124
/** No limit on the time: the number of inputs ends a short run. */
const ENDLESS = 1e6

for (const name of TARGET_NAMES) {
  test(`${name} answers broken inputs with documented errors, in time and memory`, async () => {
    const { shortRun: count = SHORT_RUN, close } = await (await findTarget(name))()
    await close?.()
    const result = await fuzzTarget(name, { seed: SEED, count, seconds: ENDLESS })
    assert.equal(result.kind, 'clean', JSON.stringify(result))
  })
}

test('every target accepts its own samples, or refuses them as documented', async () => {
  for (const name of TARGET_NAMES.filter(other => other !== 'http' && other !== 'zookeeper')) {
    const target = await (await findTarget(name))()
    assert.equal(target.name, name)
    let accepted = 0
    for (const sample of target.samples) {
      try {
        await target.read(Buffer.from(sample))
        accepted++
      } catch (error) {
        assert.ok(target.isDocumented(error), `${name}: ${error}`)
      }
    }
    assert.ok(accepted > 0, name)
  }
})

test('makeInput() gives the same input for the same seed and number, and others otherwise', () => {
  const target = { samples: [Buffer.from('one sample'), Buffer.from('another')], words: ['word'] }
  const inputs = Array.from({ length: 200 }, (_, i) => makeInput(target, 5, i).toString('hex'))
  assert.deepEqual(
    inputs,
    inputs.map((_, i) => makeInput(target, 5, i).toString('hex')),
  )
  assert.ok(new Set(inputs).size > 150)
  assert.notEqual(makeInput(target, 6, 0).toString('hex'), inputs[0])
})

/** Long enough for a busy machine, but for the one that hangs for certain. */
const CERTAIN_HANG_MS = 1_500
const HANG_MS = 60_000
const MAX_MEMORY_BYTES = 300 * 2 ** 20

for (const [name, what] of [
  ['planted-error', 'undocumented error'],
  ['planted-engine-error', 'undocumented error'],
  ['planted-hang', 'hang'],
  ['planted-hunger', 'memory'],
  ['planted-heap', 'memory'],
  ['planted-exit', 'crash'],
] as const) {
  test(`fuzzTarget() finds ${name} (${what}), and the input repeats it`, async () => {
    const limits = {
      hangMs: name === 'planted-hang' ? CERTAIN_HANG_MS : HANG_MS,
      maxMemoryBytes: MAX_MEMORY_BYTES,
    }
    const options = { seed: SEED, count: 10_000, seconds: ENDLESS, ...limits }
    const found = await fuzzTarget(name, options)
    assert.ok(found.kind === 'fault' && found.what === what, JSON.stringify(found))
    const { index } = found
    const target = await (await findTarget(name))()
    assert.ok(makeInput(target, SEED, index).includes('!'))
    const again = await fuzzTarget(name, { ...options, from: index, count: 1 })
    assert.ok(again.kind === 'fault' && again.index === index, JSON.stringify(again))
  })
}
