/**
 * A scan over the regions of a table: where it stands, which region comes next, and how it goes
 * on behind the last whole row when a region moves, splits or loses the scanner.
 */

import { type ClientContext, timeForCall } from '../client-context.js'
import type { Deadline } from '../connection/clock.js'
import { type CellBatch, rowKey } from '../protocol/cell-block.js'
import type { ReadSelection, ReadType, ScanRange } from '../protocol/scan-messages.js'
import type { Region } from '../regions/catalog.js'
import { TimeoutFailure } from '../retries/failures.js'
import { type Reaction, toStoreError } from '../retries/reaction.js'
import { retry } from '../retries/retry.js'
import type { PageTurn } from './page-turns.js'
import { RegionScanner, releasePage, type ScanPage } from './region-scanner.js'
import { RowAssembly } from './row-assembly.js'

/** What to scan. */
export interface TableScanRequest {
  readonly table: string
  readonly range: ScanRange
  readonly selection: ReadSelection
  /** Most rows; unlimited when undefined. */
  readonly limit: number | undefined
  readonly readType: ReadType
  /** Most time to wait for each next batch. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

function isEmptyRange(range: ScanRange): boolean {
  const { startRow, stopRow, isReversed } = range
  if (stopRow.length === 0 || (isReversed && startRow.length === 0)) return false
  const order = Buffer.compare(startRow, stopRow) * (isReversed ? -1 : 1)
  return order > 0 || (order === 0 && !(range.includeStartRow && range.includeStopRow))
}

/** Where the walk goes on when a region is over; undefined when the table or the range is. */
export function rangeBehind(range: ScanRange, region: Region): ScanRange | undefined {
  const { startKey, endKey } = region.info
  const { stopRow, includeStopRow, isReversed } = range
  const next = isReversed ? startKey : endKey
  if (next.length === 0) return undefined
  const order = stopRow.length === 0 ? -1 : Buffer.compare(next, stopRow)
  if (isReversed) {
    // A stop row that begins this region was in it; there is nothing before it to be read.
    if (stopRow.length > 0 && order <= 0) return undefined
    return { ...range, startRow: next, includeStartRow: false }
  }
  if (order > 0 || (order === 0 && !includeStopRow)) return undefined
  return { ...range, startRow: next, includeStartRow: true }
}

/** The first `rows` rows of a batch. */
function takeRows(batch: CellBatch, rows: number): CellBatch {
  return rows >= batch.rowCount ? batch : { ...batch, rowCount: rows }
}

/** A page that is asked for before it is wanted, as soon as the scan has its turn. */
interface PageAhead {
  readonly turn: PageTurn
  readonly page: Promise<ScanPage>
}

/** One scan under way; see `scanTable` for the whole of it. */
export class TableScan {
  readonly #context: ClientContext
  readonly #request: TableScanRequest
  readonly #assembly: RowAssembly
  /** Rank among the scans that read ahead. */
  readonly #order: number
  /** What is still to be read; undefined when the scan is over. */
  #rest: ScanRange | undefined
  #remainingRows: number
  #region: Region | undefined
  #scanner: RegionScanner | undefined
  /** The next page, asked for while the caller is busy with the last one. */
  #ahead: PageAhead | undefined
  /** The page that the batches given last lie in. */
  #page: ScanPage | undefined

  constructor(context: ClientContext, request: TableScanRequest) {
    this.#context = context
    this.#request = request
    this.#assembly = new RowAssembly(context.maxRowBytes)
    this.#order = context.pageTurns.nextOrder()
    this.#remainingRows = request.limit ?? Number.POSITIVE_INFINITY
    this.#rest = request.range
    this.#endIfNothingLeft()
  }

  /** True when all rows were given. */
  get isOver(): boolean {
    return this.#rest === undefined
  }

  /**
   * The next rows: at least one unless the scan is over. Those given before must not be read any
   * more.
   *
   * @throws StoreError when they cannot be read in time or at all, or the reason of the signal
   */
  async nextBatches(): Promise<CellBatch[]> {
    const { signal, timeoutMs, table } = this.#request
    const { clock } = this.#context.retry
    this.releasePage()
    try {
      // Time in which other scans have their turn is not time that the servers take.
      await this.#ahead?.turn.granted
      const deadline: Deadline = { atMs: clock.nowMs() + timeoutMs, signal }
      for (;;) {
        const batches = await retry(this.#context.retry, deadline, {
          operation: () => this.#step(deadline),
          onFailure: (_, reaction) => this.#recover(reaction),
        })
        if (batches.length > 0 || this.isOver) return batches
        if (clock.nowMs() >= deadline.atMs) {
          throw new TimeoutFailure(`no further row was found within ${timeoutMs} ms`)
        }
      }
    } catch (failure) {
      signal?.throwIfAborted()
      throw toStoreError(`scan the table "${table}"`, failure)
    }
  }

  /** Gives the memory of the last rows back. */
  releasePage(): void {
    if (this.#page !== undefined) releasePage(this.#page, this.#context.servers.memory)
    this.#page = undefined
  }

  /** Leaves nothing open on the servers. */
  close(): void {
    this.#rest = undefined
    this.#leaveScanner()
  }

  async #step(deadline: Deadline): Promise<CellBatch[]> {
    if (this.#rest === undefined) return []
    const page = await this.#nextPage(this.#rest, deadline)
    const batches = this.#assembly.push(page)
    this.releasePage()
    this.#page = page
    const isOver = !page.hasMoreResults
    const isRegionOver = isOver || !page.hasMoreInRegion
    if (isRegionOver) batches.push(...this.#assembly.flush())
    const given = this.#account(batches)
    if (isOver) this.#rest = undefined
    else if (isRegionOver) this.#leaveRegion()
    this.#endIfNothingLeft()
    if (this.#scanner !== undefined) this.#askAhead(this.#scanner)
    return given
  }

  async #nextPage(rest: ScanRange, deadline: Deadline): Promise<ScanPage> {
    const ahead = this.#ahead
    this.#ahead = undefined
    if (ahead !== undefined) return ahead.page
    this.#scanner ??= await this.#openScanner(rest, deadline)
    return this.#advance(this.#scanner, timeForCall(this.#context, deadline))
  }

  async #openScanner(range: ScanRange, deadline: Deadline): Promise<RegionScanner> {
    const { table, selection, readType } = this.#request
    const { regions, servers } = this.#context
    const { startRow, includeStartRow, isReversed } = range
    const isBefore = isReversed && (!includeStartRow || startRow.length === 0)
    const side = isBefore ? 'before' : 'at'
    const region = await regions.locate(table, startRow, { side, deadline })
    this.#region = region
    const connection = servers.connectionTo(region.server, 'ClientService')
    return new RegionScanner({ connection, regionName: region.name, selection, range, readType })
  }

  #advance(scanner: RegionScanner, timeoutMs: number): Promise<ScanPage> {
    const rows = Number.isFinite(this.#remainingRows) ? this.#remainingRows : undefined
    const budget = { rows, bytes: this.#context.pageBytes }
    return scanner.advance({ budget, timeoutMs, signal: this.#request.signal })
  }

  #askAhead(scanner: RegionScanner): void {
    const { callTimeoutMs, pageTurns } = this.#context
    const timeoutMs = Math.min(callTimeoutMs, this.#request.timeoutMs)
    const turn = pageTurns.take(this.#order, this.#request.signal)
    const page = turn.granted
      .then(() => {
        // Left between the turn and here; nobody sees this.
        if (this.#scanner !== scanner) throw new TimeoutFailure('the scan was left')
        return this.#advance(scanner, timeoutMs)
      })
      .finally(turn.leave)
    this.#ahead = { turn, page }
    // Seen when the page is wanted; not at all when the scan is left before.
    page.catch(() => undefined)
  }

  /** Counts the rows given, cuts those above the limit, and moves on behind them. */
  #account(batches: readonly CellBatch[]): CellBatch[] {
    const given: CellBatch[] = []
    for (const batch of batches) {
      const taken = takeRows(batch, this.#remainingRows)
      if (taken.rowCount === 0) break
      this.#remainingRows -= taken.rowCount
      given.push(taken)
      const lastRow = Buffer.from(rowKey(taken, taken.rowCount - 1))
      if (this.#rest) this.#rest = { ...this.#rest, startRow: lastRow, includeStartRow: false }
    }
    return given
  }

  #leaveRegion(): void {
    if (this.#rest && this.#region) this.#rest = rangeBehind(this.#rest, this.#region)
    this.#leaveScanner()
  }

  #leaveScanner(): void {
    this.#scanner?.close()
    this.#scanner = undefined
    this.#region = undefined
    this.#ahead?.turn.leave()
    this.#ahead = undefined
    this.#assembly.drop()
  }

  #endIfNothingLeft(): void {
    if (this.#rest === undefined || this.#remainingRows <= 0 || isEmptyRange(this.#rest)) {
      this.close()
    }
  }

  #recover(reaction: Reaction): void {
    // A busy server has not touched the scanner: the same call may be made again.
    if (reaction === 'retry') return
    if (this.#region) this.#context.regions.forgetAfter(this.#region, reaction)
    this.#leaveScanner()
  }
}

/**
 * Scans a table: yields batches of whole rows in key order (descending when reversed), each good
 * until the next is asked for. However the iteration ends, no scanner stays open.
 *
 * @throws StoreError when rows cannot be read in time or at all, or the reason of the signal
 */
export async function* scanTable(
  context: ClientContext,
  request: TableScanRequest,
): AsyncGenerator<CellBatch, void, undefined> {
  const scan = new TableScan(context, request)
  try {
    while (!scan.isOver) yield* await scan.nextBatches()
    scan.releasePage()
  } finally {
    scan.close()
  }
}
