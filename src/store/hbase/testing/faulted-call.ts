/** A call to a scripted cluster as a fault looks at it, and what a fault is. For tests only. */
import { decodeReference } from './reference-messages.js'
import { type HealthyWork, META, type ScriptedCluster } from './scripted-cluster.js'
import type { ScriptedCall } from './scripted-frames.js'
import type { MultiRequestFields } from './scripted-multi.js'
import type { ServedRegion } from './scripted-regions.js'
import type { ScanRequestFields } from './scripted-scanner.js'
import type { ScriptedAnswer } from './scripted-server.js'

/** A call, where it came to, and what it would do. */
export interface FaultedCall {
  readonly cluster: ScriptedCluster
  readonly call: ScriptedCall
  readonly server: number
  readonly work: HealthyWork
  /** Evenly distributed in [0, 1). */
  readonly random: () => number
  /** The request of a call to a scanner. */
  readonly scan: ScanRequestFields | undefined
  /** Servers that are being restarted. */
  readonly restarting: Set<number>
}

/** A way to fail: which calls it suits, and what it does to one. */
export interface Fault {
  readonly suits: (at: FaultedCall) => boolean
  /** Undefined lets the call go on, to a cluster that has changed. */
  readonly play: (
    at: FaultedCall,
  ) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>
}

/** The request of a call to a scanner; undefined for other calls. */
export function scanRequestOf(call: ScriptedCall): ScanRequestFields | undefined {
  if (call.method !== 'Scan') return undefined
  return decodeReference<ScanRequestFields>('ScanRequest', call.param)
}

/** True when the call opens or advances a scanner. */
export function isScan({ scan }: FaultedCall): boolean {
  return scan !== undefined && !scan.close_scanner
}

/** True when the call advances a scanner that is open. */
export function isNext({ cluster, scan }: FaultedCall): boolean {
  const id = scan?.scanner_id
  return id !== undefined && !scan?.close_scanner && cluster.scanners.regionOf(id) !== undefined
}

/** The region of a table that a call works on, the first one of several. */
export function regionOfCall({ cluster, call, scan }: FaultedCall): ServedRegion | undefined {
  const name = scan === undefined ? firstRegion(call) : regionOfScan(cluster, scan)
  return name === undefined || name === META ? undefined : cluster.regions.named(name)
}

/** True when the call works on a region of a table that is known. */
export function isInRegion(at: FaultedCall): boolean {
  return regionOfCall(at) !== undefined
}

function regionOfScan(cluster: ScriptedCluster, scan: ScanRequestFields): string | undefined {
  const id = scan.scanner_id
  return id === undefined ? scan.region?.value.toString('latin1') : cluster.scanners.regionOf(id)
}

function firstRegion(call: ScriptedCall): string | undefined {
  if (call.method === 'Multi') {
    const { regionAction } = decodeReference<MultiRequestFields>('MultiRequest', call.param)
    return regionAction[0]?.region.value.toString('latin1')
  }
  if (call.method !== 'Get') return undefined
  const get = decodeReference<{ region: { value: Buffer } }>('GetRequest', call.param)
  return get.region.value.toString('latin1')
}
