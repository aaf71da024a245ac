/**
 * The catalog table `hbase:meta`: the keys under which it lists regions and what its rows say.
 * Pure; reading it is the business of `regions.ts`.
 */

import { parseServerAddress, type ServerAddress } from '../connection/servers.js'
import { type CellBatch, cellValue, columnName, rowKey } from '../protocol/cell-block.js'
import { decodeCatalogRegionInfo, type RegionInfo } from '../protocol/messages.js'
import { ProtoReader } from '../protocol/protobuf-reader.js'
import type { ScanRange } from '../protocol/scan-messages.js'

/** A region and where it is served. */
export interface Region {
  readonly info: RegionInfo
  /** Full name, by which servers know it. */
  readonly name: Buffer
  readonly server: ServerAddress
}

/** Name of the only region of the catalog. */
export const META_REGION_NAME: Buffer = Buffer.from('hbase:meta,,1')
/** Family with what is known of each region. */
export const INFO_FAMILY: Buffer = Buffer.from('info')
/** Family with the state of each table. */
export const TABLE_FAMILY: Buffer = Buffer.from('table')

/** Greater than any region id, which is a time in ms. */
const LAST_REGION_ID = '99999999999999'
const FIRST_REGION_ID = '00000000000000'
const EMPTY: Buffer = Buffer.alloc(0)

/** State of a table. */
export type TableState = 'enabled' | 'disabled' | 'disabling' | 'enabling'

const TABLE_STATES: readonly TableState[] = ['enabled', 'disabled', 'disabling', 'enabling']

function regionKey(table: string, row: Uint8Array, regionId: string): Buffer {
  return Buffer.concat([Buffer.from(`${table},`), row, Buffer.from(`,${regionId}`)])
}

/** Sorts behind the regions of a table and before any other table. */
function behindTable(table: string): Buffer {
  return Buffer.from(`${table}\0`)
}

/** Rows of the catalog about a table in ascending order: its state, then all its regions. */
export function tableRange(table: string): ScanRange {
  return {
    startRow: Buffer.from(table),
    includeStartRow: true,
    stopRow: behindTable(table),
    includeStopRow: false,
    isReversed: false,
  }
}

/** Descending from the region that holds `row`. */
export function regionsFrom(table: string, row: Uint8Array): ScanRange {
  return descendingFrom(table, regionKey(table, row, LAST_REGION_ID))
}

/** Descending from the region that holds the rows right before `row`; the last one if empty. */
export function regionsBefore(table: string, row: Uint8Array): ScanRange {
  const startRow = row.length === 0 ? behindTable(table) : regionKey(table, row, FIRST_REGION_ID)
  return descendingFrom(table, startRow)
}

function descendingFrom(table: string, startRow: Buffer): ScanRange {
  return {
    startRow,
    includeStartRow: true,
    stopRow: regionKey(table, EMPTY, ''),
    includeStopRow: true,
    isReversed: true,
  }
}

/** Cells of one row of the catalog by column name; values are views. */
function columnsOf(batch: CellBatch, row: number): Map<string, Buffer> {
  const columns = new Map<string, Buffer>()
  for (let cell = batch.rowStartCell[row]!; cell < batch.rowStartCell[row + 1]!; cell++) {
    columns.set(columnName(batch, cell), cellValue(batch, cell))
  }
  return columns
}

function toRegion(name: Buffer, columns: ReadonlyMap<string, Buffer>): Region | undefined {
  const value = columns.get('info:regioninfo')
  const server = columns.get('info:server')?.toString()
  if (value === undefined || !server) return undefined
  const info = decodeCatalogRegionInfo(value)
  if (info.isOffline || info.isSplit || info.replicaId !== 0) return undefined
  // Copies, so that a cached region does not hold the whole answer it came in.
  return {
    info: { ...info, startKey: Buffer.from(info.startKey), endKey: Buffer.from(info.endKey) },
    name: Buffer.from(name),
    server: parseServerAddress(server),
  }
}

/**
 * Regions of a table in a batch of catalog rows; those that are not served are left out.
 *
 * @throws SyntaxError when a row is not of the catalog
 */
export function decodeRegions(batch: CellBatch, table: string): Region[] {
  const regions: Region[] = []
  for (let row = 0; row < batch.rowCount; row++) {
    const region = toRegion(rowKey(batch, row), columnsOf(batch, row))
    if (region?.info.table === table) regions.push(region)
  }
  return regions
}

/** State of the table in the first row of a batch; undefined when the table does not exist. */
export function decodeTableState(batch: CellBatch): TableState | undefined {
  const value = batch.rowCount === 0 ? undefined : columnsOf(batch, 0).get('table:state')
  if (value === undefined) return undefined
  let state = 0
  for (const reader = new ProtoReader(value); reader.next(); ) {
    if (reader.field === 1) state = reader.uint()
  }
  return TABLE_STATES[state]
}
