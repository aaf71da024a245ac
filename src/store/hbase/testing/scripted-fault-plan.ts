/**
 * Plans of faults: which one is played at which call. A plan made of a seed is always the same, so
 * that what it brings to light can be looked at again. For tests only.
 */
import { type FaultedCall, scanRequestOf } from './faulted-call.js'
import type { ScriptedCluster } from './scripted-cluster.js'
import { FAULTS, type FaultKind } from './scripted-faults.js'

/** A fault and the number of calls that go well before it; it waits for one that it suits. */
export interface PlannedFault {
  readonly kind: FaultKind
  readonly afterCalls: number
}

/** What a plan is made of. */
export interface PlanSettings {
  readonly kinds: readonly FaultKind[]
  readonly seed: number
  /** Faults in all. */
  readonly faults: number
  /** Most calls that go well between two of them. */
  readonly maxCallsBetween: number
}

/** What goes with a plan. */
export interface PlayOptions {
  /** Decides what the faults leave to chance, such as the bytes of a garbled message. */
  readonly seed?: number
  /** Told of each fault when it is played. */
  readonly onPlay?: (kind: FaultKind) => void
}

/** Numbers evenly distributed in [0, 1), the same for the same seed. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    // The low bits of such numbers repeat soon.
    return (state >>> 8) / 2 ** 24
  }
}

/** A plan with faults of the given kinds, in an order and at distances that the seed decides. */
export function faultPlan(settings: PlanSettings): PlannedFault[] {
  const { kinds, faults, maxCallsBetween } = settings
  const random = seededNumbers(settings.seed)
  return Array.from({ length: faults }, () => ({
    kind: kinds[Math.floor(random() * kinds.length)]!,
    afterCalls: Math.floor(random() * (maxCallsBetween + 1)),
  }))
}

/** Has a cluster play a plan; closing scanners does not count as a call and never fails. */
export function playFaults(
  cluster: ScriptedCluster,
  plan: readonly PlannedFault[],
  { seed = 0, onPlay }: PlayOptions = {},
): void {
  const random = seededNumbers(seed)
  const restarting = new Set<number>()
  const left = [...plan]
  let calls = 0
  cluster.fault = (call, server, work) => {
    const scan = scanRequestOf(call)
    const next = left[0]
    if (next === undefined || scan?.close_scanner) return undefined
    if (calls++ < next.afterCalls) return undefined
    const at: FaultedCall = { cluster, call, server, work, random, scan, restarting }
    const fault = FAULTS[next.kind]
    if (!fault.suits(at)) return undefined
    left.shift()
    calls = 0
    onPlay?.(next.kind)
    return fault.play(at)
  }
}

/** Has a cluster behave again. */
export function stopFaults(cluster: ScriptedCluster): void {
  cluster.fault = () => undefined
  for (const server of cluster.servers) server.refuseOnceWith = undefined
}
