/** A table on a scripted cluster and scans of it, with faults at chosen calls. For tests only. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ScanRange } from '../protocol/scan-messages.js'
import { scanTable, type TableScanRequest } from '../reads/table-scan.js'
import { decodeReference } from './reference-messages.js'
import { openScriptedClient, plainRows, type ScriptedClientOptions } from './scripted-client.js'
import { type ScriptedFault, startScriptedCluster } from './scripted-cluster.js'
import type { ScriptedCall } from './scripted-frames.js'
import type { ScanRequestFields } from './scripted-scanner.js'
import type { ScriptedAnswer, ScriptedOptions } from './scripted-server.js'

const PREFIX = 'org.apache.hadoop.hbase.'
/** Keys of the rows of the table. */
export const ROWS = Array.from({ length: 40 }, (_, i) => `r${String(i).padStart(2, '0')}`)
/** Cells of every row. */
export const COLUMNS = { 'i:a': '1', 'i:b': '2', 'd:c': '3' }
const WHOLE_ROW = { 'd:c': '3', 'i:a': '1', 'i:b': '2' }

/** A range of rows as text. */
export interface ScanText {
  readonly from?: string
  readonly fromInclusive?: boolean
  readonly to?: string
  readonly toInclusive?: boolean
  readonly isReversed?: boolean
}

/** A range as the scan wants it. */
export function rangeOf({
  from = '',
  fromInclusive = true,
  to = '',
  toInclusive = false,
  isReversed = false,
}: ScanText): ScanRange {
  return {
    startRow: Buffer.from(from),
    includeStartRow: fromInclusive,
    stopRow: Buffer.from(to),
    includeStopRow: toInclusive,
    isReversed,
  }
}

/** A cluster of three servers with table `t` of 40 rows in the regions (-r10, r10-r25, r25-). */
export async function setUpScan(
  t: TestContext,
  options: ScriptedClientOptions & ScriptedOptions = {},
) {
  const cluster = await startScriptedCluster(3, options)
  cluster.createTable('t', ['r10', 'r25'])
  for (const row of ROWS) cluster.put('t', row, COLUMNS)
  const client = openScriptedClient(cluster, options)
  t.after(async () => {
    client.close()
    await cluster.close()
  })
  const scan = (range: ScanText = {}, more: Partial<TableScanRequest> = {}) =>
    scanTable(client.context, {
      table: 't',
      range: rangeOf(range),
      selection: {},
      limit: undefined,
      readType: 'default',
      timeoutMs: 30_000,
      signal: undefined,
      ...more,
    })
  const keysOf = async (range: ScanText = {}, more: Partial<TableScanRequest> = {}) => {
    const keys: string[] = []
    for await (const batch of scan(range, more)) {
      for (const [key, cells] of plainRows(batch)) {
        assert.deepEqual(cells, WHOLE_ROW, `cells of ${key}`)
        keys.push(key)
      }
    }
    return keys
  }
  return { cluster, client, scan, keysOf, scanners: cluster.scanners }
}

/** The request of a scanner call to a user region. */
export function scanOf(call: ScriptedCall): ScanRequestFields | undefined {
  if (call.method !== 'Scan') return undefined
  const request = decodeReference<ScanRequestFields>('ScanRequest', call.param)
  return request.region?.value.toString().startsWith('hbase:meta') ? undefined : request
}

/** Answers the n-th (from 0) call that opens (or advances) a scanner of a user region. */
export function faultAt(
  kind: 'open' | 'next',
  at: number,
  answer: ScriptedAnswer,
  before?: () => unknown,
): ScriptedFault {
  let count = 0
  return call => {
    const request = scanOf(call)
    if (request === undefined || request.close_scanner) return undefined
    const isOpen = request.scanner_id === undefined
    if (isOpen !== (kind === 'open') || count++ !== at) return undefined
    before?.()
    return answer
  }
}

/** An exception of HBase. */
export function exception(name: string, doNotRetry = false): ScriptedAnswer {
  return { exception: { className: PREFIX + name, doNotRetry } }
}

/** Waits until a scanner was opened late and closed again. */
export async function untilClosed(
  scanners: { openedCount: number; openCount: number },
  opened: number,
) {
  for (let turn = 0; turn < 100_000; turn++) {
    if (scanners.openedCount >= opened && scanners.openCount === 0) return
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.fail(`${scanners.openCount} of ${scanners.openedCount} scanners are still open`)
}
