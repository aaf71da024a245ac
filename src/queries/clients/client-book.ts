/**
 * What the store says about clients, kept at hand for requests that come by the thousand: limits
 * set by an administrator and the tokens seen lately. Both are read again after a few seconds, so
 * that what is changed on the command line holds in every process soon.
 */
import { LRUCache } from 'lru-cache'
import { UnauthorizedError } from '../../errors.js'
import type { Store } from '../../store/store.js'
import { type ClientLimit, readClientLimits } from './client-limits.js'
import { checkToken } from './tokens.js'

/** Time after which a change in the store is seen at the latest, by the next request but one. */
export const BOOK_AGE_MS = 5_000
/** Most tokens that are remembered, valid or not. */
const MAX_TOKENS = 10_000

/** See the top of the file. */
export interface ClientBook {
  limitOf(client: string): ClientLimit | undefined
  /** Name of the client with this token, undefined when it is not valid; a promise when unknown. */
  clientOf(token: string): string | undefined | Promise<string | undefined>
  /** Reads the limits now. */
  refresh(): Promise<void>
}

/** What a book needs beside the store. */
export interface BookOptions {
  /** Told when the limits cannot be read; those read before stay in force. */
  readonly onFailure: (error: unknown) => void
  /** Milliseconds that only grow; those of the machine when absent. */
  readonly nowMs?: () => number
}

interface SeenToken {
  readonly client: string | undefined
  readonly atMs: number
}

/** Opens an empty book, which reads the store when it is asked. */
export function openClientBook(store: Store, options: BookOptions): ClientBook {
  const { onFailure, nowMs = () => performance.now() } = options
  const tokens = new LRUCache<string, SeenToken>({ max: MAX_TOKENS })
  let limits = new Map<string, ClientLimit>()
  let readMs = Number.NEGATIVE_INFINITY
  const refresh = async (): Promise<void> => {
    readMs = nowMs()
    try {
      limits = new Map((await readClientLimits(store)).map(entry => [entry.client, entry]))
    } catch (error) {
      onFailure(error)
    }
  }
  return {
    refresh,
    limitOf(client) {
      if (nowMs() - readMs > BOOK_AGE_MS) void refresh()
      return limits.get(client)
    },
    clientOf(token) {
      const seen = tokens.get(token)
      if (seen !== undefined && nowMs() - seen.atMs < BOOK_AGE_MS) return seen.client
      return findClient(store, token).then(client => {
        tokens.set(token, { client, atMs: nowMs() })
        return client
      })
    },
  }
}

async function findClient(store: Store, token: string): Promise<string | undefined> {
  try {
    return `token:${(await checkToken(store, token)).id}`
  } catch (error) {
    if (error instanceof UnauthorizedError) return undefined
    throw error
  }
}
