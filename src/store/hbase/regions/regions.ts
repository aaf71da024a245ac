/**
 * Where the regions of tables are: read from the catalog when needed, remembered until a server
 * says otherwise. A table is read as a whole at first, then region by region as they move.
 * Everybody who misses the same thing waits for the same read.
 */

import { type Clock, type Deadline, waitShared } from '../connection/clock.js'
import type { Connection } from '../connection/connection.js'
import type { Servers } from '../connection/servers.js'
import type { Registry } from '../discovery/registry.js'
import type { CellBatch } from '../protocol/cell-block.js'
import type { ServerName } from '../protocol/messages.js'
import type { Column, ScanRange } from '../protocol/scan-messages.js'
import { RegionScanner } from '../reads/region-scanner.js'
import { RowAssembly } from '../reads/row-assembly.js'
import { RegionGapFailure, TableFailure, TimeoutFailure } from '../retries/failures.js'
import type { Reaction } from '../retries/reaction.js'
import {
  decodeRegions,
  decodeTableState,
  INFO_FAMILY,
  META_REGION_NAME,
  type Region,
  regionsBefore,
  regionsFrom,
  TABLE_FAMILY,
  type TableState,
  tableRange,
} from './catalog.js'
import { RegionCache } from './region-cache.js'

/** Regions read at once of a table not seen before; the others are found one by one. */
const MAX_REGIONS_AT_ONCE = 20_000
/** Regions read on the way when one is looked up: split parents among them are skipped. */
const REGIONS_PER_LOOKUP = 10
/** Reads for neighbouring rows waited for until a row is said to be in no region. */
const MAX_READS = 10
/** Catalog rows are small; anything larger is not one. */
const MAX_CATALOG_ROW_BYTES = 16 * 1024 * 1024
const CATALOG_PAGE_BYTES = 2 * 1024 * 1024

/** What the directory works with. */
export interface RegionsOptions {
  readonly registry: Registry
  readonly servers: Servers
  readonly clock: Clock
  /** Most time one call about the catalog may take. */
  readonly callTimeoutMs: number
}

/** Which side of a row a region is wanted on: with it inside, or ending at or behind it. */
export type Side = 'at' | 'before'

/** The directory of the regions of one cluster; see the head of the file. */
export class Regions {
  readonly #options: RegionsOptions
  readonly #cache = new RegionCache()
  readonly #reads = new Map<string, Promise<void>>()
  #metaServer: Promise<ServerName> | undefined

  constructor(options: RegionsOptions) {
    this.#options = options
  }

  /**
   * The region that holds `row`, or with `before` the rows right before it (all the last rows of
   * the table when `row` is empty).
   *
   * @throws TableFailure when the table does not exist or is disabled, RegionGapFailure when no
   *   region holds the row now, what reading the catalog throws, TimeoutFailure, or the reason of
   *   the aborted signal
   */
  async locate(
    table: string,
    row: Uint8Array,
    want: { readonly side: Side; readonly deadline: Deadline },
  ): Promise<Region> {
    for (let read = 0, isSettled = false; read <= MAX_READS && !isSettled; read++) {
      const region = this.#find(table, row, want.side)
      if (region !== undefined) return region
      isSettled = await this.#waitForRead(table, row, want)
    }
    const region = this.#find(table, row, want.side)
    if (region !== undefined) return region
    throw new RegionGapFailure(`no region of the table "${table}" holds the row at the moment`)
  }

  /** Acts on a failure of a call to `region`. */
  forgetAfter(region: Region, reaction: Reaction): void {
    if (reaction === 'relocate') this.#cache.forget(region)
    if (reaction === 'reconnect') this.#cache.forgetServer(region.server)
  }

  /** Forgets a table that was created, dropped or changed here. */
  forgetTable(table: string): void {
    this.#cache.forgetTable(table)
  }

  #find(table: string, row: Uint8Array, side: Side): Region | undefined {
    return side === 'at' ? this.#cache.find(table, row) : this.#cache.findBefore(table, row)
  }

  /** Waits for a read that may find the row; true when it was just for this row. */
  async #waitForRead(
    table: string,
    row: Uint8Array,
    want: { readonly side: Side; readonly deadline: Deadline },
  ): Promise<boolean> {
    const { side, deadline } = want
    const isKnown = this.#cache.hasTable(table)
    const key = isKnown ? this.#holeKey(table, row, side) : table
    const isShared = this.#reads.has(key)
    const read = this.#share(key, () =>
      isKnown ? this.#lookUp(table, row, side) : this.#load(table),
    )
    await waitShared(this.#options.clock, read, {
      deadline,
      onLate: () => new TimeoutFailure(`no time left to find a region of the table "${table}"`),
    })
    return isKnown && !isShared
  }

  #holeKey(table: string, row: Uint8Array, side: Side): string {
    const start = this.#cache.startBelow(table, row)?.toString('latin1') ?? ''
    return `${table} ${side} ${start}`
  }

  /** Starts `read` unless the same is being read already. */
  #share(key: string, read: () => Promise<void>): Promise<void> {
    const running = this.#reads.get(key)
    if (running !== undefined) return running
    const started = read().finally(() => this.#reads.delete(key))
    // Those who wait see the failure; when all have left, nobody needs to.
    started.catch(() => undefined)
    this.#reads.set(key, started)
    return started
  }

  /** Reads all regions of a table. */
  async #load(table: string): Promise<void> {
    const columns = [{ family: INFO_FAMILY }, { family: TABLE_FAMILY }]
    const batches = await this.#readCatalog(tableRange(table), columns, MAX_REGIONS_AT_ONCE)
    const states = batches.map(decodeTableState).filter(state => state !== undefined)
    const regions = batches.flatMap(batch => decodeRegions(batch, table))
    checkState(table, states[0], regions.length > 0)
    this.#cache.add(table, regions)
  }

  /** Reads one region and some before it, and whether the table is still enabled. */
  async #lookUp(table: string, row: Uint8Array, side: Side): Promise<void> {
    const range = side === 'at' ? regionsFrom(table, row) : regionsBefore(table, row)
    const stateRange = { ...tableRange(table), stopRow: Buffer.from(table), includeStopRow: true }
    const [batches, stateBatches] = await Promise.all([
      this.#readCatalog(range, [{ family: INFO_FAMILY }], REGIONS_PER_LOOKUP),
      this.#readCatalog(stateRange, [{ family: TABLE_FAMILY }], 1),
    ])
    const regions = batches.flatMap(batch => decodeRegions(batch, table))
    const states = stateBatches.map(decodeTableState).filter(state => state !== undefined)
    checkState(table, states[0], regions.length > 0)
    this.#cache.add(table, regions)
  }

  async #readCatalog(
    range: ScanRange,
    columns: readonly Column[],
    maxRows: number,
  ): Promise<CellBatch[]> {
    const connection = await this.#metaConnection()
    const scanner = new RegionScanner({
      connection,
      regionName: META_REGION_NAME,
      selection: { columns },
      range,
      readType: 'pread',
      isUrgent: true,
    })
    try {
      return await this.#readAll(scanner, maxRows)
    } catch (failure) {
      // Whatever it was, the catalog may have moved; where it is costs one read.
      this.#metaServer = undefined
      throw failure
    } finally {
      scanner.close()
    }
  }

  async #readAll(scanner: RegionScanner, maxRows: number): Promise<CellBatch[]> {
    const assembly = new RowAssembly(MAX_CATALOG_ROW_BYTES)
    const batches: CellBatch[] = []
    const { callTimeoutMs, clock } = this.#options
    const deadlineMs = clock.nowMs() + callTimeoutMs
    for (let rows = 0; rows < maxRows; ) {
      const timeoutMs = deadlineMs - clock.nowMs()
      if (timeoutMs <= 0) throw new TimeoutFailure('reading the catalog takes too long')
      const budget = { rows: maxRows - rows, bytes: CATALOG_PAGE_BYTES }
      const page = await scanner.advance({ budget, timeoutMs })
      const complete = assembly.push(page)
      const isOver = !page.hasMoreInRegion || !page.hasMoreResults
      if (isOver) complete.push(...assembly.flush())
      batches.push(...complete)
      rows += complete.reduce((sum, batch) => sum + batch.rowCount, 0)
      if (isOver) break
    }
    return batches
  }

  async #metaConnection(): Promise<Connection> {
    const { registry, clock, callTimeoutMs, servers } = this.#options
    this.#metaServer ??= registry.metaServer({ atMs: clock.nowMs() + callTimeoutMs })
    try {
      return servers.connectionTo(await this.#metaServer, 'ClientService')
    } catch (failure) {
      this.#metaServer = undefined
      throw failure
    }
  }
}

function checkState(table: string, state: TableState | undefined, hasRegions: boolean): void {
  if (state === undefined && !hasRegions) {
    throw new TableFailure(`the table "${table}" does not exist`)
  }
  if (state === 'disabled' || state === 'disabling') {
    throw new TableFailure(`the table "${table}" is ${state}`)
  }
}
