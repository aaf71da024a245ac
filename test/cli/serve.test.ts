/** `fink serve` and `bin/start` as processes: the line they print, the end, many readers. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { dumpAll, makeNights, rowCount } from './made-up-nights.js'
import { fink, runFink, serve, startFink, withFolder } from './program.js'

async function ask(url: string): Promise<Record<string, unknown>[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) })
  assert.equal(response.status, 200, url)
  return (await response.json()) as Record<string, unknown>[]
}

const ALL = 'api/v1/objects?objectId=ZTF'

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`fink serve prints its address once, answers, and ends with 0 on ${signal}`, () =>
    withFolder(async folder => {
      await fink('ingest', '--data', folder, makeNights(folder, { objects: 10, nights: 2 }))
      const { url, program } = await serve(folder)
      assert.ok((await ask(`${url}/${ALL}`)).length > 0)
      assert.equal((await fetch(`${url}/ready`)).status, 200)
      const { code, out, err } = await program.end(signal)
      assert.equal(code, 0, err)
      assert.equal(err, '')
      assert.equal(out.match(/^listening on /gm)?.length, 1)
      await assert.rejects(fetch(`${url}/health`))
    }))
}

test('fink serve ends although a client keeps its connection open', () =>
  withFolder(async folder => {
    const { url, program } = await serve(folder)
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await new Promise(resolve => socket.once('connect', resolve))
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
    await new Promise(resolve => socket.once('data', resolve))
    const closed = new Promise(resolve => socket.once('close', resolve))
    assert.equal((await program.end('SIGTERM')).code, 0)
    await closed
  }))

test('fink serve says that a port is taken and ends with 1', () =>
  withFolder(async folder => {
    const { url, program } = await serve(folder)
    const args = ['serve', '--data', folder, '--port', new URL(url).port]
    const { code, err } = await runFink(args)
    assert.equal(code, 1)
    assert.match(err, /EADDRINUSE|in use/)
    await program.end()
  }))

test('several servers read whole and growing light curves while one process ingests', () =>
  withFolder(async folder => {
    const data = join(folder, 'data')
    const nights = makeNights(folder, { objects: 300, nights: 8 })
    // The servers are there first: they meet tables and columns that they have not seen.
    const services = await Promise.all([serve(data), serve(data)])
    const ingest = startFink(['ingest', '--data', data, nights])
    let isOver = false
    const over = ingest.ended.then(end => {
      isOver = true
      return end
    })
    const seen = await Promise.all(
      services.map(async ({ url }) => {
        const answers: Record<string, unknown>[][] = []
        while (!isOver) answers.push(await ask(`${url}/${ALL}`))
        answers.push(await ask(`${url}/${ALL}`))
        return answers
      }),
    )
    assert.equal((await over).code, 0)
    const count = rowCount(await dumpAll(data), 'ztf')
    for (const answers of seen) checkGrowth(answers, count)
    for (const { program } of services) assert.equal((await program.end()).code, 0)
  }))

/** Stored cells never change once they are seen, and rows only ever come. */
function checkGrowth(answers: readonly Record<string, unknown>[][], count: number): void {
  const last = new Map(answers.at(-1)!.map(row => [row['i:candid'], stored(row)]))
  assert.equal(last.size, count)
  let before = 0
  for (const rows of answers) {
    assert.ok(rows.length >= before, `${rows.length} rows after ${before}`)
    before = rows.length
    for (const row of rows) assert.deepEqual(stored(row), last.get(row['i:candid']))
  }
}

function stored(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('v:')))
}
