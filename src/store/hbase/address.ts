/**
 * Addresses of HBase clusters as one text: `hbase://zk1,zk2:2181/hbase?user=fink` finds the cluster
 * through ZooKeeper, `hbase-rpc://master1:16000,master2:16000` through its masters.
 */
import type { HBaseOptions } from './client.js'
import type { CompressionName } from './protocol/compression.js'

const ZOOKEEPER_SCHEME = 'hbase:'
const RPC_SCHEME = 'hbase-rpc:'
const PORTS = { [ZOOKEEPER_SCHEME]: 2181, [RPC_SCHEME]: 16_000 } as const
const COMPRESSIONS: readonly CompressionName[] = ['snappy', 'gzip']

/** What an address says: how to reach the cluster, and which schema rows to read there. */
export interface HBaseAddress {
  readonly client: HBaseOptions
  /** Key of the schema row of every table; the newest one when undefined or not there. */
  readonly schemaKey?: string
}

/** True when an address is that of an HBase cluster. */
export function isHBaseAddress(address: string): boolean {
  return address.startsWith(ZOOKEEPER_SCHEME) || address.startsWith(RPC_SCHEME)
}

/**
 * Reads an address. Hosts without a port have that of the last host with one. Options are `user`,
 * `schemaKey`, `timeoutMs`, `callTimeoutMs`, `compression`, `compressionClass` and any number of
 * `host=name,address` for names of servers that do not resolve here.
 *
 * @throws SyntaxError when it is malformed
 */
export function parseHBaseAddress(address: string): HBaseAddress {
  const match = /^(hbase:|hbase-rpc:)\/\/(?:([^/?#@]*)@)?([^/?#]+)(\/[^?#]*)?(?:\?(.*))?$/.exec(
    address,
  )
  if (match === null) throw malformed(address, 'expected "hbase://host,host:port/parent?options"')
  const [, scheme = '', user, hosts = '', path = '', query = ''] = match
  const isRpc = scheme === RPC_SCHEME
  const servers = parseHosts(hosts, PORTS[isRpc ? RPC_SCHEME : ZOOKEEPER_SCHEME])
  const parentNode = path.replace(/\/+$/, '')
  if (isRpc && parentNode !== '') throw malformed(address, 'masters have no parent node')
  const { schemaKey, ...options } = parseOptions(address, new URLSearchParams(query))
  return {
    client: {
      ...(isRpc ? { bootstrap: servers } : { zookeeper: servers }),
      ...(parentNode !== '' && { parentNode }),
      ...(user && { user: decodeURIComponent(user) }),
      ...options,
    },
    ...(schemaKey !== undefined && { schemaKey }),
  }
}

function parseHosts(text: string, fallback: number): string[] {
  const hosts = text.split(',')
  const withPort = hosts.filter(host => /:\d+$/.test(host)).at(-1)
  const port = withPort?.slice(withPort.lastIndexOf(':') + 1) ?? String(fallback)
  return hosts.map(host => (/:\d+$/.test(host) ? host : `${host}:${port}`))
}

function parseOptions(address: string, query: URLSearchParams) {
  const options: {
    user?: string
    schemaKey?: string
    timeoutMs?: number
    callTimeoutMs?: number
    compression?: CompressionName
    compressionClass?: string
    hostMap?: Record<string, string>
  } = {}
  for (const [name, value] of query) {
    if (name === 'user' || name === 'schemaKey' || name === 'compressionClass') {
      options[name] = value
    } else if (name === 'timeoutMs' || name === 'callTimeoutMs') {
      options[name] = parseMilliseconds(address, name, value)
    } else if (name === 'compression') {
      options.compression = parseCompression(address, value)
    } else if (name === 'host') {
      const [host = '', target = ''] = value.split(',')
      if (host === '' || target === '') throw malformed(address, 'expected "host=name,address"')
      options.hostMap = { ...options.hostMap, [host]: target }
    } else throw malformed(address, `there is no option "${name}"`)
  }
  return options
}

function parseMilliseconds(address: string, name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw malformed(address, `expected milliseconds in "${name}"`)
  return Number(text)
}

function parseCompression(address: string, text: string): CompressionName {
  const known = COMPRESSIONS.find(name => name === text)
  if (known !== undefined) return known
  throw malformed(address, `expected a compression among ${COMPRESSIONS.join(', ')}, got "${text}"`)
}

function malformed(address: string, reason: string): SyntaxError {
  return new SyntaxError(`Cannot read the address "${address}": ${reason}`)
}
