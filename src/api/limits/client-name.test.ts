import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { bearerToken, parseClientAddress, toClientName } from './client-name.js'

function requestFrom(
  remoteAddress: string,
  headers: Readonly<Record<string, string>> = {},
): IncomingMessage {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress })
  const request = new IncomingMessage(socket)
  Object.assign(request.headers, headers)
  return request
}

test('toClientName() believes X-Forwarded-For only as far as there are proxies', () => {
  const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.2' }
  const name = (proxies: number) => toClientName(requestFrom('10.0.0.1', headers), proxies)
  assert.equal(name(0), '10.0.0.1')
  assert.equal(name(1), '10.0.0.2')
  assert.equal(name(2), '203.0.113.7')
  assert.equal(name(9), '6.6.6.6')
})

test('toClientName() takes the connection when a proxy sends no address', () => {
  for (const given of ['', 'unknown', 'a'.repeat(1000), '1.2.3']) {
    const headers = { 'x-forwarded-for': given }
    assert.equal(toClientName(requestFrom('10.0.0.1', headers), 1), '10.0.0.1')
  }
})

test('toClientName() knows the machine itself, but not by what a header says', () => {
  assert.equal(toClientName(requestFrom('127.0.0.1'), 0), 'local')
  assert.equal(toClientName(requestFrom('::1'), 1), 'local')
  assert.equal(toClientName(requestFrom('::ffff:127.0.0.1'), 0), 'local')
  const headers = { 'x-forwarded-for': '127.0.0.1' }
  assert.equal(toClientName(requestFrom('10.0.0.1', headers), 1), '127.0.0.1')
})

test('parseClientAddress() counts IPv6 by 64 bits and IPv4 inside it as IPv4', () => {
  assert.equal(parseClientAddress('2001:0db8:0:1:2:3:4:5'), '2001:db8:0:1::/64')
  assert.equal(parseClientAddress('2001:db8::1'), '2001:db8:0:0::/64')
  assert.equal(parseClientAddress('fe80::1%eth0'), 'fe80:0:0:0::/64')
  assert.equal(parseClientAddress('::ffff:203.0.113.7'), '203.0.113.7')
  assert.throws(() => parseClientAddress('example.org'), RangeError)
})

test('bearerToken() finds tokens of this service only', () => {
  const token = `fink_${'x'.repeat(43)}`
  const of = (authorization: string) => bearerToken(requestFrom('10.0.0.1', { authorization }))
  assert.equal(of(`Bearer ${token}`), token)
  assert.equal(of(`bearer ${token}`), token)
  assert.equal(of('Basic dXNlcjpwYXNz'), undefined)
  assert.equal(of('Bearer eyJhbGciOi'), undefined)
})
