/**
 * The name nodes of an HDFS, which know where files are but hold none of their bytes. Of several
 * one is active; the others say so, and it is remembered who answered last.
 */
import { DatalakeError } from '../../errors.js'
import type { HttpExchange, HttpReply, HttpRequest } from '../http-exchange.js'
import { HDFS, parseRemoteException } from './webhdfs-error.js'

/** Where an HDFS is, and as whom it is used. */
export interface HdfsAddress {
  /** `host:port` of the HTTP service of each name node. */
  readonly hosts: readonly string[]
  /** Absolute path of the folder that the lake begins at. */
  readonly root: string
  /** User for simple authentication; the default user of the server when absent. */
  readonly user: string | undefined
  readonly isSecure: boolean
}

/** One operation of WebHDFS on a file. */
export interface HdfsOperation {
  readonly method: NonNullable<HttpRequest['method']>
  readonly op: string
  /** Path in the lake. */
  readonly path: string
  readonly params?: Readonly<Record<string, string | number>>
  /** Most bytes of a good answer. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal | undefined
}

/** Asks the name nodes. */
export class NameNodes {
  readonly #address: HdfsAddress
  readonly #http: HttpExchange
  #active = 0

  constructor(address: HdfsAddress, http: HttpExchange) {
    this.#address = address
    this.#http = http
  }

  /** Absolute path in the HDFS of a path in the lake. */
  absolutePath(path: string): string {
    const root = this.#address.root.replace(/\/+$/, '')
    return `${root}/${path}`
  }

  /**
   * The answer of the active name node, whatever its status.
   *
   * @throws DatalakeError when none of them answers
   */
  async ask(operation: HdfsOperation): Promise<HttpReply> {
    const { hosts } = this.#address
    let failure: unknown
    for (let i = 0; i < hosts.length; i++) {
      const at = (this.#active + i) % hosts.length
      try {
        const reply = await this.#send(hosts[at]!, operation)
        if (reply.status < 400 || parseRemoteException(reply).name !== 'StandbyException') {
          this.#active = at
          return reply
        }
        const message = `${hosts[at]} is on standby`
        failure = new DatalakeError(HDFS, message, { failure: 'unavailable' })
      } catch (error) {
        if (!(error instanceof DatalakeError && error.isRetryable)) throw error
        failure = error
      }
    }
    throw failure
  }

  #send(host: string, operation: HdfsOperation): Promise<HttpReply> {
    const { method, op, path, params = {}, maxBytes, signal } = operation
    const { isSecure, user } = this.#address
    const names = this.absolutePath(path).split('/').map(encodeURIComponent)
    const url = new URL(`${isSecure ? 'https' : 'http'}://${host}/webhdfs/v1${names.join('/')}`)
    url.searchParams.set('op', op)
    if (user !== undefined) url.searchParams.set('user.name', user)
    for (const [name, value] of Object.entries(params)) url.searchParams.set(name, String(value))
    return this.#http.send({ url, method, signal, ...(maxBytes !== undefined && { maxBytes }) })
  }
}
