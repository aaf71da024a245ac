/** The catalog of a scripted cluster, which lists its tables and regions. For tests only. */
import { encodeReference } from './reference-messages.js'
import type { KeyOrder } from './scripted-reads.js'
import {
  encodedCell,
  type RegionModel,
  type ScriptedRow,
  type ScriptedTable,
} from './scripted-table.js'

const MARK = Buffer.from('PBUF')
const DISABLED = 1

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

/** `RegionInfo` of a region; `isSplit` when two others have taken its place. */
export function regionInfo(
  table: string,
  region: Pick<RegionModel, 'startKey' | 'endKey' | 'regionId'>,
  isSplit: boolean,
) {
  return {
    region_id: region.regionId,
    table_name: { namespace: Buffer.from('default'), qualifier: Buffer.from(table) },
    start_key: region.startKey,
    end_key: region.endKey,
    offline: isSplit,
    split: isSplit,
    replica_id: 0,
  }
}

function stateRow(table: ScriptedTable): ScriptedRow {
  const state = encodeReference('TableState', { state: table.isEnabled ? 0 : DISABLED })
  const column = { family: 'table', qualifier: 'state' }
  return { key: Buffer.from(table.name), cells: [encodedCell(table.name, column, state)] }
}

function regionRow(
  table: string,
  region: RegionModel,
  about: { readonly port: number | undefined; readonly isSplit: boolean },
): ScriptedRow {
  const { name } = region
  const info = encodeReference('RegionInfo', regionInfo(table, region, about.isSplit))
  const cell = (qualifier: string, value: Buffer) =>
    encodedCell(name, { family: 'info', qualifier }, value)
  return {
    key: Buffer.from(name, 'latin1'),
    cells: [
      cell('regioninfo', Buffer.concat([MARK, info])),
      ...(about.port === undefined ? [] : [cell('server', Buffer.from(`127.0.0.1:${about.port}`))]),
    ],
  }
}

const NOWHERE = -1

/** Server of a region as the catalog has it at this reading, which may be behind. */
function listedServer(region: RegionModel): number {
  const { listed } = region
  if (listed === undefined) return region.server
  if (--listed.reads <= 0) region.listed = undefined
  return listed.server ?? NOWHERE
}

/** Rows of the catalog in its order; `ports` are those of the servers. */
export function catalogRows(
  tables: readonly ScriptedTable[],
  ports: readonly number[],
): ScriptedRow[] {
  const rowsOf = (table: ScriptedTable, regions: readonly RegionModel[], isSplit: boolean) =>
    regions.map(region =>
      regionRow(table.name, region, { port: ports[listedServer(region)], isSplit }),
    )
  const rows = tables.flatMap(table => [
    stateRow(table),
    ...rowsOf(table, table.regions, false),
    ...rowsOf(table, table.parents, true),
  ])
  return rows.sort((a, b) => compareCatalog(a.key, b.key))
}
