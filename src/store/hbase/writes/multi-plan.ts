/** Which actions go into which call: grouped by server and region, each call of a bounded size. */

import { type ServerAddress, serverKey } from '../connection/servers.js'
import { actionBytes, type RowAction } from '../protocol/mutation-messages.js'
import type { Region } from '../regions/catalog.js'

/** Actions in one call. */
const MAX_ACTIONS_PER_CALL = 4_096
/** A get counts as so many actions: several server threads may then read side by side. */
const GET_WEIGHT = 32
/** Bytes of cells in one call, unless a single action has more. */
const MAX_BYTES_PER_CALL = 4 * 1024 * 1024

/** An action, its position in the whole list, and the region of its row. */
export interface LocatedAction {
  readonly action: RowAction
  readonly position: number
  readonly region: Region
}

/** Actions on one region; `positions` are those in the whole list. */
export interface RegionPart {
  readonly region: Region
  readonly actions: RowAction[]
  readonly positions: number[]
}

/** One call to a server. */
export interface CallPlan {
  readonly server: ServerAddress
  readonly parts: readonly RegionPart[]
}

class OpenCall implements CallPlan {
  readonly server: ServerAddress
  readonly #parts = new Map<Region, RegionPart>()
  #weight = 0
  #bytes = 0

  constructor(server: ServerAddress) {
    this.server = server
  }

  get parts(): RegionPart[] {
    return [...this.#parts.values()]
  }

  /** Adds an action; false when it does not fit. */
  add({ action, position, region }: LocatedAction): boolean {
    const bytes = actionBytes(action)
    if (this.#weight >= MAX_ACTIONS_PER_CALL) return false
    if (this.#bytes > 0 && this.#bytes + bytes > MAX_BYTES_PER_CALL) return false
    const part = this.#parts.get(region) ?? { region, actions: [], positions: [] }
    this.#parts.set(region, part)
    part.actions.push(action)
    part.positions.push(position)
    this.#weight += action.kind === 'get' ? GET_WEIGHT : 1
    this.#bytes += bytes
    return true
  }
}

/** Groups actions into calls; the actions of a region keep their order. */
export function planCalls(actions: Iterable<LocatedAction>): CallPlan[] {
  const calls: OpenCall[] = []
  const open = new Map<string, OpenCall>()
  for (const one of actions) {
    const { server } = one.region
    if (open.get(serverKey(server))?.add(one)) continue
    const call = new OpenCall(server)
    call.add(one)
    calls.push(call)
    open.set(serverKey(server), call)
  }
  return calls
}
