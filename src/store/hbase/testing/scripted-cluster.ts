/**
 * A cluster in a few objects: tables of rows over regions on scripted servers, the catalog, and
 * faults where a test wants them. For tests only.
 */
import { createHash } from 'node:crypto'
import { columnName, decodeCells, rowKey } from '../protocol/cell-block.js'
import { decodeReference, encodeReference } from './reference-messages.js'
import {
  catalogRows,
  compareCatalog,
  encodedCell,
  type RegionModel,
  type TableModel,
} from './scripted-catalog.js'
import {
  type ScanRequestFields,
  type ScriptedRow,
  ScriptedScanners,
  selectRows,
} from './scripted-scanner.js'
import {
  type ScriptedAnswer,
  type ScriptedCall,
  type ScriptedOptions,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.js'

const META = 'hbase:meta,,1'
const NOT_SERVING = 'org.apache.hadoop.hbase.NotServingRegionException'

interface MultiRequestFields {
  readonly regionAction: readonly {
    readonly region: { readonly value: Buffer }
    readonly action: readonly {
      readonly index: number
      readonly mutation?: { row: Buffer; mutate_type: number; associated_cell_count: number }
      readonly get?: { row: Buffer }
    }[]
  }[]
}

/** What goes wrong with a call to a server, if anything. */
export type ScriptedFault = (
  call: ScriptedCall,
  server: number,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>

/** See the head of the file; `startScriptedCluster` gives one with servers. */
export class ScriptedCluster {
  readonly servers: ScriptedServer[] = []
  readonly scanners = new ScriptedScanners()
  readonly #tables = new Map<string, TableModel>()
  #nextRegionId = 1_000
  /** Server of the catalog. */
  metaServer = 0
  /** Consulted first about every call; undefined lets it go on. */
  fault: ScriptedFault = () => undefined

  /** Adds a server. */
  async addServer(options: ScriptedOptions = {}): Promise<void> {
    const index = this.servers.length
    this.servers.push(await startScriptedServer(call => this.#answer(call, index), options))
  }

  /** Stops all servers. */
  async close(): Promise<void> {
    await Promise.all(this.servers.map(server => server.stop()))
  }

  /** Creates a table; its regions are spread over the servers in turn. */
  createTable(name: string, splitKeys: readonly string[] = []): void {
    const bounds = ['', ...splitKeys, '']
    const regions = bounds
      .slice(1)
      .map((end, index) => this.#region(name, bounds[index]!, end, index % this.servers.length))
    this.#tables.set(name, { name, regions, rows: new Map(), isEnabled: true })
  }

  /** Writes cells `family:qualifier` to a row. */
  put(table: string, row: string, cells: Readonly<Record<string, string>>): void {
    const rows = this.#table(table).rows
    const columns = rows.get(row) ?? new Map<string, Buffer>()
    rows.set(row, columns)
    for (const [column, value] of Object.entries(cells)) {
      const [family = '', qualifier = ''] = column.split(':')
      columns.set(column, encodedCell(row, family, qualifier, Buffer.from(value)))
    }
  }

  /** Keys of a table in order. */
  keys(table: string): string[] {
    return this.#sortedRows(this.#table(table)).map(row => row.key.toString('latin1'))
  }

  /** Encoded cells of a row. */
  cellsOf(table: string, row: string): readonly Buffer[] {
    const rows = this.#sortedRows(this.#table(table))
    return rows.find(({ key }) => key.toString('latin1') === row)?.cells ?? []
  }

  setEnabled(table: string, isEnabled: boolean): void {
    this.#table(table).isEnabled = isEnabled
  }

  /** Moves the region that holds `row` to a server. */
  move(table: string, row: string, server: number): void {
    this.#regionAt(table, Buffer.from(row)).server = server
  }

  /** Takes the region that holds `row` out of the catalog, as while it is being merged. */
  removeRegion(table: string, row: string): void {
    const region = this.#regionAt(table, Buffer.from(row))
    const model = this.#table(table)
    model.regions = model.regions.filter(one => one !== region)
  }

  /** Splits the region that holds `row` there; the second half goes to `server`. */
  split(table: string, row: string, server: number): void {
    const model = this.#table(table)
    const parent = this.#regionAt(table, Buffer.from(row))
    const [start, end] = [parent.startKey.toString('latin1'), parent.endKey.toString('latin1')]
    const halves = [
      this.#region(table, start, row, parent.server),
      this.#region(table, row, end, server),
    ]
    model.regions = model.regions.flatMap(region => (region === parent ? halves : [region]))
  }

  /** Rows of a region that a request to open a scanner asks for, wherever it is. */
  rowsFor(regionName: string, request: ScanRequestFields): ScriptedRow[] {
    const servers = this.servers.map((_, server) => this.#rowsOfRegion(regionName, server))
    return selectIn(servers.find(found => found)?.rows ?? [], regionName, request)
  }

  #region(table: string, start: string, end: string, server: number): RegionModel {
    const regionId = this.#nextRegionId++
    const prefix = `${table},${start},${regionId}`
    const hash = createHash('md5').update(prefix, 'latin1').digest('hex')
    const [startKey, endKey] = [Buffer.from(start, 'latin1'), Buffer.from(end, 'latin1')]
    return { startKey, endKey, regionId, name: `${prefix}.${hash}.`, server }
  }

  #table(name: string): TableModel {
    const table = this.#tables.get(name)
    if (table === undefined) throw new Error(`No scripted table "${name}"`)
    return table
  }

  #regionAt(table: string, row: Buffer): RegionModel {
    const found = this.#table(table).regions.filter(
      region => Buffer.compare(region.startKey, row) <= 0,
    )
    return found.at(-1)!
  }

  #sortedRows(table: TableModel): ScriptedRow[] {
    return [...table.rows]
      .map(([key, cells]) => ({ key: Buffer.from(key, 'latin1'), cells: sortedCells(cells) }))
      .sort((a, b) => Buffer.compare(a.key, b.key))
  }

  /** Rows of a region that a server serves; undefined when it does not. */
  #rowsOfRegion(
    name: string,
    server: number,
  ): { rows: ScriptedRow[]; table?: TableModel } | undefined {
    if (name === META) return server === this.metaServer ? { rows: this.#catalogRows() } : undefined
    for (const table of this.#tables.values()) {
      const region = table.regions.find(one => one.name === name && one.server === server)
      if (region === undefined || !table.isEnabled) continue
      const rows = this.#sortedRows(table).filter(({ key }) => isIn(key, region))
      return { rows, table }
    }
    return undefined
  }

  #catalogRows(): ScriptedRow[] {
    const ports = this.servers.map(server => server.port)
    return catalogRows([...this.#tables.values()], ports)
  }

  async #answer(call: ScriptedCall, server: number): Promise<ScriptedAnswer> {
    const fault = await this.fault(call, server)
    if (fault !== undefined) return fault
    if (call.method === 'Scan') return this.#scan(call, server)
    if (call.method === 'Multi') return this.#multi(call, server)
    if (call.method === 'Get') return this.#get(call, server)
    return { exception: { className: 'java.lang.UnsupportedOperationException', doNotRetry: true } }
  }

  #scan(call: ScriptedCall, server: number): ScriptedAnswer {
    const request = decodeReference<ScanRequestFields>('ScanRequest', call.param)
    if (request.scanner_id !== undefined) {
      return request.close_scanner
        ? this.scanners.close(request.scanner_id)
        : this.scanners.next(request)
    }
    const name = request.region!.value.toString('latin1')
    const found = this.#rowsOfRegion(name, server)
    if (found === undefined) return { exception: { className: NOT_SERVING } }
    return this.scanners.open(selectIn(found.rows, name, request), request.limit_of_rows)
  }

  #get(call: ScriptedCall, server: number): ScriptedAnswer {
    const request = decodeReference<{ region: { value: Buffer }; get: { row: Buffer } }>(
      'GetRequest',
      call.param,
    )
    const found = this.#rowsOfRegion(request.region.value.toString('latin1'), server)
    if (found === undefined) return { exception: { className: NOT_SERVING } }
    const cells = found.rows.find(row => row.key.equals(request.get.row))?.cells ?? []
    const message = encodeReference('GetResponse', {
      result: { associated_cell_count: cells.length },
    })
    return { message, cellBlock: Buffer.concat(cells) }
  }

  #multi(call: ScriptedCall, server: number): ScriptedAnswer {
    const request = decodeReference<MultiRequestFields>('MultiRequest', call.param)
    const actions = request.regionAction.flatMap(region => region.action)
    const count = actions.reduce(
      (sum, { mutation }) => sum + (mutation?.associated_cell_count ?? 0),
      0,
    )
    const incoming = decodeCells(call.cellBlock, count)
    const cellBlocks: Buffer[] = []
    let cell = 0
    const regions = request.regionAction.map(({ region, action }) => {
      const found = this.#rowsOfRegion(region.value.toString('latin1'), server)
      const results = action.map(({ index, mutation, get }) => {
        const end = cell + (mutation?.associated_cell_count ?? 0)
        for (; found?.table && cell < end; cell++) applyCell(found.table, incoming, cell)
        cell = end
        const cells = get ? (found?.rows.find(row => row.key.equals(get.row))?.cells ?? []) : []
        if (found !== undefined) cellBlocks.push(...cells)
        return { index, result: { associated_cell_count: cells.length } }
      })
      if (found !== undefined) return { resultOrException: results }
      return { exception: { name: NOT_SERVING, value: Buffer.from(`${NOT_SERVING}: gone`) } }
    })
    const message = encodeReference('MultiResponse', { regionActionResult: regions })
    return { message, cellBlock: Buffer.concat(cellBlocks) }
  }
}

function selectIn(rows: readonly ScriptedRow[], regionName: string, request: ScanRequestFields) {
  const compare = regionName === META ? compareCatalog : Buffer.compare
  const selected = selectRows(rows, request.scan!, compare)
  return selected.map(row => onlyColumns(row, request)).filter(row => row.cells.length > 0)
}

function isIn(key: Buffer, region: RegionModel): boolean {
  if (Buffer.compare(key, region.startKey) < 0) return false
  return region.endKey.length === 0 || Buffer.compare(key, region.endKey) < 0
}

function sortedCells(cells: ReadonlyMap<string, Buffer>): Buffer[] {
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell)
}

function onlyColumns(row: ScriptedRow, request: ScanRequestFields): ScriptedRow {
  const columns = request.scan!.column
  if (columns.length === 0) return row
  const isWanted = (name: string) =>
    columns.some(({ family, qualifier }) =>
      qualifier.length === 0
        ? name.startsWith(`${family.toString()}:`)
        : qualifier.some(one => name === `${family.toString()}:${one.toString()}`),
    )
  return {
    key: row.key,
    cells: row.cells.filter(cell => isWanted(columnName(decodeCells(cell, 1), 0))),
  }
}

const DELETE_FAMILY = 14

function applyCell(table: TableModel, cells: ReturnType<typeof decodeCells>, cell: number): void {
  const row = rowKey({ ...cells, rowCount: 1, rowStartCell: Uint32Array.of(cell, cell + 1) }, 0)
  const key = row.toString('latin1')
  const type = cells.block[cells.valueOffset[cell]! - 1]
  if (type === DELETE_FAMILY) {
    table.rows.delete(key)
    return
  }
  const columns = table.rows.get(key) ?? new Map<string, Buffer>()
  table.rows.set(key, columns)
  const start = cells.rowOffset[cell]! - 14
  const end = cells.valueOffset[cell]! + cells.valueLength[cell]!
  columns.set(columnName(cells, cell), Buffer.from(cells.block.subarray(start, end)))
}

/** A started cluster of `serverCount` servers. */
export async function startScriptedCluster(
  serverCount: number,
  options: ScriptedOptions = {},
): Promise<ScriptedCluster> {
  const cluster = new ScriptedCluster()
  for (let index = 0; index < serverCount; index++) await cluster.addServer(options)
  return cluster
}
