/**
 * Carries out a plan for reading stamps: a few pieces at a time, each read and decoded once, the
 * stamps handed out in the order of the alerts. Where a window turns out not to have the stamp that
 * was noted down, its page is read.
 */
import { setMaxListeners } from 'node:events'
import type { CallOptions } from '../../datalake/datalake.js'
import { NotFoundError } from '../../errors.js'
import { toOwnBytes } from '../own-bytes.js'
import { type ByteRange, readRange } from './byte-ranges.js'
import { toFileError } from './file-error.js'
import { readStampPage } from './page-reader.js'
import type { ParquetLake } from './parquet-file.js'
import type { StampPage } from './stamp-hint.js'
import type { PlannedPiece, StampPlan } from './stamp-plan.js'
import { decodeStampWindow, type StampWindow } from './stamp-window.js'

/** Pieces that are read before the alert that needs them is asked for. */
const PIECES_AHEAD = 8
/** Why reads under way are ended when no more stamps are wanted; one for all, as it is never seen. */
const DONE = new Error('No more stamps are wanted')

/**
 * The stamps of an alert as stored, in the order in which they were planned, null where the file
 * has none; or why the alert was not found.
 */
export type AlertStamps = readonly (Uint8Array | null)[] | NotFoundError

/**
 * The stamps of each alert of a plan, in order. Leaving the loop ends what is under way.
 *
 * @throws DatalakeError when a file cannot be read
 */
export async function* readStamps(
  source: ParquetLake,
  plan: StampPlan,
  { signal }: CallOptions = {},
): AsyncGenerator<AlertStamps> {
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  // Every read under way listens to it, more than Node takes for granted.
  setMaxListeners(0, either)
  const work = new PlanWork(source, plan, either)
  try {
    for (const [alert, pieces] of plan.alerts.entries()) {
      yield pieces instanceof NotFoundError ? pieces : await work.stampsOf(alert, pieces)
    }
  } finally {
    stop.abort(DONE)
  }
}

/** The pieces of a plan on their way. */
class PlanWork {
  readonly #source: ParquetLake
  readonly #plan: StampPlan
  readonly #signal: AbortSignal
  /** Number of pieces that still need each read. */
  readonly #users: number[]
  readonly #reads = new Map<number, Promise<Uint8Array>>()
  /** Started pieces, in the order of the plan. */
  readonly #pieces: Promise<void>[] = []
  /** Stamps by number of the alert, until they are handed out. */
  readonly #stamps = new Map<number, (Uint8Array | null)[]>()

  constructor(source: ParquetLake, plan: StampPlan, signal: AbortSignal) {
    this.#source = source
    this.#plan = plan
    this.#signal = signal
    this.#users = plan.reads.map(() => 0)
    for (const piece of plan.pieces) for (const read of readsOf(piece)) this.#users[read]!++
  }

  async stampsOf(alert: number, pieces: readonly number[]): Promise<(Uint8Array | null)[]> {
    this.#startUpTo(Math.max(-1, ...pieces) + PIECES_AHEAD)
    await Promise.all(pieces.map(piece => this.#pieces[piece]))
    const stamps = this.#stamps.get(alert) ?? []
    this.#stamps.delete(alert)
    return stamps
  }

  #startUpTo(last: number): void {
    const { pieces } = this.#plan
    while (this.#pieces.length < pieces.length && this.#pieces.length <= last) {
      const work = this.#extract(pieces[this.#pieces.length]!)
      // Told when the piece is waited for: later, or never when another one failed before.
      work.catch(() => undefined)
      this.#pieces.push(work)
    }
  }

  /** Reads and decodes a piece and keeps the stamps wanted by themselves, so that the piece can go. */
  async #extract(planned: PlannedPiece): Promise<void> {
    const { file, location, stamps } = planned
    try {
      const { window } = location
      const stampAt =
        (window && (await this.#openWindow(planned, window))) ?? (await this.#openPage(planned))
      for (const { row, alert, stamp } of stamps) {
        const kept = this.#stamps.get(alert) ?? []
        kept[stamp] = stampAt(row)
        this.#stamps.set(alert, kept)
      }
    } catch (cause) {
      this.#signal.throwIfAborted()
      throw toFileError(file, `the page at ${location.offset}`, cause)
    } finally {
      for (const read of readsOf(planned)) this.#release(read)
    }
  }

  /** The stamp of a window, whatever the row; undefined when it has not the one noted down. */
  async #openWindow({ read }: PlannedPiece, window: StampWindow): Promise<StampOfRow | undefined> {
    const stamp = decodeStampWindow(await this.#bytes(read, window), window)
    this.#signal.throwIfAborted()
    return stamp && (() => toOwnBytes(stamp))
  }

  async #openPage(planned: PlannedPiece): Promise<StampOfRow> {
    const { file, location, read, dictionaryRead } = planned
    const { lake, decompressors } = this.#source
    const signal = this.#signal
    const isUnplanned = location.window !== undefined
    const bytes = (range: ByteRange): Promise<Uint8Array> => {
      if (isUnplanned) return readRange(lake, file, range, { signal })
      return this.#bytes(range === location.dictionary ? (dictionaryRead ?? read) : read, range)
    }
    const page: StampPage = location
    const { values } = await readStampPage(page, bytes, decompressors)
    return row => {
      const value = values.at(row - page.firstRow)
      return value instanceof Uint8Array ? toOwnBytes(value) : null
    }
  }

  async #bytes(number: number, { offset, length }: ByteRange): Promise<Uint8Array> {
    const { file, start, end } = this.#plan.reads[number]!
    const known = this.#reads.get(number)
    const range = { offset: start, length: end - start }
    const bytes = known ?? readRange(this.#source.lake, file, range, { signal: this.#signal })
    this.#reads.set(number, bytes)
    return (await bytes).subarray(offset - start, offset - start + length)
  }

  #release(number: number): void {
    this.#users[number]!--
    if (this.#users[number] === 0) this.#reads.delete(number)
  }
}

/** A stamp of a row of the file, with hardly any memory beside it. */
type StampOfRow = (row: number) => Uint8Array | null

function readsOf({ read, dictionaryRead }: PlannedPiece): number[] {
  return dictionaryRead === undefined || dictionaryRead === read ? [read] : [read, dictionaryRead]
}
