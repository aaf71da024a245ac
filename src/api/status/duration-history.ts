/**
 * Durations of the last hour, as one histogram for each five minutes in a ring: bounded memory, a
 * few nanoseconds to add to. Buckets grow by an eighth of a power of two, so a percentile is exact
 * to 4.5 percent. Times are of the clock of the machine, so that processes count in the same slots.
 */

/** Slots that are kept: the present one and those before it, 55 to 60 minutes together. */
const SLOTS = 12
const SLOT_MS = 300_000

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

/** Sums of one slot of time. */
export interface SlotSums {
  /** Number of the slot; those of all processes agree. */
  readonly slot: number
  readonly sums: DurationSums
}

interface Slot {
  number: number
  clientErrors: number
  serverErrors: number
  rows: number
  bytes: number
  readonly buckets: Uint32Array
}

/** The last hour of one route. */
export class DurationHistory {
  readonly #slots: (Slot | undefined)[] = []

  /** Counts an answer that ended at this time, in ms since 1970. */
  add({ durationMs, status, rows, bytes }: Outcome, nowMs: number): void {
    const slot = this.#slotAt(toSlot(nowMs))
    slot.buckets[toBucket(durationMs)]! += 1
    slot.rows += rows
    slot.bytes += bytes
    if (status >= 500) slot.serverErrors++
    else if (status >= 400 && status !== 499) slot.clientErrors++
  }

  /** Sums by slot of the hour that ends now, of slots that have any. */
  slots(nowMs: number): SlotSums[] {
    const all = this.#slots.filter(slot => slot !== undefined)
    return recentSlots(
      all.map(slot => ({ slot: slot.number, sums: toSums(slot) })),
      nowMs,
    )
  }

  #slotAt(number: number): Slot {
    const slot = this.#slots[number % SLOTS]
    if (slot?.number === number) return slot
    const buckets = slot?.buckets.fill(0) ?? new Uint32Array(BUCKETS)
    const fresh = { number, clientErrors: 0, serverErrors: 0, rows: 0, bytes: 0, buckets }
    this.#slots[number % SLOTS] = fresh
    return fresh
  }
}

/** Those of the hour that ends now. */
export function recentSlots(slots: readonly SlotSums[], nowMs: number): SlotSums[] {
  const first = toSlot(nowMs) - SLOTS + 1
  return slots.filter(({ slot }) => slot >= first)
}

/** Both together, slot by slot. */
export function addSlots(a: readonly SlotSums[], b: readonly SlotSums[]): SlotSums[] {
  const sums = new Map(a.map(({ slot, sums }) => [slot, sums]))
  for (const { slot, sums: more } of b) sums.set(slot, addSums(sums.get(slot) ?? NO_SUMS, more))
  return [...sums].map(([slot, sums]) => ({ slot, sums }))
}

/** All slots together. */
export function sumSlots(slots: readonly SlotSums[]): DurationSums {
  return slots.map(({ sums }) => sums).reduce(addSums, NO_SUMS)
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

function toSlot(nowMs: number): number {
  return Math.floor(nowMs / SLOT_MS)
}

function toBucket(durationMs: number): number {
  const position = Math.ceil((Math.log2(durationMs) - FIRST_OCTAVE) * BUCKETS_PER_OCTAVE)
  return position > 0 ? Math.min(position, BUCKETS - 1) : 0
}

function toSums({ clientErrors, serverErrors, rows, bytes, buckets }: Slot): DurationSums {
  const requests = buckets.reduce((sum, count) => sum + count, 0)
  const used = buckets.findLastIndex(count => count > 0) + 1
  return { requests, clientErrors, serverErrors, rows, bytes, buckets: [...buckets.slice(0, used)] }
}
