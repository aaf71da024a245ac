/**
 * A cluster in a few objects: tables of rows over regions on scripted servers, the catalog, the
 * master, and faults where a test wants them. It keeps what it is sent and answers as HBase does,
 * as far as this client asks. For tests only.
 */
import { decodeReference, encodeReference } from './reference-messages.js'
import { catalogRows, compareCatalog } from './scripted-catalog.js'
import type { ScriptedCall } from './scripted-frames.js'
import { ScriptedMaster } from './scripted-master.js'
import { answerMulti, type MultiWork } from './scripted-multi.js'
import { needsWholeRows, type ReadFields, readRow, rowsInRange } from './scripted-reads.js'
import { isServed, ScriptedRegions } from './scripted-regions.js'
import { type ScanRequestFields, ScriptedScanners } from './scripted-scanner.js'
import {
  type ScriptedAnswer,
  type ScriptedOptions,
  type ScriptedResult,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.js'
import { encodedCell, type ScriptedRow, ScriptedTable } from './scripted-table.js'

/** Name of the only region of the catalog. */
export const META = 'hbase:meta,,1'
const PACKAGE = 'org.apache.hadoop.hbase.'
/** When the rows that a test puts in were written. */
const PUT_TIME_MS = 1_000

/** Does what a call asks for; some of its actions may be refused. */
export type HealthyWork = (refuse?: MultiWork['refuse']) => ScriptedResult

/** What goes wrong with a call to a server, if anything. */
export type ScriptedFault = (
  call: ScriptedCall,
  server: number,
  work: HealthyWork,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>

/** See the head of the file; `startScriptedCluster` gives one with servers. */
export class ScriptedCluster {
  readonly servers: ScriptedServer[] = []
  readonly scanners = new ScriptedScanners()
  readonly regions = new ScriptedRegions()
  readonly master = new ScriptedMaster({
    tables: this.regions.tables,
    createTable: (name, { families, splitKeys }) => this.createTable(name, splitKeys, families),
    ports: () => ({
      catalog: this.servers[this.metaServer]!.port,
      master: this.servers[0]!.port,
    }),
  })
  readonly #nowMs: () => number
  /** Server of the catalog. */
  metaServer = 0
  /** Consulted first about every call; undefined lets it go on. */
  fault: ScriptedFault = () => undefined

  /** @param nowMs the clock of the servers, in ms since 1970 */
  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs
  }

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
  createTable(name: string, splitKeys: readonly string[] = [], families?: readonly string[]): void {
    this.regions.cut(new ScriptedTable(name, families), splitKeys, this.servers.length)
  }

  /** Writes cells `family:qualifier` to a row. */
  put(table: string, row: string, cells: Readonly<Record<string, string>>): void {
    const model = this.regions.table(table)
    for (const [column, value] of Object.entries(cells)) {
      const [family = '', qualifier = ''] = column.split(':')
      const bytes = encodedCell(row, { family, qualifier }, Buffer.from(value), PUT_TIME_MS)
      model.put(row, column, { timeMs: PUT_TIME_MS, bytes })
    }
  }

  /** Keys of a table in order. */
  keys(table: string): string[] {
    return this.regions
      .table(table)
      .rows()
      .map(row => row.key.toString('latin1'))
  }

  /** Encoded cells of a row. */
  cellsOf(table: string, row: string): readonly Buffer[] {
    return this.regions.table(table).row(Buffer.from(row, 'latin1')).cells
  }

  setEnabled(table: string, isEnabled: boolean): void {
    this.regions.table(table).isEnabled = isEnabled
  }

  /** Moves the region that holds `row` to a server. */
  move(table: string, row: string, server: number): void {
    this.regions.at(table, Buffer.from(row)).server = server
  }

  /** Takes the region that holds `row` out of the catalog, as while it is being merged. */
  removeRegion(table: string, row: string): void {
    const region = this.regions.at(table, Buffer.from(row))
    const model = this.regions.table(table)
    model.regions = model.regions.filter(one => one !== region)
  }

  /** Splits the region that holds `row` there; the second half goes to `server`. */
  split(table: string, row: string, server: number): void {
    this.regions.split(table, row, server)
  }

  /** Rows of a region that a request to open a scanner asks for, wherever it is. */
  rowsFor(regionName: string, request: ScanRequestFields): ScriptedRow[] {
    const found = this.regions.named(regionName)
    if (found === undefined) return this.#selected(this.#catalogRows(), request, compareCatalog)
    return this.#selected(found.table.rowsOf(found.region), request, Buffer.compare)
  }

  #catalogRows(): ScriptedRow[] {
    const ports = this.servers.map(server => server.port)
    return catalogRows([...this.regions.tables.values()], ports)
  }

  #selected(
    rows: readonly ScriptedRow[],
    request: ScanRequestFields,
    compare: (a: Uint8Array, b: Uint8Array) => number,
  ): ScriptedRow[] {
    const scan = request.scan!
    return rowsInRange(rows, scan, compare)
      .map(row => readRow(row, scan))
      .filter(row => row.cells.length > 0)
  }

  async #answer(call: ScriptedCall, server: number): Promise<ScriptedAnswer> {
    const work: HealthyWork = refuse => this.#work(call, server, refuse)
    return (await this.fault(call, server, work)) ?? work()
  }

  #work(call: ScriptedCall, server: number, refuse?: MultiWork['refuse']): ScriptedResult {
    if (call.method === 'Scan') return this.#scan(call, server)
    if (call.method === 'Get') return this.#get(call, server)
    if (call.method === 'Multi') {
      const served = (name: string) => this.regions.served(name, server)
      return answerMulti(call, { nowMs: this.#nowMs(), served, refuse })
    }
    const unknown = { className: 'java.lang.UnsupportedOperationException', doNotRetry: true }
    return this.master.answer(call) ?? { exception: unknown }
  }

  #scan(call: ScriptedCall, server: number): ScriptedResult {
    const request = decodeReference<ScanRequestFields>('ScanRequest', call.param)
    if (request.scanner_id !== undefined) {
      return request.close_scanner
        ? this.scanners.close(request.scanner_id)
        : this.scanners.next(request)
    }
    const name = request.region!.value.toString('latin1')
    const refusal = name === META ? this.#metaRefusal(server) : this.#dataRefusal(request, server)
    if (refusal !== undefined) return { exception: refusal }
    const { max_result_size: maxBytes, filter } = request.scan!
    return this.scanners.open(this.rowsFor(name, request), request, {
      regionName: name,
      ...(maxBytes !== undefined && { maxBytes: Number(maxBytes) }),
      isWholeRows: needsWholeRows(filter),
      goneWith: () =>
        name === META ? this.#metaRefusal(server) : this.#dataRefusal(request, server),
    })
  }

  #metaRefusal(server: number) {
    if (server === this.metaServer) return undefined
    return { className: `${PACKAGE}NotServingRegionException`, message: META }
  }

  #dataRefusal({ region, scan }: ScanRequestFields, server: number) {
    const place = this.regions.served(region!.value.toString('latin1'), server)
    return isServed(place) ? familyRefusal(place.table, scan!) : place
  }

  #get(call: ScriptedCall, server: number): ScriptedResult {
    const request = decodeReference<{
      region: { value: Buffer }
      get: ReadFields & { row: Buffer }
    }>('GetRequest', call.param)
    const place = this.regions.served(request.region.value.toString('latin1'), server)
    if (!isServed(place)) return { exception: place }
    const refusal = familyRefusal(place.table, request.get)
    if (refusal !== undefined) return { exception: refusal }
    const { cells } = readRow(place.table.row(request.get.row), request.get)
    const result = { associated_cell_count: cells.length }
    return {
      message: encodeReference('GetResponse', { result }),
      cellBlock: Buffer.concat(cells),
    }
  }
}

/** What a server says to a read of families that the table lacks. */
function familyRefusal(table: ScriptedTable, { column }: ReadFields) {
  const unknown = column.find(({ family }) => !table.hasFamily(family.toString()))
  if (unknown === undefined) return undefined
  const className = `${PACKAGE}regionserver.NoSuchColumnFamilyException`
  return { className, message: unknown.family.toString(), doNotRetry: true }
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
