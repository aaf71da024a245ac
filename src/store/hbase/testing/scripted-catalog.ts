/** The tables of a scripted cluster and the catalog that lists them. For tests only. */
import { cellBytes, writeCell } from '../protocol/cell-writer.js'
import { encodeReference } from './reference-messages.js'
import type { KeyOrder, ScriptedRow } from './scripted-scanner.js'

const MARK = Buffer.from('PBUF')
const DISABLED = 1

/** A region of a scripted table. */
export interface RegionModel {
  readonly startKey: Buffer
  readonly endKey: Buffer
  readonly regionId: number
  readonly name: string
  server: number
}

/** A scripted table. */
export interface TableModel {
  readonly name: string
  regions: RegionModel[]
  /** Cells by row key, both as latin1 text of their bytes. */
  readonly rows: Map<string, Map<string, Buffer>>
  isEnabled: boolean
}

/** Order of catalog keys: table, then start key, then the rest; a key may contain commas. */
export const compareCatalog: KeyOrder = (a, b) => {
  const left = catalogParts(Buffer.from(a))
  const right = catalogParts(Buffer.from(b))
  for (const [index, part] of left.entries()) {
    const order = Buffer.compare(part, right[index] ?? Buffer.alloc(0))
    if (order !== 0) return order
  }
  return 0
}

function catalogParts(key: Buffer): Buffer[] {
  const first = key.indexOf(',')
  if (first < 0) return [key, Buffer.alloc(0), Buffer.alloc(0)]
  const last = key.lastIndexOf(',')
  return [
    key.subarray(0, first),
    key.subarray(first + 1, Math.max(first + 1, last)),
    key.subarray(last + 1),
  ]
}

/** A cell as it travels; the row is latin1 text. */
export function encodedCell(row: string, family: string, qualifier: string, value: Buffer): Buffer {
  const key = Buffer.from(row, 'latin1')
  const cell = {
    family: Buffer.from(family),
    qualifier: Buffer.from(qualifier),
    value,
    timestampMs: 1_000,
  }
  const bytes = Buffer.alloc(cellBytes(key.length, cell))
  writeCell(bytes, 0, key, cell)
  return bytes
}

function stateRow(table: TableModel): ScriptedRow {
  const state = encodeReference('TableState', { state: table.isEnabled ? 0 : DISABLED })
  return { key: Buffer.from(table.name), cells: [encodedCell(table.name, 'table', 'state', state)] }
}

function regionRow(table: string, region: RegionModel, port: number): ScriptedRow {
  const { name, startKey, endKey, regionId } = region
  const info = encodeReference('RegionInfo', {
    region_id: regionId,
    table_name: { namespace: Buffer.from('default'), qualifier: Buffer.from(table) },
    start_key: startKey,
    end_key: endKey,
    offline: false,
    split: false,
    replica_id: 0,
  })
  return {
    key: Buffer.from(name, 'latin1'),
    cells: [
      encodedCell(name, 'info', 'regioninfo', Buffer.concat([MARK, info])),
      encodedCell(name, 'info', 'server', Buffer.from(`127.0.0.1:${port}`)),
    ],
  }
}

/** Rows of the catalog in its order; `ports` are those of the servers. */
export function catalogRows(
  tables: readonly TableModel[],
  ports: readonly number[],
): ScriptedRow[] {
  const rows = tables.flatMap(table => [
    stateRow(table),
    ...table.regions.map(region => regionRow(table.name, region, ports[region.server]!)),
  ])
  return rows.sort((a, b) => compareCatalog(a.key, b.key))
}
