/** The contract of stores on scripted servers, healthy ones or such as misbehave. For tests only. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeContract } from '../../contract.js'
import { faultPlan, playFaults } from './scripted-fault-plan.js'
import type { FaultKind } from './scripted-faults.js'
import { openScriptedStore, type ScriptedStoreOptions } from './scripted-store.js'

/** Boundaries among the keys of the contract: between and at them, also in the middle of a range. */
export const SPLIT_KEYS: readonly string[] = [
  'ZTF18a_2',
  'a\0',
  'b',
  'k00150',
  'k01000',
  'schema_',
  '☃',
]
/** Small enough for many pages, and for rows that begin in one page and end in another. */
export const SMALL_PAGE_BYTES = 700

/** Faults of each test of the contract, and most calls that go well between them. */
const FAULTS_PER_TEST = 8
const MAX_CALLS_BETWEEN = 6

/** Declares the contract on healthy servers. */
export function healthyContract(name: string, options: ScriptedStoreOptions): void {
  storeContract(`HBase, ${name}`, async () => (await openScriptedStore(options)).store)
}

/** Declares the contract on servers that misbehave; returns the faults that will have been played. */
export function faultyContract(
  name: string,
  faults: { readonly kinds: readonly FaultKind[]; readonly seed: number },
  options: ScriptedStoreOptions,
): ReadonlySet<FaultKind> {
  const played = new Set<FaultKind>()
  let opened = 0
  storeContract(`HBase, ${name}`, async () => {
    const { store, cluster } = await openScriptedStore(options)
    const seed = faults.seed * 1_000 + opened++
    const plan = faultPlan({
      kinds: faults.kinds,
      seed,
      faults: FAULTS_PER_TEST,
      maxCallsBetween: MAX_CALLS_BETWEEN,
    })
    playFaults(cluster, plan, { seed, onPlay: kind => played.add(kind) })
    return store
  })
  return played
}

/** Declares a test, to come behind the contract, that the faults were played. */
export function testPlayed(
  name: string,
  played: readonly ReadonlySet<FaultKind>[],
  kinds: readonly FaultKind[],
): void {
  test(`HBase, ${name}: the servers did misbehave`, () => {
    assert.deepEqual(
      kinds.filter(kind => !played.some(set => set.has(kind))),
      [],
    )
  })
}
