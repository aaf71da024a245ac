/** The acceptance accepts a service that is right, and finds what is wrong with others. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type ProcessEnd, RunningProgram } from '../cli/program.js'
import { makeSky, openSkyService } from '../examples/made-up-sky.js'
import { CRITERIA } from './criteria.js'
import { exitCodeOf } from './run.js'

const MAIN = fileURLToPath(new URL('main.js', import.meta.url))

const sky = await makeSky()
const { server, close } = await openSkyService(sky)
const url = await server.app.listen({ host: '127.0.0.1', port: 0 })
after(async () => {
  await close()
  await sky.close()
})

function accept(...args: string[]): Promise<ProcessEnd> {
  return new RunningProgram(process.execPath, [MAIN, ...args]).ended
}

/** Runs the acceptance against a server that answers so. */
async function acceptToy(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<ProcessEnd> {
  const toy = createServer(answer)
  await new Promise<void>(resolve => toy.listen(0, '127.0.0.1', resolve))
  const { port } = toy.address() as AddressInfo
  const end = await accept('--url', `http://127.0.0.1:${port}`, '--timeout', '10')
  toy.closeAllConnections()
  toy.close()
  return end
}

/** Passes requests on to the service, and changes the body of what comes back. */
function passOn(change: (body: Buffer, response: Response) => Buffer) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const { method = 'GET', headers } = request
    const type = headers['content-type']
    const answer = await fetch(`${url}${request.url}`, {
      method,
      ...(type !== undefined && { headers: { 'content-type': type } }),
      ...(method === 'POST' && { body: Buffer.concat(parts) }),
    })
    const body = change(Buffer.from(await answer.arrayBuffer()), answer)
    const given = [...answer.headers].filter(
      ([name]) => !/^(content-length|connection)$/.test(name),
    )
    response.writeHead(answer.status, Object.fromEntries(given)).end(body)
  }
}

function failedTitles({ out }: ProcessEnd): readonly string[] {
  return [...out.matchAll(/^ {2}FAILED .*? ms {2}(.*)$/gm)].map(([, title = '']) => title)
}

test('bin/test --url accepts a service, route by route with timings, and tells what it lacks', async () => {
  const end = await accept('--url', `${url}/`, '--survey', 'ztf')
  assert.deepEqual(failedTitles(end), [])
  assert.equal(end.code, 0, end.out + end.err)
  for (const { route, criteria } of CRITERIA.ztf ?? []) {
    const [, lines = ''] = end.out.match(new RegExp(`^${route}\n((?:  .*\n)+)`, 'm')) ?? []
    assert.match(lines, /^ {2}ok +\d+\.\d ms {2}/m, route)
    assert.match(lines, /^ {2}\d+ ok, \d+ without data, 0 failed$/m)
    for (const { title } of criteria) assert.ok(lines.includes(` ms  ${title}`), title)
  }
  assert.match(end.out, /no data +\d+\.\d ms {2}example: POST .*: left out: it would write/)
  assert.match(end.out, /^\d{3} ok, \d+ without data, 0 failed in [\d.]+ s$/m)
})

test('exitCodeOf() counts missing data as a fault only when everything is wanted', () => {
  assert.equal(exitCodeOf({ ok: 1, noData: 0, failed: 0 }, { isStrict: true }), 0)
  assert.equal(exitCodeOf({ ok: 1, noData: 1, failed: 0 }, { isStrict: false }), 0)
  assert.equal(exitCodeOf({ ok: 1, noData: 1, failed: 0 }, { isStrict: true }), 1)
  assert.equal(exitCodeOf({ ok: 1, noData: 0, failed: 1 }, { isStrict: false }), 1)
})

test('bin/test --url finds CSV that lacks a row', async () => {
  const lastLine = /[^\n]*\n$/
  const end = await acceptToy(
    passOn((body, { headers }) =>
      headers.get('content-type')?.startsWith('text/csv')
        ? Buffer.from(body.toString().replace(lastLine, ''))
        : body,
    ),
  )
  assert.equal(end.code, 1)
  const titles = [...new Set(failedTitles(end))]
  assert.deepEqual(titles, ['a light curve has rows as csv', 'the formats agree'])
})

test('bin/test --url finds faults of a service: 500 and 200 instead of a refusal', async () => {
  const end = await acceptToy((request, response) => {
    if (request.method === 'OPTIONS') response.writeHead(200).end()
    else if (request.url?.includes('/objects')) response.writeHead(500).end('{"code":"x"}')
    else response.writeHead(200, { 'content-type': 'application/json' }).end('[{"a":1}]')
  })
  assert.equal(end.code, 1)
  const titles = failedTitles(end)
  assert.ok(titles.includes('an unknown id is 200 and empty'))
  assert.ok(titles.includes('a radius beyond 18,000 arcsec is refused'))
  assert.ok(titles.includes('example: GET "Simplest request" json answers'))
})

test('bin/test --url gives up with 2 when nothing answers, or the service goes away', async () => {
  const nobody = await accept('--url', 'http://127.0.0.1:1')
  assert.deepEqual([nobody.code, nobody.out], [2, ''])
  assert.match(nobody.err, /^bin\/test: No answer from http:\/\/127\.0\.0\.1:1\//)
  const other = await acceptToy((_request, response) => response.writeHead(404).end())
  assert.match(other.err, /No service of survey "ztf" at/)
  assert.equal(other.code, 2)
  let count = 0
  const dying = await acceptToy((request, response) => {
    if (++count > 3) request.socket.destroy()
    else response.writeHead(200).end()
  })
  assert.equal(dying.code, 2)
})

test('bin/test tells how it is used, and exits with 2 when it is used otherwise', async () => {
  const help = await accept('--help')
  assert.equal(help.code, 0)
  assert.match(help.out, /Usage: bin\/test \[options\]/)
  for (const args of [
    ['--survey', 'ztf'],
    ['--url', 'x'],
    ['--url', url, '--survey', 'sky'],
    ['-x'],
  ]) {
    const { code, err } = await accept(...args)
    assert.equal(code, 2, args.join(' '))
    assert.match(err, /error: /)
  }
})
