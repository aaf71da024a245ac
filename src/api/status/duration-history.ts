/**
 * Durations of the last hour, as one histogram a minute in a ring: bounded memory, a few
 * nanoseconds to add to. Buckets grow by an eighth of a power of two, so a percentile is exact to
 * 4.5 percent.
 */

/** Minutes that are kept. */
const SLOTS = 60
const SLOT_MS = 60_000

const BUCKETS_PER_OCTAVE = 8
/** The first bucket ends here, at a thirty-second of a millisecond. */
const FIRST_OCTAVE = -5
/** The last one begins at 2^18 ms, more than the longest time limit that is usual. */
const BUCKETS = (18 - FIRST_OCTAVE) * BUCKETS_PER_OCTAVE + 1

/** How an answer counts. */
export interface Outcome {
  readonly durationMs: number
  /** Status of the answer; 499 for a client that left before its end. */
  readonly status: number
  readonly rows: number
  readonly bytes: number
}

/** Sums over some time. Sums of different processes can be added. */
export interface DurationSums {
  readonly requests: number
  /** Answers 400 to 498. */
  readonly clientErrors: number
  /** Answers 500 and more. */
  readonly serverErrors: number
  readonly rows: number
  readonly bytes: number
  /** Counts by bucket of duration. */
  readonly buckets: readonly number[]
}

interface Slot {
  minute: number
  clientErrors: number
  serverErrors: number
  rows: number
  bytes: number
  readonly buckets: Uint32Array
}

/** The last hour of one route. */
export class DurationHistory {
  readonly #slots: (Slot | undefined)[] = []

  /** Counts an answer that ended at this time. */
  add({ durationMs, status, rows, bytes }: Outcome, nowMs: number): void {
    const slot = this.#slotAt(Math.floor(nowMs / SLOT_MS))
    slot.buckets[toBucket(durationMs)]! += 1
    slot.rows += rows
    slot.bytes += bytes
    if (status >= 500) slot.serverErrors++
    else if (status >= 400 && status !== 499) slot.clientErrors++
  }

  /** Sums of the hour that ends now. */
  sums(nowMs: number): DurationSums {
    const minute = Math.floor(nowMs / SLOT_MS)
    const slots = this.#slots.filter(slot => slot !== undefined)
    const recent = slots.filter(slot => slot.minute > minute - SLOTS)
    return recent.reduce<DurationSums>((sum, slot) => addSums(sum, toSums(slot)), NO_SUMS)
  }

  #slotAt(minute: number): Slot {
    const slot = this.#slots[minute % SLOTS]
    if (slot?.minute === minute) return slot
    const buckets = slot?.buckets.fill(0) ?? new Uint32Array(BUCKETS)
    const fresh = { minute, clientErrors: 0, serverErrors: 0, rows: 0, bytes: 0, buckets }
    this.#slots[minute % SLOTS] = fresh
    return fresh
  }
}

/** Sums of nothing. */
export const NO_SUMS: DurationSums = {
  requests: 0,
  clientErrors: 0,
  serverErrors: 0,
  rows: 0,
  bytes: 0,
  buckets: [],
}

/** Both together. */
export function addSums(a: DurationSums, b: DurationSums): DurationSums {
  const length = Math.max(a.buckets.length, b.buckets.length)
  return {
    requests: a.requests + b.requests,
    clientErrors: a.clientErrors + b.clientErrors,
    serverErrors: a.serverErrors + b.serverErrors,
    rows: a.rows + b.rows,
    bytes: a.bytes + b.bytes,
    buckets: Array.from({ length }, (_, i) => (a.buckets[i] ?? 0) + (b.buckets[i] ?? 0)),
  }
}

/** Duration in ms that this share of the answers did not exceed; undefined when there are none. */
export function percentileMs(
  { requests, buckets }: DurationSums,
  share: number,
): number | undefined {
  let left = Math.ceil(requests * share)
  if (left === 0) return undefined
  const bucket = buckets.findIndex(count => {
    left -= count
    return left <= 0
  })
  return 2 ** (FIRST_OCTAVE + (bucket - 0.5) / BUCKETS_PER_OCTAVE)
}

function toBucket(durationMs: number): number {
  const position = Math.ceil((Math.log2(durationMs) - FIRST_OCTAVE) * BUCKETS_PER_OCTAVE)
  return position > 0 ? Math.min(position, BUCKETS - 1) : 0
}

function toSums({ clientErrors, serverErrors, rows, bytes, buckets }: Slot): DurationSums {
  const requests = buckets.reduce((sum, count) => sum + count, 0)
  return { requests, clientErrors, serverErrors, rows, bytes, buckets: [...buckets] }
}
