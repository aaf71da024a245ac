/**
 * The resolver of SsODNet (IMCCE): the name of a Solar System object and every other name that it
 * has, the packed designations of the Minor Planet Center included.
 */

import type { RemoteReply } from './exchange.js'
import { decodeJsonObject, requireRecords, requireText } from './json-reply.js'
import { openRemote, type RemoteTools } from './remote.js'

/** The names of an object. */
export interface SsodnetNames {
  readonly name: string
  readonly aliases: readonly string[]
}

/** The open service. */
export interface Ssodnet {
  /** Names of the object that a name, number or designation stands for; undefined for none. */
  find(name: string, signal: AbortSignal): Promise<SsodnetNames | undefined>
}

interface Found {
  readonly names: SsodnetNames | undefined
}

/** Opens the resolver at its address (`.../resolver.php`). */
export function openSsodnet(address: string | undefined, tools?: RemoteTools): Ssodnet {
  const remote = openRemote<Found>({ name: 'SsODNet (resolver)', address }, tools)
  return {
    async find(name, signal) {
      const query = new URLSearchParams({
        '-name': `EQUAL:${name}`,
        '-mime': 'json',
        '-from': 'FINK',
      })
      const call = {
        key: name,
        request: (base: string) => ({ url: new URL(`${base}?${query}`) }),
        decode: decodeNames,
      }
      return (await remote.ask(call, signal)).names
    },
  }
}

/** An answer about no object lacks `data`, or has an empty one. */
function decodeNames(reply: RemoteReply): Found {
  const answer = decodeJsonObject(reply)
  const [first] = answer.data === undefined ? [] : requireRecords(answer, 'data')
  if (first === undefined) return { names: undefined }
  const aliases = requireText(first, 'aliases').split(',')
  return {
    names: {
      name: requireText(first, 'name'),
      aliases: aliases.map(alias => alias.trim()).filter(alias => alias !== ''),
    },
  }
}
