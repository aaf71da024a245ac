/** Scanners of a scripted region: rows in order, cut into pages anywhere. For tests only. */
import { encodeReference } from './reference-messages.js'
import type { ScriptedAnswer } from './scripted-server.js'

/** A row as a scripted region holds it: its key and its encoded cells. */
export interface ScriptedRow {
  readonly key: Buffer
  readonly cells: readonly Buffer[]
}

/** What the tests read of a `ScanRequest`. */
export interface ScanRequestFields {
  readonly region?: { readonly value: Buffer }
  readonly scan?: {
    readonly column: readonly { readonly family: Buffer; readonly qualifier: readonly Buffer[] }[]
    readonly start_row: Buffer
    readonly stop_row: Buffer
    readonly reversed?: boolean
    readonly include_start_row?: boolean
    readonly include_stop_row?: boolean
  }
  readonly scanner_id?: string
  readonly close_scanner?: boolean
  readonly next_call_seq?: string
  readonly limit_of_rows?: number
}

/** Order of keys: that of bytes, or that of the catalog. */
export type KeyOrder = (a: Uint8Array, b: Uint8Array) => number

/** Rows that a scan of these rows (in ascending order) gives, in its order. */
export function selectRows(
  rows: readonly ScriptedRow[],
  scan: NonNullable<ScanRequestFields['scan']>,
  compare: KeyOrder,
): ScriptedRow[] {
  const sign = scan.reversed ? -1 : 1
  const { start_row: start, stop_row: stop } = scan
  return (scan.reversed ? [...rows].reverse() : rows).filter(({ key }) => {
    const fromStart = start.length === 0 ? 1 : compare(key, start) * sign
    const toStop = stop.length === 0 ? 1 : compare(stop, key) * sign
    const isStarted = fromStart > 0 || (fromStart === 0 && scan.include_start_row !== false)
    return isStarted && (toStop > 0 || (toStop === 0 && scan.include_stop_row === true))
  })
}

interface ScannerState {
  readonly rows: readonly ScriptedRow[]
  row: number
  cell: number
  nextCallSeq: number
}

interface PageResult {
  readonly cells: Buffer[]
  readonly isPartial: boolean
}

/** The open scanners of a cluster. */
export class ScriptedScanners {
  readonly #open = new Map<string, ScannerState>()
  #lastId = 2n ** 63n
  /** Cells of one page; a page may end anywhere. */
  pageCells = Number.POSITIVE_INFINITY
  /** Pages that are empty heartbeats before the next page with cells. */
  heartbeats = 0
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

  /** Opens a scanner over rows and gives its first page. */
  open(rows: readonly ScriptedRow[], limit: number | undefined): ScriptedAnswer {
    const id = String(++this.#lastId)
    this.openedCount++
    this.#open.set(id, { rows, row: 0, cell: 0, nextCallSeq: 0 })
    return this.#page(id, limit)
  }

  /** Gives the next page, if the call is the expected one. */
  next(request: ScanRequestFields): ScriptedAnswer {
    const id = request.scanner_id ?? ''
    const state = this.#open.get(id)
    if (state === undefined) return scannerException('UnknownScannerException')
    if (Number(request.next_call_seq) !== state.nextCallSeq) {
      return scannerException('exceptions.OutOfOrderScannerNextException')
    }
    state.nextCallSeq++
    return this.#page(id, request.limit_of_rows)
  }

  /** Closes a scanner, known or not. */
  close(id: string): ScriptedAnswer {
    this.#open.delete(id)
    return { message: encodeReference('ScanResponse', { more_results: false }) }
  }

  #page(id: string, limit = Number.POSITIVE_INFINITY): ScriptedAnswer {
    const state = this.#open.get(id)!
    if (this.heartbeats > 0) {
      this.heartbeats--
      return scanAnswer(id, [], { more_results: true, heartbeat_message: true })
    }
    const results: PageResult[] = []
    let room = this.pageCells
    let wholeRows = 0
    while (room > 0 && wholeRows < limit && state.row < state.rows.length) {
      const all = state.rows[state.row]!.cells
      const cells = all.slice(state.cell, state.cell + room)
      state.cell += cells.length
      room -= cells.length
      const isPartial = state.cell < all.length
      results.push({ cells, isPartial })
      if (isPartial) break
      wholeRows++
      state.row++
      state.cell = 0
    }
    const isRegionOver = state.row >= state.rows.length
    const isOver = wholeRows >= limit
    if (isOver || isRegionOver) this.#open.delete(id)
    return scanAnswer(id, results, {
      more_results: !isOver,
      more_results_in_region: !isRegionOver,
    })
  }
}

function scanAnswer(
  id: string,
  results: readonly PageResult[],
  more: { more_results: boolean; more_results_in_region?: boolean; heartbeat_message?: boolean },
): ScriptedAnswer {
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

function scannerException(name: string): ScriptedAnswer {
  return { exception: { className: `org.apache.hadoop.hbase.${name}`, doNotRetry: true } }
}
