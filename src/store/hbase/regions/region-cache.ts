/**
 * The known regions of tables, sorted by key. Holes are allowed: a region is forgotten as soon as
 * a server says that it is elsewhere.
 */

import { type ServerAddress, serverKey } from '../connection/servers.js'
import type { Region } from './catalog.js'

/** Tables whose regions are remembered; the one that came first is forgotten for a new one. */
const MAX_TABLES = 1_000

function endsBehind(region: Region, row: Uint8Array): boolean {
  const { endKey } = region.info
  return endKey.length === 0 || Buffer.compare(endKey, row) > 0
}

/** Known regions by table; see the head of the file. */
export class RegionCache {
  readonly #tables = new Map<string, Region[]>()

  /** True when something is known of a table. */
  hasTable(table: string): boolean {
    return this.#tables.has(table)
  }

  /** The region that holds `row`. */
  find(table: string, row: Uint8Array): Region | undefined {
    const regions = this.#tables.get(table) ?? []
    const region = regions[this.#countUpTo(regions, row) - 1]
    return region !== undefined && endsBehind(region, row) ? region : undefined
  }

  /** The region that holds the rows right before `row`; the last one when `row` is empty. */
  findBefore(table: string, row: Uint8Array): Region | undefined {
    const regions = this.#tables.get(table) ?? []
    const region = row.length === 0 ? regions.at(-1) : regions[this.#countBelow(regions, row) - 1]
    if (region === undefined || region.info.endKey.length === 0) return region
    return row.length > 0 && Buffer.compare(region.info.endKey, row) >= 0 ? region : undefined
  }

  /** Start of the last known region at or before `row`: names the hole that `row` is in. */
  startBelow(table: string, row: Uint8Array): Buffer | undefined {
    const regions = this.#tables.get(table) ?? []
    return regions[this.#countUpTo(regions, row) - 1]?.info.startKey
  }

  /** Adds regions; known ones that overlap them are forgotten. */
  add(table: string, found: readonly Region[]): void {
    const regions = this.#tables.get(table) ?? []
    this.#tables.set(table, regions)
    for (const region of found) this.#insert(regions, region)
    for (const oldest of this.#tables.keys()) {
      if (this.#tables.size <= MAX_TABLES) return
      this.#tables.delete(oldest)
    }
  }

  /** Forgets one region, if it is still the known one. */
  forget(region: Region): void {
    const regions = this.#tables.get(region.info.table) ?? []
    const position = regions.indexOf(region)
    if (position >= 0) regions.splice(position, 1)
  }

  /** Forgets all regions of a server. */
  forgetServer(server: ServerAddress): void {
    const key = serverKey(server)
    for (const [table, regions] of this.#tables) {
      this.#tables.set(
        table,
        regions.filter(region => serverKey(region.server) !== key),
      )
    }
  }

  /** Forgets a table. */
  forgetTable(table: string): void {
    this.#tables.delete(table)
  }

  #insert(regions: Region[], region: Region): void {
    const { startKey, endKey } = region.info
    let first = this.#countUpTo(regions, startKey)
    if (first > 0 && endsBehind(regions[first - 1]!, startKey)) first--
    const end = endKey.length === 0 ? regions.length : this.#countBelow(regions, endKey)
    regions.splice(first, Math.max(0, end - first), region)
  }

  /** Number of regions that start at or before `row`. */
  #countUpTo(regions: readonly Region[], row: Uint8Array): number {
    return countWhile(regions, region => Buffer.compare(region.info.startKey, row) <= 0)
  }

  /** Number of regions that start before `row`. */
  #countBelow(regions: readonly Region[], row: Uint8Array): number {
    return countWhile(regions, region => Buffer.compare(region.info.startKey, row) < 0)
  }
}

/** Number of leading items that satisfy `test`, by bisection: the others must follow them. */
function countWhile<T>(items: readonly T[], test: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (test(items[middle]!)) low = middle + 1
    else high = middle
  }
  return low
}
