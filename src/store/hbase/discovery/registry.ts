/**
 * Where a cluster begins: the server of the catalog table and the active master, read from
 * ZooKeeper or asked of servers known beforehand.
 */
import type { Clock, Deadline } from '../connection/clock.js'
import { type ServerAddress, type Servers, serverKey } from '../connection/servers.js'
import {
  decodeActiveMaster,
  decodeMasterNode,
  decodeMetaLocations,
  decodeMetaNode,
  EMPTY_MESSAGE,
  type ServerName,
} from '../protocol/messages.js'
import { ConnectionFailure, TimeoutFailure } from '../retries/failures.js'
import { readNode } from './zookeeper.js'

/** Finds the two servers that everything else starts from. Nothing is cached. */
export interface Registry {
  /** Server of the catalog table. */
  metaServer(deadline: Deadline): Promise<ServerName>
  /** The active master. */
  activeMaster(deadline: Deadline): Promise<ServerName>
}

/** What both kinds of registry need. */
export interface RegistryContext {
  readonly clock: Clock
  /** Evenly distributed in [0, 1). */
  readonly random: () => number
  /** Most time one host may take before the next is tried. */
  readonly hostTimeoutMs: number
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map(item => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

/** Asks the hosts in random order until one knows; throws what the last one failed with. */
async function askAny<T>(
  hosts: readonly ServerAddress[],
  context: RegistryContext,
  ask: {
    readonly deadline: Deadline
    readonly of: (host: ServerAddress, timeoutMs: number) => Promise<T | undefined>
    readonly missing: string
  },
): Promise<T> {
  let last: unknown = new ConnectionFailure(ask.missing)
  for (const host of shuffled(hosts, context.random)) {
    ask.deadline.signal?.throwIfAborted()
    const remainingMs = ask.deadline.atMs - context.clock.nowMs()
    if (remainingMs <= 0) throw new TimeoutFailure(`no time left to ask ${serverKey(host)}`)
    try {
      const answer = await ask.of(host, Math.min(remainingMs, context.hostTimeoutMs))
      if (answer !== undefined) return answer
      last = new ConnectionFailure(ask.missing)
    } catch (failure) {
      last = failure
    }
  }
  throw last
}

const META_MISSING = 'the catalog table is not served at the moment'
const MASTER_MISSING = 'no master is active at the moment'

/**
 * The registry in ZooKeeper.
 *
 * @param parentNode such as `/hbase`
 */
export function zookeeperRegistry(
  quorum: readonly ServerAddress[],
  parentNode: string,
  context: RegistryContext,
): Registry {
  const read = (name: string, host: ServerAddress, timeoutMs: number) =>
    readNode(host, `${parentNode}/${name}`, { clock: context.clock, timeoutMs })
  return {
    metaServer: deadline =>
      askAny(quorum, context, {
        deadline,
        of: async (host, ms) => decodeMetaNode(await read('meta-region-server', host, ms)),
        missing: META_MISSING,
      }),
    activeMaster: deadline =>
      askAny(quorum, context, {
        deadline,
        of: async (host, ms) => decodeMasterNode(await read('master', host, ms)),
        missing: MASTER_MISSING,
      }),
  }
}

/** The registry that masters (HBase 2.3) and region servers (2.5) offer, without ZooKeeper. */
export function rpcRegistry(
  bootstrap: readonly ServerAddress[],
  servers: Servers,
  context: RegistryContext,
): Registry {
  const call = async (
    host: ServerAddress,
    method: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ) => {
    const connection = servers.connectionTo(host, 'ClientMetaService')
    const answer = await connection.call({ method, param: EMPTY_MESSAGE, timeoutMs, signal })
    return answer.message
  }
  return {
    metaServer: deadline =>
      askAny(bootstrap, context, {
        deadline,
        of: async (host, ms) =>
          decodeMetaLocations(await call(host, 'GetMetaRegionLocations', ms, deadline.signal)),
        missing: META_MISSING,
      }),
    activeMaster: deadline =>
      askAny(bootstrap, context, {
        deadline,
        of: async (host, ms) =>
          decodeActiveMaster(await call(host, 'GetActiveMaster', ms, deadline.signal)),
        missing: MASTER_MISSING,
      }),
  }
}
