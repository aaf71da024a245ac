/**
 * Carries out a plan for reading stamps: a few pages at a time, each read and decoded once, the
 * stamps handed out in the order of the alerts.
 */
import { setMaxListeners } from 'node:events'
import type { CallOptions } from '../../datalake/datalake.js'
import { NotFoundError } from '../../errors.js'
import { decodeDictionary, decodePage, decodePageFacts, type PageValues } from './parquet-page.js'
import type { ByteRange, ParquetLake } from './parquet-pages.js'
import { toFileError } from './stamp-files.js'
import type { PlannedPage, StampPlan } from './stamp-plan.js'

/** Pages that are read before the alert that needs them is asked for. */
const PAGES_AHEAD = 8

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
    for (const [alert, pages] of plan.alerts.entries()) {
      yield pages instanceof NotFoundError ? pages : await work.stampsOf(alert, pages)
    }
  } finally {
    stop.abort()
  }
}

/** The pages of a plan on their way. */
class PlanWork {
  readonly #source: ParquetLake
  readonly #plan: StampPlan
  readonly #signal: AbortSignal
  /** Number of pages that still need each read. */
  readonly #users: number[]
  readonly #reads = new Map<number, Promise<Uint8Array>>()
  /** Started pages, in the order of the plan. */
  readonly #pages: Promise<void>[] = []
  /** Stamps by number of the alert, until they are handed out. */
  readonly #stamps = new Map<number, (Uint8Array | null)[]>()

  constructor(source: ParquetLake, plan: StampPlan, signal: AbortSignal) {
    this.#source = source
    this.#plan = plan
    this.#signal = signal
    this.#users = plan.reads.map(() => 0)
    for (const page of plan.pages) for (const read of readsOf(page)) this.#users[read]!++
  }

  async stampsOf(alert: number, pages: readonly number[]): Promise<(Uint8Array | null)[]> {
    this.#startUpTo(Math.max(-1, ...pages) + PAGES_AHEAD)
    await Promise.all(pages.map(page => this.#pages[page]))
    const stamps = this.#stamps.get(alert) ?? []
    this.#stamps.delete(alert)
    return stamps
  }

  #startUpTo(last: number): void {
    const { pages } = this.#plan
    while (this.#pages.length < pages.length && this.#pages.length <= last) {
      const work = this.#extract(pages[this.#pages.length]!)
      // Told when the page is waited for: later, or never when another one failed before.
      work.catch(() => undefined)
      this.#pages.push(work)
    }
  }

  /** Reads and decodes a page and keeps copies of the stamps wanted, so that the page can go. */
  async #extract(planned: PlannedPage): Promise<void> {
    const { file, page, stamps } = planned
    try {
      const values = await this.#decode(planned)
      for (const { row, alert, stamp } of stamps) {
        const value = values.at(row - page.firstRow)
        const kept = this.#stamps.get(alert) ?? []
        kept[stamp] = value instanceof Uint8Array ? new Uint8Array(value) : null
        this.#stamps.set(alert, kept)
      }
    } catch (cause) {
      this.#signal.throwIfAborted()
      throw toFileError(file, `the page at ${page.offset}`, cause)
    } finally {
      for (const read of readsOf(planned)) this.#release(read)
    }
  }

  async #decode({ page, read, dictionaryRead }: PlannedPage): Promise<PageValues> {
    const format = { type: 'BYTE_ARRAY', ...page } as const
    const tools = { decompressors: this.#source.decompressors }
    const bytes = await this.#bytes(read, page)
    const { dictionary } = page
    const isPlain = dictionary === undefined || !decodePageFacts(bytes).needsDictionary
    if (isPlain || dictionaryRead === undefined) return decodePage(bytes, format, tools)
    const dictionaryPage = await this.#bytes(dictionaryRead, dictionary)
    const entries = decodeDictionary(dictionaryPage, format, tools)
    return decodePage(bytes, format, { ...tools, dictionary: entries })
  }

  async #bytes(number: number, { offset, length }: ByteRange): Promise<Uint8Array> {
    const { file, start, end } = this.#plan.reads[number]!
    const known = this.#reads.get(number)
    const bytes = known ?? this.#source.lake.read(file, start, end, { signal: this.#signal })
    this.#reads.set(number, bytes)
    return (await bytes).subarray(offset - start, offset - start + length)
  }

  #release(number: number): void {
    this.#users[number]!--
    if (this.#users[number] === 0) this.#reads.delete(number)
  }
}

function readsOf({ read, dictionaryRead }: PlannedPage): number[] {
  return dictionaryRead === undefined || dictionaryRead === read ? [read] : [read, dictionaryRead]
}
