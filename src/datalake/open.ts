/** Opens a data lake by its address: a folder, an HDFS or a bucket. */
import { fileURLToPath } from 'node:url'
import type { Datalake } from './datalake.js'
import type { HdfsAddress } from './hdfs/name-nodes.js'
import type { HttpLimits } from './http-exchange.js'
import { openLocalLake } from './local/local.js'
import type { S3Address, S3Credentials } from './s3/s3.js'

/** A lake as its address names it. */
export type LakeAddress =
  | { readonly kind: 'local'; readonly folder: string }
  | ({ readonly kind: 'webhdfs' } & HdfsAddress)
  | ({ readonly kind: 's3' } & S3Address)

const DEFAULT_REGION = 'us-east-1'

/**
 * Reads the address of a lake:
 *
 * - a folder, as path or `file:///...`
 * - `webhdfs://host:port[,host:port...]/root?user=NAME`, `swebhdfs://` over TLS
 * - `s3://bucket[/prefix]?endpoint=URL&region=NAME`; without endpoint that of AWS in the region
 *
 * @throws SyntaxError when it is none of these
 */
export function parseLakeAddress(address: string): LakeAddress {
  if (address === '') throw unreadable(address, 'a folder, webhdfs:// or s3://')
  const parts = /^([A-Za-z][A-Za-z0-9+.-]+):\/\/([^/?#]*)([^?#]*)(?:\?(.*))?$/s.exec(address)
  if (parts === null) return { kind: 'local', folder: address }
  const [, scheme = '', authority = '', path = '', query = ''] = parts
  if (scheme === 'file') return parseFileAddress(address)
  const known = LAKE_SCHEMES.get(scheme)
  if (known === undefined) throw unreadable(address, 'a folder, webhdfs:// or s3://')
  const params = new Map(new URLSearchParams(query))
  for (const name of params.keys()) {
    if (!known.params.includes(name)) throw unreadable(address, `no parameter "${name}"`)
  }
  if (authority === '' || authority.includes('@')) throw unreadable(address, 'a host or bucket')
  return known.parse({ address, scheme, authority, root: decodeRoot(address, path), params })
}

interface AddressParts {
  readonly address: string
  readonly scheme: string
  readonly authority: string
  /** Decoded path. */
  readonly root: string
  readonly params: ReadonlyMap<string, string>
}

interface LakeScheme {
  /** Names of the parameters it knows. */
  readonly params: readonly string[]
  readonly parse: (parts: AddressParts) => LakeAddress
}

const HDFS_SCHEME: LakeScheme = {
  params: ['user'],
  parse({ address, scheme, authority, root, params }) {
    const hosts = authority.split(',')
    const isEach = hosts.every(host => /^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):\d{1,5}$/.test(host))
    if (!isEach) throw unreadable(address, 'host:port of each name node')
    const isSecure = scheme === 'swebhdfs'
    return { kind: 'webhdfs', hosts, root: root || '/', user: params.get('user'), isSecure }
  },
}

const S3_SCHEME: LakeScheme = {
  params: ['endpoint', 'region'],
  parse({ address, authority, root, params }) {
    const region = params.get('region') ?? DEFAULT_REGION
    const endpoint = params.get('endpoint') ?? `https://s3.${region}.amazonaws.com`
    if (!/^https?:\/\/[^/@]+\/?$/.test(endpoint)) {
      throw unreadable(address, 'an endpoint like http://host:9000')
    }
    return { kind: 's3', bucket: authority, prefix: root.replace(/^\/+/, ''), endpoint, region }
  },
}

const LAKE_SCHEMES: ReadonlyMap<string, LakeScheme> = new Map([
  ['webhdfs', HDFS_SCHEME],
  ['swebhdfs', HDFS_SCHEME],
  ['s3', S3_SCHEME],
])

function decodeRoot(address: string, path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    throw unreadable(address, 'a path with %XX for special characters', cause)
  }
}

function parseFileAddress(address: string): LakeAddress {
  try {
    return { kind: 'local', folder: fileURLToPath(address) }
  } catch (cause) {
    throw unreadable(address, 'file:///folder', cause)
  }
}

function unreadable(address: string, expected: string, cause?: unknown): SyntaxError {
  const shown = address.replace(/\/\/[^/@\s]+@/, '//***@')
  return new SyntaxError(`Cannot open data lake "${shown}": expected ${expected}`, { cause })
}

/** The keys in the usual variables of the environment, undefined when there are none. */
export function s3CredentialsFrom(
  env: Readonly<Record<string, string | undefined>>,
): S3Credentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] || undefined }
}

/**
 * Opens the lake at an address, see `parseLakeAddress`. Servers are not asked before the first
 * read; a folder must be there.
 *
 * @param options.env holds the keys for S3; without them requests are anonymous
 * @throws SyntaxError when the address cannot be read
 * @throws DatalakeError when there is no such folder
 */
export async function openDatalake(
  address: string,
  options: {
    readonly env?: Readonly<Record<string, string | undefined>> | undefined
    readonly limits?: Partial<HttpLimits> | undefined
  } = {},
): Promise<Datalake> {
  const { env = {}, limits } = options
  const parsed = parseLakeAddress(address)
  if (parsed.kind === 'local') return openLocalLake(parsed.folder)
  // Loaded only when needed: without them a server is ready sooner.
  if (parsed.kind === 'webhdfs') {
    const { openWebHdfs } = await import('./hdfs/webhdfs.js')
    return openWebHdfs(parsed, { limits })
  }
  const { openS3 } = await import('./s3/s3.js')
  return openS3(parsed, { credentials: s3CredentialsFrom(env), limits })
}
