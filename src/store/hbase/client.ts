/**
 * The HBase client: rows of tables are read, scanned and written over the native protocol, with
 * SIMPLE authentication and without a JVM. Rows come as offsets into the received bytes; what the
 * cells mean is the business of the store on top.
 */

import type { ClientContext, OperationOptions } from './client-context.js'
import { systemClock } from './connection/clock.js'
import { DEFAULT_CONNECTION_LIMITS } from './connection/connection.js'
import { FrameMemory } from './connection/frame-memory.js'
import { parseServerAddress, Servers } from './connection/servers.js'
import { type RegistryContext, rpcRegistry, zookeeperRegistry } from './discovery/registry.js'
import type { TableDescription } from './protocol/admin-messages.js'
import type { CellBatch } from './protocol/cell-block.js'
import type { NewCell } from './protocol/cell-writer.js'
import { type CompressionName, toCompression } from './protocol/compression.js'
import type { RowAction } from './protocol/mutation-messages.js'
import type { GetSelection, ReadSelection, ReadType } from './protocol/scan-messages.js'
import { PageTurns } from './reads/page-turns.js'
import { getRow } from './reads/row-get.js'
import { scanTable } from './reads/table-scan.js'
import { Regions } from './regions/regions.js'
import { type Reaction, toStoreError } from './retries/reaction.js'
import { createTable, describeTable, dropTable, type NewTable, tableNames } from './tables/admin.js'
import { type ActionResult, runActions } from './writes/multi.js'

/** How to find a cluster and how to treat it. */
export interface HBaseOptions {
  /** ZooKeeper servers as `host:port`. */
  readonly zookeeper?: readonly string[]
  /** Node under which HBase keeps its addresses in ZooKeeper; `/hbase` when undefined. */
  readonly parentNode?: string
  /** Masters or region servers as `host:port`, instead of ZooKeeper. */
  readonly bootstrap?: readonly string[]
  /** Name the client gives itself; matters only where access is controlled by it. */
  readonly user?: string
  /** Compression of cells on the wire; none when undefined. */
  readonly compression?: CompressionName
  /** Java class of the compression, when the servers have another than Hadoop's. */
  readonly compressionClass?: string
  /** Addresses for host names that do not resolve here. */
  readonly hostMap?: Readonly<Record<string, string>>
  /** Most time an operation may take, retries included; for a scan, to the next batch. */
  readonly timeoutMs?: number
  /** Most time one call may take before it is tried elsewhere. */
  readonly callTimeoutMs?: number
  /** Bytes of cells after which a server answers a scan. */
  readonly pageBytes?: number
  /** Largest row, in bytes of its cells. */
  readonly maxRowBytes?: number
  /** Told of each failure that is tried again, for logs and counters. */
  readonly onRetry?: (failure: unknown, reaction: Reaction) => void
}

const DEFAULTS = {
  parentNode: '/hbase',
  user: 'fink',
  timeoutMs: 30_000,
  callTimeoutMs: 10_000,
  // Most light curves fit into one; of a long one, some are read here while the server makes more.
  pageBytes: 1024 * 1024,
  maxRowBytes: 64 * 1024 * 1024,
} as const

/** Pages that are read ahead at a time, by all scans together. */
const PAGES_AHEAD = 8
const MAX_WAITING_SCANS = 20_000
const MAX_PAGE_WAIT_MS = 300_000

const RETRY_POLICY = { pauseMs: 50, maxPauseMs: 2_000 } as const
const REGISTRY_TIMEOUT_MS = 3_000
const EMPTY_ROW = Buffer.alloc(0)

/** Overrides of the limits of one operation. */
export interface CallLimits {
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Which rows and cells to scan. */
export interface ScanOptions extends ReadSelection, CallLimits {
  /** First row; the greater end when reversed; an open end when undefined. */
  readonly startRow?: Uint8Array
  /** True when undefined. */
  readonly includeStartRow?: boolean
  readonly stopRow?: Uint8Array
  /** False when undefined. */
  readonly includeStopRow?: boolean
  readonly isReversed?: boolean
  /** Most rows over the whole scan. */
  readonly limit?: number
  readonly readType?: ReadType
}

/** A row to be written. */
export interface NewRow {
  readonly row: Uint8Array
  readonly cells: readonly NewCell[]
}

function openContext(options: HBaseOptions): ClientContext {
  const clock = systemClock
  const random = Math.random
  const { compression, compressionClass } = options
  const servers = new Servers({
    clock,
    user: options.user ?? DEFAULTS.user,
    compression: compression && toCompression(compression, compressionClass),
    limits: DEFAULT_CONNECTION_LIMITS,
    memory: new FrameMemory(),
    hostMap: new Map(Object.entries(options.hostMap ?? {})),
  })
  const registry = toRegistry(options, servers, {
    clock,
    random,
    hostTimeoutMs: REGISTRY_TIMEOUT_MS,
  })
  const callTimeoutMs = options.callTimeoutMs ?? DEFAULTS.callTimeoutMs
  return {
    servers,
    registry,
    regions: new Regions({ registry, servers, clock, callTimeoutMs }),
    retry: { clock, random, policy: RETRY_POLICY, onRetry: options.onRetry },
    callTimeoutMs,
    pageBytes: options.pageBytes ?? DEFAULTS.pageBytes,
    pageTurns: new PageTurns({
      clock,
      maxPages: PAGES_AHEAD,
      maxWaiting: MAX_WAITING_SCANS,
      maxWaitMs: MAX_PAGE_WAIT_MS,
    }),
    maxRowBytes: options.maxRowBytes ?? DEFAULTS.maxRowBytes,
  }
}

function toRegistry(options: HBaseOptions, servers: Servers, context: RegistryContext) {
  const { zookeeper = [], bootstrap = [] } = options
  if ((zookeeper.length === 0) === (bootstrap.length === 0)) {
    throw new RangeError('Cannot find HBase: expected either ZooKeeper or bootstrap addresses')
  }
  if (bootstrap.length > 0) {
    return rpcRegistry(bootstrap.map(parseServerAddress), servers, context)
  }
  const parentNode = options.parentNode ?? DEFAULTS.parentNode
  return zookeeperRegistry(zookeeper.map(parseServerAddress), parentNode, context)
}

/**
 * A client of one cluster. Nothing is connected before the first operation.
 *
 * @throws SyntaxError when an address is malformed, RangeError when there is none or two kinds
 */
export function openHBase(options: HBaseOptions): HBaseClient {
  return new HBaseClient(openContext(options), options.timeoutMs ?? DEFAULTS.timeoutMs)
}

/**
 * See `openHBase`. All operations throw `StoreError` when they fail, with `unavailable`, `timeout`
 * or `failed`, and the reason of their signal when that is aborted.
 */
export class HBaseClient {
  /** For operations that are not methods here. */
  readonly context: ClientContext
  readonly #timeoutMs: number

  constructor(context: ClientContext, timeoutMs: number) {
    this.context = context
    this.#timeoutMs = timeoutMs
  }

  #limits(limits: CallLimits): OperationOptions {
    return { timeoutMs: limits.timeoutMs ?? this.#timeoutMs, signal: limits.signal }
  }

  /**
   * Scans rows in key order, across regions; yields batches of whole rows. Their memory is used
   * again when the next is asked for. When the iteration ends early, by `break` or `return()`, the
   * last one stays good and the scanner is closed on its server.
   */
  scan(table: string, options: ScanOptions = {}): AsyncGenerator<CellBatch, void, undefined> {
    const { timeoutMs, signal } = this.#limits(options)
    const range = {
      startRow: options.startRow ?? EMPTY_ROW,
      includeStartRow: options.includeStartRow ?? true,
      stopRow: options.stopRow ?? EMPTY_ROW,
      includeStopRow: options.includeStopRow ?? false,
      isReversed: options.isReversed ?? false,
    }
    const { limit, readType = 'default' } = options
    return scanTable(this.context, {
      table,
      range,
      selection: options,
      limit,
      readType,
      timeoutMs,
      signal,
    })
  }

  /** Reads one row; the batch has no row when there is none. */
  get(table: string, get: GetSelection, limits: CallLimits = {}): Promise<CellBatch> {
    return getRow(this.context, { table, get }, this.#limits(limits))
  }

  /** Runs many actions in few calls; results are in the order of the actions. */
  multi(
    table: string,
    actions: readonly RowAction[],
    limits: CallLimits = {},
  ): Promise<ActionResult[]> {
    return runActions(this.context, { table, actions }, this.#limits(limits))
  }

  /** Writes rows; when some cannot be written, those that could are written all the same. */
  async put(table: string, rows: readonly NewRow[], limits: CallLimits = {}): Promise<void> {
    const actions = rows.map(({ row, cells }) => ({ kind: 'put' as const, row, cells }))
    const results = await this.multi(table, actions, limits)
    const failed = results.filter(result => result.row === undefined)
    if (failed.length === 0) return
    const doing = `write ${failed.length} of ${rows.length} rows of the table "${table}"`
    throw toStoreError(doing, failed[0]!.failure)
  }

  /** Names of all tables of users. */
  tableNames(limits: CallLimits = {}): Promise<string[]> {
    return tableNames(this.context, this.#limits(limits))
  }

  /** Families of a table and their settings; undefined when it does not exist. */
  describeTable(table: string, limits: CallLimits = {}): Promise<TableDescription | undefined> {
    return describeTable(this.context, table, this.#limits(limits))
  }

  /** Creates a table and waits until it can be used. */
  createTable(table: NewTable, limits: CallLimits = {}): Promise<void> {
    return createTable(this.context, table, this.#limits(limits))
  }

  /** Disables and deletes a table and all its rows. */
  dropTable(table: string, limits: CallLimits = {}): Promise<void> {
    return dropTable(this.context, table, this.#limits(limits))
  }

  /** Closes all connections; operations under way fail. */
  close(): void {
    this.context.servers.close()
  }
}
