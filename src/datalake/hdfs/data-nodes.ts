/**
 * Reading byte ranges from the data nodes of an HDFS. Where a file is read from is remembered; a
 * data node that fails is avoided while there are others that have the bytes.
 */
import { LRUCache } from 'lru-cache'
import { DatalakeError } from '../../errors.js'
import type { HttpExchange, HttpLimits, HttpReply } from '../http-exchange.js'
import { shortFile } from '../lake-errors.js'
import { retry } from '../retry.js'
import type { NameNodes } from './name-nodes.js'
import { HDFS, parseGoodReply, parseRedirect, toHdfsError } from './webhdfs-error.js'

/** Most files whose data node is remembered. */
const MAX_LOCATIONS = 10_000
/** Usual size of a block: beyond, another data node may hold the bytes. */
const BLOCK_BYTES = 2 ** 27
/** Data nodes that failed are avoided for this time. */
const MAX_SUSPECTS = 1_000
const SUSPICION_MS = 30_000
/** Most bytes of the list of data nodes that have a block. */
const MAX_LIST_BYTES = 2 ** 20

/** The bytes of a file that are wanted; at least one. */
export interface Span {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly signal: AbortSignal | undefined
}

/** Reads from data nodes. */
export class DataNodes {
  readonly #names: NameNodes
  readonly #http: HttpExchange
  readonly #limits: HttpLimits
  readonly #locations = new LRUCache<string, URL>({ max: MAX_LOCATIONS })
  /** Failed data nodes: host and port of redirects to them, and the name to avoid them by. */
  readonly #suspects = new LRUCache<string, string>({ max: MAX_SUSPECTS, ttl: SUSPICION_MS })

  constructor(names: NameNodes, http: HttpExchange, limits: HttpLimits) {
    this.#names = names
    this.#http = http
    this.#limits = limits
  }

  /** Asks a name node again at the next read of the file. */
  forget(path: string): void {
    for (const key of this.#locations.keys()) {
      if (key.startsWith(`${path}\n`)) this.#locations.delete(key)
    }
  }

  /**
   * All bytes of a span.
   *
   * @throws DatalakeError, NotFoundError
   */
  async read(span: Span): Promise<Uint8Array> {
    const key = `${span.path}\n${Math.floor(span.start / BLOCK_BYTES)}`
    const known = this.#locations.get(key)
    if (known !== undefined && !this.#suspects.has(known.host)) {
      try {
        return await this.#readFrom(known, span)
      } catch (error) {
        span.signal?.throwIfAborted()
        // The data node may be gone, or its block may have moved: whatever it was, ask again.
        if (this.#locations.get(key) === known) this.#locations.delete(key)
        await this.#suspect(known.host, error, span)
      }
    }
    return retry(this.#limits, () => this.#readAnew(key, span), span.signal)
  }

  async #readAnew(key: string, span: Span): Promise<Uint8Array> {
    const reply = await this.#open(span)
    // A gateway such as HttpFS does not redirect.
    if (reply.status === 200) return checkLength(reply, span)
    const url = parseRedirect(reply)
    if (url === undefined) {
      // Perhaps all data nodes are avoided; they may be back at the next attempt.
      this.#suspects.clear()
      throw toHdfsError(reply, span)
    }
    try {
      const bytes = await this.#readFrom(url, span)
      this.#locations.set(key, url)
      return bytes
    } catch (error) {
      span.signal?.throwIfAborted()
      await this.#suspect(url.host, error, span)
      throw error
    }
  }

  #open({ path, start, end, signal }: Span): Promise<HttpReply> {
    const excluded = [...this.#suspects.values()].filter(name => name !== '')
    const params = {
      offset: start,
      length: end - start,
      ...(excluded.length > 0 && { excludedatanodes: excluded.join(',') }),
    }
    const maxBytes = end - start
    return this.#names.ask({ method: 'GET', op: 'OPEN', path, params, maxBytes, signal })
  }

  async #readFrom(location: URL, span: Span): Promise<Uint8Array> {
    const { start, end, signal } = span
    const url = new URL(location)
    url.searchParams.set('offset', String(start))
    url.searchParams.set('length', String(end - start))
    const reply = await this.#http.send({ url, maxBytes: end - start, signal })
    if (reply.status !== 200) throw toHdfsError(reply, span)
    return checkLength(reply, span)
  }

  /**
   * Avoids a data node that failed. To a name node its name is IP address and port of the data
   * transfer, while redirects tell host and port of the REST service.
   */
  async #suspect(host: string, error: unknown, { path, start, signal }: Span): Promise<void> {
    if (!(error instanceof DatalakeError && error.isRetryable)) return
    const params = { offset: start, length: 1 }
    const maxBytes = MAX_LIST_BYTES
    const operation = { method: 'GET', op: 'GET_BLOCK_LOCATIONS', path, params } as const
    const reply = await this.#names.ask({ ...operation, maxBytes, signal })
    const located = reply.status === 200 ? findLocations(parseGoodReply(reply)) : []
    this.#suspects.set(host, located.find(({ hosts }) => hosts.includes(host))?.name ?? '')
  }
}

function checkLength({ body }: HttpReply, { path, end, start }: Span): Uint8Array {
  if (body.length < end - start) throw shortFile(HDFS, path, end)
  return body
}

/** A data node as the name node lists it. */
interface LocatedNode {
  /** `ip:port` of the data transfer. */
  readonly name: string
  /** What a redirect to it may have as host. */
  readonly hosts: readonly string[]
}

/** What is used of the answer to GET_BLOCK_LOCATIONS. */
interface BlockLocations {
  readonly LocatedBlocks?: {
    readonly locatedBlocks?: readonly {
      readonly locations?: readonly {
        readonly name: string
        readonly hostName: string
        readonly ipAddr: string
        readonly infoPort: number
        readonly infoSecurePort: number
      }[]
    }[]
  }
}

function findLocations({ LocatedBlocks: blocks }: BlockLocations): LocatedNode[] {
  const nodes = blocks?.locatedBlocks?.flatMap(({ locations }) => locations ?? []) ?? []
  return nodes.map(({ name, hostName, ipAddr, infoPort, infoSecurePort }) => ({
    name,
    hosts: [hostName, ipAddr].flatMap(host => [`${host}:${infoPort}`, `${host}:${infoSecurePort}`]),
  }))
}
