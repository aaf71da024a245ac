/**
 * The store on servers that misbehave in every way, unreadable answers among them: what it gives is
 * what a store in memory gives, or a beginning of that and the declared error.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreError } from '../../errors.js'
import { cellsOf } from '../contract.js'
import { openMemoryStore } from '../memory.js'
import { ALL_KEYS, readRows, type ScanRequest, type Store } from '../store.js'
import { faultPlan, playFaults, seededNumbers, stopFaults } from './testing/scripted-fault-plan.js'
import { FAULT_KINDS, type FaultKind } from './testing/scripted-faults.js'
import {
  type Chance,
  COLUMNS,
  madeUpPut,
  madeUpRequest,
  TABLE,
} from './testing/scripted-requests.js'
import { openScriptedStore, type ScriptedStoreOptions } from './testing/scripted-store.js'

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed)
const SCANS_PER_SEED = 12
const ROWS = 250
const SPLIT_KEYS = ['k150', 'k300', 'k3005', 'k450']
const PAGE_BYTES = 2_000
const PLAN = { faults: 60, maxCallsBetween: 5 }

/** A row as its key and the cells that were asked for. */
type PlainRow = readonly [string, Readonly<Record<string, string>>]

/** What a scan gave, and how it ended. */
interface Outcome {
  readonly rows: readonly PlainRow[]
  readonly error: unknown
}

async function outcomeOf(store: Store, request: ScanRequest): Promise<Outcome> {
  const wanted = new Set(request.columns ?? COLUMNS.map(({ name }) => name))
  const rows: PlainRow[] = []
  try {
    for await (const batch of store.scan(request)) {
      for (const row of batch) {
        const cells = Object.entries(cellsOf(row)).filter(([name]) => wanted.has(name))
        rows.push([row.key, Object.fromEntries(cells)])
      }
    }
  } catch (error) {
    return { rows, error }
  }
  return { rows, error: undefined }
}

/** Fails unless an error is the declared one. */
function assertDeclared(error: unknown): void {
  assert.ok(error instanceof StoreError && error.service === 'HBase', String(error))
}

/** A scripted store and one in memory with the same rows. */
async function openBoth(chance: Chance, options: ScriptedStoreOptions = {}) {
  const { store, cluster } = await openScriptedStore({
    splitKeys: SPLIT_KEYS,
    pageBytes: PAGE_BYTES,
    // Every write and scan reads the schema row again, through whatever happens.
    schemaMaxAgeMs: 0,
    ...options,
  })
  const memory = openMemoryStore()
  const put = madeUpPut(chance, ROWS)
  await store.write([put])
  await memory.write([put])
  return { store, cluster, memory }
}

test('HBase store: scans give the right rows or the declared error, whatever happens', async t => {
  const played = new Set<FaultKind>()
  let errors = 0
  for (const seed of SEEDS) {
    const chance = seededNumbers(seed)
    const { store, cluster, memory } = await openBoth(chance)
    t.after(() => store.close())
    const plan = faultPlan({ kinds: FAULT_KINDS, seed, ...PLAN })
    playFaults(cluster, plan, { seed, onPlay: kind => played.add(kind) })
    for (let scan = 0; scan < SCANS_PER_SEED; scan++) {
      const request = madeUpRequest(chance)
      const expected = await outcomeOf(memory, request)
      const { rows, error } = await outcomeOf(store, request)
      const wanted = error === undefined ? expected.rows : expected.rows.slice(0, rows.length)
      assert.deepEqual(rows, wanted, `seed ${seed}, scan ${scan}`)
      if (error !== undefined) assertDeclared(error)
      if (error !== undefined) errors++
    }
  }
  assert.deepEqual(
    FAULT_KINDS.filter(kind => !played.has(kind)),
    [],
  )
  assert.ok(errors > 0 && errors < (SEEDS.length * SCANS_PER_SEED) / 2, `${errors} errors`)
})

test('HBase store: writes count right or fail as declared, and can be made again', async t => {
  let errors = 0
  for (const seed of SEEDS) {
    const chance = seededNumbers(seed)
    const { store, cluster, memory } = await openBoth(chance)
    t.after(() => store.close())
    playFaults(cluster, faultPlan({ kinds: FAULT_KINDS, seed, ...PLAN }), { seed })
    for (let write = 0; write < 3; write++) {
      const put = madeUpPut(chance, 80)
      const gone = put.rows.slice(0, 5).map(({ key }) => key)
      const expected = await memory.write([put])
      const counts = await store.write([put]).catch((error: unknown) => error)
      if (counts instanceof Error) {
        assertDeclared(counts)
        errors++
        stopFaults(cluster)
        await store.write([put])
      } else assert.deepEqual(counts, expected, `seed ${seed}, write ${write}`)
      await memory.remove(TABLE, gone)
      await removeAtLast(store, gone, () => stopFaults(cluster))
    }
    stopFaults(cluster)
    const request = { table: TABLE, ranges: [ALL_KEYS] }
    assert.deepEqual(await outcomeOf(store, request), await outcomeOf(memory, request))
  }
  assert.ok(errors > 0, 'no write failed')
})

/** Removes rows; when that fails, again on servers that are healed. */
async function removeAtLast(store: Store, keys: readonly string[], heal: () => void) {
  try {
    await store.remove(TABLE, keys)
  } catch (error) {
    assertDeclared(error)
    heal()
    await store.remove(TABLE, keys)
  }
}

/** Times by the clock of the client: enough for a silent connection to be given up. */
const ENDLESS = { timeoutMs: 20_000, retryMs: 200 }
/** Faults that never end, and how the error says so. */
const ENDLESS_FAULTS: readonly (readonly [FaultKind, string])[] = [
  ['silence', 'timeout'],
  ['answer lost', 'timeout'],
  ['stalled within', 'timeout'],
  ['cut within', 'unavailable'],
  ['not a frame', 'unavailable'],
  ['region too busy', 'unavailable'],
  ['queue full', 'unavailable'],
  ['server error', 'unavailable'],
  ['wrong version', 'failed'],
  ['message garbled', 'failed'],
  ['message empty', 'failed'],
  ['cells missing', 'failed'],
]

for (const [kind, failure] of ENDLESS_FAULTS) {
  test(`HBase store: ${kind} without end is "${failure}", and over when it ends`, async t => {
    const { store, cluster, memory } = await openBoth(seededNumbers(1), ENDLESS)
    t.after(() => store.close())
    const endless = Array.from({ length: 5_000 }, () => ({ kind, afterCalls: 0 }))
    const request = { table: TABLE, ranges: [ALL_KEYS] }
    playFaults(cluster, endless)
    await assert.rejects(readRows(store, request), {
      name: 'StoreError',
      service: 'HBase',
      failure,
    })
    stopFaults(cluster)
    assert.deepEqual(await outcomeOf(store, request), await outcomeOf(memory, request))
  })
}
