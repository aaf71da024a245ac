/**
 * The regions of a scripted cluster: which table and server each belongs to, and how they move,
 * split and merge. For tests only.
 */
import { createHash } from 'node:crypto'
import type { ScriptedException } from './scripted-frames.js'
import type { RegionModel, ScriptedTable } from './scripted-table.js'

const PACKAGE = 'org.apache.hadoop.hbase.'

/** A region that is served, and its table. */
export interface ServedRegion {
  readonly table: ScriptedTable
  readonly region: RegionModel
}

/** See the head of the file. Keys are latin1 texts of their bytes. */
export class ScriptedRegions {
  readonly tables = new Map<string, ScriptedTable>()
  #nextRegionId = 1_000

  /** The table; throws when there is none. */
  table(name: string): ScriptedTable {
    const table = this.tables.get(name)
    if (table === undefined) throw new Error(`No scripted table "${name}"`)
    return table
  }

  /** Gives a table its regions, one more than there are boundaries, on so many servers in turn. */
  cut(table: ScriptedTable, splitKeys: readonly string[], servers: number): void {
    const bounds = ['', ...splitKeys, '']
    table.regions = bounds
      .slice(1)
      .map((end, index) => this.#made(table.name, [bounds[index]!, end], index % servers))
    this.tables.set(table.name, table)
  }

  /** The region that holds a row. */
  at(table: string, row: Buffer): RegionModel {
    const found = this.table(table).regions.filter(
      region => Buffer.compare(region.startKey, row) <= 0,
    )
    return found.at(-1)!
  }

  /** The region of that name, wherever it is; undefined when it was split, merged or dropped. */
  named(name: string): ServedRegion | undefined {
    for (const table of this.tables.values()) {
      const region = table.regions.find(one => one.name === name)
      if (region !== undefined) return { table, region }
    }
    return undefined
  }

  /** A region that a server serves, or what the server says when it does not. */
  served(name: string, server: number): ServedRegion | ScriptedException {
    const found = this.named(name)
    if (found === undefined || !found.table.isEnabled) {
      return { className: `${PACKAGE}NotServingRegionException`, message: name }
    }
    const { region } = found
    if (region.server !== server) {
      const message = `Region moved to: hostname=rs${region.server} port=1 startCode=1. As of locationSeqNum=2.`
      return { className: `${PACKAGE}exceptions.RegionMovedException`, message }
    }
    if (region.openingCalls === 0) return found
    region.openingCalls--
    return { className: `${PACKAGE}exceptions.RegionOpeningException`, message: name }
  }

  /** Puts two regions in the place of the one that holds `row`; the second goes to `server`. */
  split(table: string, row: string, server: number): void {
    const model = this.table(table)
    const parent = this.at(table, Buffer.from(row, 'latin1'))
    const [start, end] = [parent.startKey.toString('latin1'), parent.endKey.toString('latin1')]
    const halves = [
      this.#made(table, [start, row], parent.server),
      this.#made(table, [row, end], server),
    ]
    model.parents.push(parent)
    model.regions = model.regions.flatMap(region => (region === parent ? halves : [region]))
  }

  /** Puts one region in the place of the one that holds `row` and the next, if there is one. */
  merge(table: string, row: string): void {
    const model = this.table(table)
    const first = model.regions.indexOf(this.at(table, Buffer.from(row, 'latin1')))
    const [left, right] = model.regions.slice(first, first + 2)
    if (left === undefined || right === undefined) return
    const ends = [left.startKey.toString('latin1'), right.endKey.toString('latin1')] as const
    model.regions.splice(first, 2, this.#made(table, ends, right.server))
  }

  #made(table: string, [start, end]: readonly [string, string], server: number): RegionModel {
    const regionId = this.#nextRegionId++
    const prefix = `${table},${start},${regionId}`
    const hash = createHash('md5').update(prefix, 'latin1').digest('hex')
    const [startKey, endKey] = [Buffer.from(start, 'latin1'), Buffer.from(end, 'latin1')]
    return { startKey, endKey, regionId, name: `${prefix}.${hash}.`, server, openingCalls: 0 }
  }
}

/** Tells a region that is served from what is said otherwise. */
export function isServed(place: ServedRegion | ScriptedException): place is ServedRegion {
  return 'region' in place
}
