/**
 * Who sends a request, as a name to count under: an address, or the token that was sent. Addresses
 * of IPv6 are counted by their first 64 bits, which is what one subscriber gets (RFC 6177).
 */
import type { IncomingMessage } from 'node:http'
import { isIP, isIPv6 } from 'node:net'

/** The machine that the service runs on. */
export const LOCAL_CLIENT = 'local'

const LOOPBACK = /^127\.|^::1$/
const MAPPED = /^::ffff:(?=\d+\.)/i
const BEARER = /^Bearer (fink_[\w-]{1,100})$/i
/** Groups of 16 bits that tell IPv6 subscribers apart. */
const SUBSCRIBER_GROUPS = 4

/**
 * Name of the client at an address of IPv4 or IPv6.
 *
 * @throws RangeError when the text is no address
 */
export function parseClientAddress(address: string): string {
  const plain = address.replace(MAPPED, '')
  if (isIP(plain) === 0) {
    throw new RangeError(`Cannot read the address "${address}": expected IPv4 or IPv6`)
  }
  return isIPv6(plain) ? toSubscriber(plain) : plain
}

/**
 * Name of who sent the request. `trustedProxies` is the number of proxies in front, each of which
 * adds the address it saw to `X-Forwarded-For`; what stands before those was written by the client
 * and means nothing.
 */
export function toClientName(request: IncomingMessage, trustedProxies: number): string {
  const own = request.socket.remoteAddress ?? ''
  const forwarded = trustedProxies > 0 ? request.headers['x-forwarded-for'] : undefined
  const seen = typeof forwarded === 'string' ? forwarded.split(',') : []
  const given = seen[Math.max(0, seen.length - trustedProxies)]?.trim() ?? ''
  const address = isIP(given) === 0 ? own : given
  const plain = address.startsWith('::f') ? address.replace(MAPPED, '') : address
  if (address !== given && LOOPBACK.test(plain)) return LOCAL_CLIENT
  return plain.includes(':') ? toSubscriber(plain) : plain
}

/** The token of a request; undefined when it has none of ours. */
export function bearerToken({ headers }: IncomingMessage): string | undefined {
  const { authorization } = headers
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1]
}

function toSubscriber(address: string): string {
  const [bare = ''] = address.split('%', 1)
  const [head = '', tail] = bare.split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const hidden = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length)
  const groups = [...first, ...Array<string>(hidden).fill('0'), ...last]
  const subscriber = groups.slice(0, SUBSCRIBER_GROUPS)
  return `${subscriber.map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
