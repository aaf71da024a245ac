/**
 * A scanner inside one region: opened with the first call, advanced page by page, and closed on
 * the server however it ends here. Where to go when the region is over or the scanner is lost is
 * decided by `table-scan.ts`.
 */
import type { Answer } from '../connection/call-queue.js'
import type { Connection } from '../connection/connection.js'
import type { FrameMemory } from '../connection/frame-memory.js'
import { type Cells, decodeCells } from '../protocol/cell-block.js'
import {
  decodeScanAnswer,
  encodeCloseScanner,
  encodeNext,
  encodeOpenScanner,
  type ReadSelection,
  type ReadType,
  type ScanAnswer,
  type ScanBudget,
  type ScanRange,
} from '../protocol/scan-messages.js'
import { OverloadFailure, RemoteFailure } from '../retries/failures.js'

/** Calls about the catalog and to close scanners overtake others on the server. */
const HIGH_PRIORITY = 200
/** How long closing a scanner may take; after that its lease ends it. */
const CLOSE_TIMEOUT_MS = 10_000

/** What a server says about a scanner that it has given up: there is nothing to close. */
const UNKNOWN_SCANNER = 'UnknownScannerException'

/** What one call to a region scanner gave. */
export interface ScanPage {
  readonly cells: Cells
  /** Cells of each result; results follow each other in `cells`. */
  readonly cellsPerResult: readonly number[]
  /** Whether each result may be followed by more cells of its row. */
  readonly partialFlags: readonly boolean[]
  /** False when the whole scan is over. */
  readonly hasMoreResults: boolean
  /** False when the region is over. */
  readonly hasMoreInRegion: boolean
}

/** Gives the memory of a page back; neither it nor what was made of it may be read any more. */
export function releasePage({ cells }: ScanPage, memory: FrameMemory): void {
  memory.give(cells.block)
  memory.give(cells.rowOffset)
}

/** What stays the same over all calls to a region scanner. */
export interface RegionScannerOptions {
  readonly connection: Connection
  readonly regionName: Uint8Array
  readonly selection: ReadSelection
  readonly range: ScanRange
  readonly readType: ReadType
  /** True for scans of the catalog. */
  readonly isUrgent?: boolean
}

/** How much one call may give and how long it may take. */
export interface PageRequest {
  readonly budget: ScanBudget
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the answer of a scanner call.
 *
 * @throws SyntaxError when the answer and its cells are not consistent
 */
export function toScanPage(
  answer: ScanAnswer,
  { cellBlock, memory }: { readonly cellBlock: Buffer; readonly memory: FrameMemory },
): ScanPage {
  const { cellsPerResult, partialFlags, hasMoreResults, hasMoreInRegion } = answer
  const cellCount = cellsPerResult.reduce((sum, count) => sum + count, 0)
  const cells = decodeCells(cellBlock, cellCount, bytes => memory.take(bytes))
  return { cells, cellsPerResult, partialFlags, hasMoreResults, hasMoreInRegion }
}

function isOver(answer: ScanAnswer): boolean {
  return !answer.hasMoreResults || !answer.hasMoreInRegion
}

/** One scanner on one server; not to be advanced again before the last call has ended. */
export class RegionScanner {
  readonly #options: RegionScannerOptions
  #scannerId: bigint | undefined
  #nextCallSeq = 0
  #isInFlight = false
  #isClosed = false

  constructor(options: RegionScannerOptions) {
    this.#options = options
  }

  /**
   * Opens the scanner, or asks it for more. A failure whose reaction is `retry` leaves it as it
   * was; after any other it must be closed.
   *
   * @throws what `Connection.call` throws, SyntaxError when the answer is malformed
   */
  async advance(page: PageRequest): Promise<ScanPage> {
    const { connection, isUrgent } = this.#options
    this.#isInFlight = true
    try {
      const answer = await connection.call({
        method: 'Scan',
        param: this.#encode(page.budget),
        priority: isUrgent ? HIGH_PRIORITY : undefined,
        timeoutMs: page.timeoutMs,
        signal: page.signal,
        onLateEnd: late => this.#endLate(late),
      })
      this.#isInFlight = false
      return this.#take(answer)
    } catch (failure) {
      this.#judge(failure)
      throw failure
    } finally {
      if (this.#isClosed && !this.#isInFlight) this.#closeOnServer()
    }
  }

  /**
   * Closes the scanner on the server, without waiting for it. A server refuses that while it works
   * on another call to the scanner, so a call in flight is let end first.
   */
  close(): void {
    this.#isClosed = true
    if (!this.#isInFlight) this.#closeOnServer()
  }

  #encode(budget: ScanBudget): Buffer {
    const { regionName, selection, range, readType } = this.#options
    if (this.#scannerId !== undefined) return encodeNext(this.#scannerId, this.#nextCallSeq, budget)
    return encodeOpenScanner(regionName, selection, { range, budget, readType })
  }

  #take(answer: Answer): ScanPage {
    const decoded = decodeScanAnswer(answer.message)
    if (this.#scannerId === undefined) this.#scannerId = decoded.scannerId
    else this.#nextCallSeq++
    if (isOver(decoded)) this.#scannerId = undefined
    // Opened again in its place, the scanner would begin anew.
    else if (this.#scannerId === undefined) {
      throw new SyntaxError('Cannot read a ScanResponse: expected the id of the open scanner')
    }
    const { memory } = this.#options.connection
    return toScanPage(decoded, { cellBlock: answer.cellBlock, memory })
  }

  #judge(failure: unknown): void {
    const isRemote = failure instanceof RemoteFailure
    if (isRemote && failure.className === UNKNOWN_SCANNER) this.#scannerId = undefined
    // After any other failure the call may still be worked on; see `#endLate`.
    if (isRemote || failure instanceof OverloadFailure) this.#isInFlight = false
  }

  /** A call that was given up has ended: the server may still hold the scanner. */
  #endLate(late: Answer | undefined): void {
    this.#isClosed = true
    this.#isInFlight = false
    try {
      if (late !== undefined) this.#take(late)
    } catch (failure) {
      // Nobody waits for this answer; what is known of the scanner is closed below.
      if (!(failure instanceof SyntaxError)) throw failure
    } finally {
      this.#closeOnServer()
    }
  }

  #closeOnServer(): void {
    const scannerId = this.#scannerId
    this.#scannerId = undefined
    if (scannerId === undefined || !this.#options.connection.isOpen) return
    const call = this.#options.connection.call({
      method: 'Scan',
      param: encodeCloseScanner(scannerId),
      priority: HIGH_PRIORITY,
      timeoutMs: CLOSE_TIMEOUT_MS,
    })
    // A scanner that cannot be closed ends with its lease; there is nobody to tell.
    call.catch(() => undefined)
  }
}
