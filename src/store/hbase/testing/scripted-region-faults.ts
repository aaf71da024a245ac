/**
 * Regions that are not where they were when a call comes: moved, split or merged, with a catalog
 * that knows it at once or only later. The call itself goes on. For tests only.
 */
import { type Fault, type FaultedCall, isInRegion, regionOfCall } from './faulted-call.js'

/** Reads of the catalog for which it tells what was before. */
const CATALOG_READS_BEHIND = 3

/** A region moves, splits or merges right before the call. */
function regionChange(change: (at: FaultedCall) => void): Fault {
  return {
    suits: isInRegion,
    play: at => {
      change(at)
      return undefined
    },
  }
}

function move(at: FaultedCall): void {
  const { cluster, server } = at
  regionOfCall(at)!.region.server = (server + 1) % cluster.servers.length
}

/** The region moves, and the catalog says something else for a while. */
function moveUnseen(at: FaultedCall, server: number | undefined): void {
  move(at)
  regionOfCall(at)!.region.listed = { server, reads: CATALOG_READS_BEHIND }
}

function split(at: FaultedCall): void {
  const { cluster, server } = at
  const { table, region } = regionOfCall(at)!
  const rows = table.rowsOf(region)
  const middle = rows[rows.length >> 1]?.key
  if (middle === undefined || middle.equals(region.startKey)) return
  const next = (server + 1) % cluster.servers.length
  cluster.split(table.name, middle.toString('latin1'), next)
}

function merge(at: FaultedCall): void {
  const { table, region } = regionOfCall(at)!
  const index = table.regions.indexOf(region)
  const first = table.regions[Math.min(index, table.regions.length - 2)]
  if (first !== undefined) at.cluster.regions.merge(table.name, first.startKey.toString('latin1'))
}

/** The faults by name; a client must see through them all. */
export const REGION_FAULTS = {
  'region moved': regionChange(move),
  'region opening': regionChange(at => {
    move(at)
    regionOfCall(at)!.region.openingCalls = 2
  }),
  'catalog behind': regionChange(at => moveUnseen(at, at.server)),
  'region in transit': regionChange(at => moveUnseen(at, undefined)),
  'region split': regionChange(split),
  'regions merged': regionChange(merge),
  'catalog moved': {
    suits: () => true,
    play: ({ cluster }) => {
      cluster.metaServer = (cluster.metaServer + 1) % cluster.servers.length
      return undefined
    },
  },
} as const satisfies Readonly<Record<string, Fault>>
