/** The parts of a client on a scripted cluster, with a clock that stands still. For tests only. */
import type { ClientContext } from '../client-context.js'
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from '../connection/connection.js'
import { FrameMemory } from '../connection/frame-memory.js'
import { Servers } from '../connection/servers.js'
import { type Registry, rpcRegistry } from '../discovery/registry.js'
import { type CellBatch, cellValue, columnName, rowKey } from '../protocol/cell-block.js'
import type { Compression } from '../protocol/compression.js'
import { PageTurns } from '../reads/page-turns.js'
import { Regions } from '../regions/regions.js'
import type { Reaction } from '../retries/reaction.js'
import { ManualClock } from './manual-clock.js'
import type { ScriptedCluster } from './scripted-cluster.js'

/** Most time of one call in these tests. */
export const CALL_TIMEOUT_MS = 1_000

/** What a test may set. */
export interface ScriptedClientOptions {
  readonly compression?: Compression
  readonly limits?: Partial<ConnectionLimits>
  readonly maxRowBytes?: number
  /** Pages that all scans together read ahead; 8 when undefined. */
  readonly pagesAhead?: number
  /** Bytes of cells after which a server answers a scan; a million when undefined. */
  readonly pageBytes?: number
  /** Asks the servers where catalog and master are, instead of knowing it. */
  readonly asksRegistry?: boolean
}

/** A client's parts on a cluster, the clock they run on and the reactions they had. */
export function openScriptedClient(cluster: ScriptedCluster, options: ScriptedClientOptions = {}) {
  const clock = new ManualClock()
  const reactions: Reaction[] = []
  let afterRetry: () => void = () => undefined
  const servers = new Servers({
    clock,
    user: 'tester',
    compression: options.compression,
    limits: { ...DEFAULT_CONNECTION_LIMITS, ...options.limits },
    memory: new FrameMemory(),
    hostMap: new Map(),
  })
  const registry = options.asksRegistry
    ? rpcRegistry(cluster.servers, servers, {
        clock,
        random: () => 0,
        hostTimeoutMs: CALL_TIMEOUT_MS,
      })
    : knownPlaces(cluster)
  const context: ClientContext = {
    servers,
    registry,
    regions: new Regions({ registry, servers, clock, callTimeoutMs: CALL_TIMEOUT_MS }),
    retry: {
      clock,
      random: () => 0,
      policy: { pauseMs: 0, maxPauseMs: 0 },
      onRetry: (_, reaction) => {
        reactions.push(reaction)
        afterRetry()
      },
    },
    callTimeoutMs: CALL_TIMEOUT_MS,
    pageBytes: options.pageBytes ?? 1_000_000,
    pageTurns: new PageTurns({
      clock,
      maxPages: options.pagesAhead ?? 8,
      maxWaiting: 100,
      maxWaitMs: 10_000,
    }),
    maxRowBytes: options.maxRowBytes ?? 1_000_000,
  }
  const onRetry = (then: () => void) => {
    afterRetry = then
  }
  return { context, clock, reactions, onRetry, close: () => servers.close() }
}

/** Where catalog and master are, without asking. */
function knownPlaces(cluster: ScriptedCluster): Registry {
  const addressOf = (server: number) => {
    const { host, port } = cluster.servers[server]!
    return Promise.resolve({ host, port, startCode: 1 })
  }
  return {
    metaServer: () => addressOf(cluster.metaServer),
    activeMaster: () => addressOf(0),
  }
}

/** Rows of a batch as plain objects: cells by column name under their key. */
export function plainRows(batch: CellBatch): [string, Record<string, string>][] {
  return Array.from({ length: batch.rowCount }, (_, row) => {
    const cells: Record<string, string> = {}
    for (let cell = batch.rowStartCell[row]!; cell < batch.rowStartCell[row + 1]!; cell++) {
      cells[columnName(batch, cell)] = cellValue(batch, cell).toString()
    }
    return [rowKey(batch, row).toString('latin1'), cells]
  })
}
