/** An ingest killed at random moments: nothing acknowledged is lost, nothing is half there. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as later } from 'node:timers/promises'
import { assertSameDumps, dumpAll, makeNights, rowCount } from './made-up-nights.js'
import { fink, startFink, withFolder } from './program.js'

/** Stores that are killed, and how often each. */
const STORES = 2
const KILLS = 3

test('fink ingest killed at random moments and run again ends as if undisturbed', t =>
  withFolder(async folder => {
    const nights = makeNights(folder, { objects: 6400, nights: 6 })
    const clean = join(folder, 'clean')
    const start = performance.now()
    await fink('ingest', '--data', clean, nights)
    const undisturbedMs = performance.now() - start
    const expected = await dumpAll(clean)
    let killed = 0
    let partial = 0
    for (let store = 0; store < STORES; store++) {
      const data = join(folder, `killed-${store}`)
      for (let kill = 0; kill < KILLS; kill++) {
        const share = 0.1 + 0.7 * Math.random()
        if (await killAfter(share * undisturbedMs, ['ingest', '--data', data, nights])) killed++
      }
      if (store === 0 && killed > 0) partial = await alertsIn(data)
      await fink('ingest', '--data', data, nights)
      assertSameDumps(await dumpAll(data), expected)
    }
    t.diagnostic(`${killed} of ${STORES * KILLS} killed; ${partial} alerts in after the first ones`)
    assert.ok(killed > 0, 'none was killed before its end')
  }))

/** True when the process was killed before its end. */
async function killAfter(ms: number, args: readonly string[]): Promise<boolean> {
  const program = startFink(args)
  const timer = new AbortController()
  const wait = later(ms, undefined, { signal: timer.signal }).catch(() => undefined)
  await Promise.race([wait, program.ended])
  timer.abort()
  const { code } = await program.end('SIGKILL')
  return code === undefined
}

async function alertsIn(dataFolder: string): Promise<number> {
  try {
    return rowCount(await dumpAll(dataFolder), 'ztf')
  } catch {
    // Killed before there was a store.
    return 0
  }
}
