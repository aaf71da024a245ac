/** Scanners of scripted regions: rows in order, cut into pages anywhere. For tests only. */
import { encodeReference } from './reference-messages.js'
import type { ScriptedException } from './scripted-frames.js'
import type { ScanFields } from './scripted-reads.js'
import type { ScriptedResult } from './scripted-server.js'
import type { ScriptedRow } from './scripted-table.js'

/** What is read of a `ScanRequest`. */
export interface ScanRequestFields extends ScanPace {
  readonly region?: { readonly value: Buffer }
  readonly scan?: ScanFields
  readonly scanner_id?: string
  readonly close_scanner?: boolean
  readonly next_call_seq?: string
}

/** Most rows of one answer. */
export interface ScanPace {
  readonly limit_of_rows?: number
  readonly number_of_rows?: number
}

/** How a scanner behaves as long as it is open. */
export interface ScannerOptions {
  readonly regionName?: string
  /** Bytes of cells after which an answer ends; unlimited when undefined. */
  readonly maxBytes?: number
  /** True when answers end between rows only. */
  readonly isWholeRows?: boolean
  /** What to answer instead when the region is not here any more. */
  readonly goneWith?: () => ScriptedException | undefined
}

interface ScannerState extends ScannerOptions {
  readonly rows: readonly ScriptedRow[]
  row: number
  cell: number
  nextCallSeq: number
}

interface PageResult {
  readonly cells: Buffer[]
  readonly isPartial: boolean
}

const PACKAGE = 'org.apache.hadoop.hbase.'

/** The open scanners of a cluster. */
export class ScriptedScanners {
  readonly #open = new Map<string, ScannerState>()
  #lastId = 2n ** 63n
  /** Cells of one page; a page may end anywhere. */
  pageCells = Number.POSITIVE_INFINITY
  /** Pages that are empty heartbeats before the next page with cells. */
  heartbeats = 0
  /** Marks the last row of a full page as one that may go on, though it is over. */
  doubtsRows = false
  /** Scanners opened so far. */
  openedCount = 0

  /** Scanners that are open on the servers. */
  get openCount(): number {
    return this.#open.size
  }

  /** Loses all scanners, as when their leases have run out. */
  loseAll(): void {
    this.#open.clear()
  }

  /** Name of the region that a scanner is in; undefined when it is not open. */
  regionOf(id: string): string | undefined {
    return this.#open.get(id)?.regionName
  }

  /** Loses a scanner. */
  lose(id: string): void {
    this.#open.delete(id)
  }

  /** Opens a scanner over rows and gives its first page. */
  open(
    rows: readonly ScriptedRow[],
    pace: ScanPace = {},
    options: ScannerOptions = {},
  ): ScriptedResult {
    const id = String(++this.#lastId)
    this.openedCount++
    this.#open.set(id, { ...options, rows, row: 0, cell: 0, nextCallSeq: 0 })
    return this.#page(id, pace)
  }

  /** Gives the next page, if the call is the expected one. */
  next(request: ScanRequestFields): ScriptedResult {
    const id = request.scanner_id ?? ''
    const state = this.#open.get(id)
    if (state === undefined) return scannerException('UnknownScannerException')
    if (Number(request.next_call_seq) !== state.nextCallSeq) {
      return scannerException('exceptions.OutOfOrderScannerNextException')
    }
    const gone = state.goneWith?.()
    if (gone !== undefined) {
      this.#open.delete(id)
      return { exception: gone }
    }
    state.nextCallSeq++
    return this.#page(id, request)
  }

  /** Closes a scanner, known or not. */
  close(id: string): ScriptedResult {
    this.#open.delete(id)
    return { message: encodeReference('ScanResponse', { more_results: false }) }
  }

  #page(id: string, pace: ScanPace): ScriptedResult {
    const state = this.#open.get(id)!
    if (this.heartbeats > 0) {
      this.heartbeats--
      return scanAnswer(id, [], { more_results: true, heartbeat_message: true })
    }
    const { limit_of_rows: limit = Number.POSITIVE_INFINITY } = pace
    const most = Math.min(limit, pace.number_of_rows ?? Number.POSITIVE_INFINITY)
    const results: PageResult[] = []
    const room = { cells: this.pageCells, bytes: state.maxBytes ?? Number.POSITIVE_INFINITY }
    let wholeRows = 0
    while (!isFull(room) && wholeRows < most && state.row < state.rows.length) {
      const result = this.#takeRow(state, room)
      results.push(result)
      if (!result.isPartial) wholeRows++
    }
    const isRegionOver = state.row >= state.rows.length
    const isOver = wholeRows >= limit
    if (isOver || isRegionOver) this.#open.delete(id)
    return scanAnswer(id, results, {
      more_results: !isOver,
      more_results_in_region: !isRegionOver,
    })
  }

  /** Takes what there is room for of the row at hand, and moves on behind it. */
  #takeRow(state: ScannerState, room: { cells: number; bytes: number }): PageResult {
    const all = state.rows[state.row]!.cells
    const cells: Buffer[] = []
    while (state.cell < all.length && (state.isWholeRows || !isFull(room))) {
      const cell = all[state.cell++]!
      cells.push(cell)
      room.cells--
      room.bytes -= cell.length
    }
    if (state.cell < all.length) return { cells, isPartial: true }
    state.row++
    state.cell = 0
    return { cells, isPartial: this.doubtsRows && !state.isWholeRows && isFull(room) }
  }
}

function isFull({ cells, bytes }: { readonly cells: number; readonly bytes: number }): boolean {
  return cells <= 0 || bytes <= 0
}

function scanAnswer(
  id: string,
  results: readonly PageResult[],
  more: { more_results: boolean; more_results_in_region?: boolean; heartbeat_message?: boolean },
): ScriptedResult {
  return {
    message: encodeReference('ScanResponse', {
      cells_per_result: results.map(result => result.cells.length),
      partial_flag_per_result: results.map(result => result.isPartial),
      scanner_id: id,
      more_results_in_region: true,
      ttl: 60_000,
      ...more,
    }),
    cellBlock: Buffer.concat(results.flatMap(result => result.cells)),
  }
}

/** The exceptions about scanners, which are marked "do not retry" though another one helps. */
export function scannerException(name: string): ScriptedResult {
  return { exception: { className: PACKAGE + name, doNotRetry: true } }
}
