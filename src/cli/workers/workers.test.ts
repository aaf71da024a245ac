/** Several processes as an operator and a client see them. */
import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import { test } from 'node:test'
import {
  type ProcessOptions,
  type RunningProgram,
  runFink,
  startFink,
  withFolder,
} from '../../../test/cli/program.js'
import type { StatusReport } from '../../api/status/service-status.js'

const LISTENS = /"worker":(\d+),"msg":"worker listens"/g

async function serveWith(folder: string, count: number, options: ProcessOptions = {}) {
  const args = ['serve', '--data', folder, '--port', '0', '--workers', String(count)]
  const program = startFink(args, options)
  const [, url = ''] = await program.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)$/m)
  await untilListening(program, count)
  return { program, url, pids: () => listeningPids(program) }
}

/** Processes that began to listen, in this order. */
function listeningPids(program: RunningProgram): number[] {
  return [...program.text.matchAll(LISTENS)].map(([, pid]) => Number(pid))
}

/** Waits until that many workers have begun to listen. */
async function untilListening(program: RunningProgram, count: number): Promise<void> {
  await program.until(new RegExp(`(?:worker listens[^]*){${count}}`))
}

/** Status of an answer, or the fault of the connection; never later than the agent allows. */
function ask(url: string, agent?: Agent): Promise<number | string> {
  return new Promise(resolve => {
    get(url, { agent, timeout: 10_000 }, response => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', error => resolve(String(error)))
    })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? String(error)))
      .on('timeout', () => resolve('no answer'))
  })
}

async function countProcesses(url: string): Promise<number> {
  const report: StatusReport = JSON.parse(await (await fetch(`${url}/status`)).text())
  return report.processes
}

/** Asks again and again on several kept connections until it is stopped. */
function askOn(url: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const answers = new Map<number | string, number>()
  let isStopped = false
  const loop = async (): Promise<void> => {
    while (!isStopped) {
      const answer = await ask(url, agent)
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
  }
  const loops = Array.from({ length: connections }, loop)
  return {
    answers,
    stop: async () => {
      isStopped = true
      await Promise.all(loops)
      agent.destroy()
    },
  }
}

test('fink serve with workers prints one address, answers for all and stops on SIGTERM', () =>
  withFolder(async folder => {
    const { program, url } = await serveWith(folder, 2)
    assert.equal(await countProcesses(url), 2)
    assert.match(await (await fetch(`${url}/metrics`)).text(), /fink_http_requests_in_flight \d/)
    const { code, out } = await program.end()
    assert.equal(code, 0)
    assert.equal(out.match(/^listening on /gm)?.length, 1)
    assert.equal(await ask(url), 'ECONNREFUSED')
  }))

test('a worker that is killed is replaced, and no request is left without an answer', () =>
  withFolder(async folder => {
    const { program, url, pids } = await serveWith(folder, 2)
    const asking = askOn(`${url}/api/v1/schema`, 4)
    for (let round = 0; round < 3; round++) {
      process.kill(pids().at(-1) ?? 0, 'SIGKILL')
      await untilListening(program, 3 + round)
    }
    await asking.stop()
    const kinds = [...asking.answers.keys()]
    assert.ok((asking.answers.get(200) ?? 0) > 0)
    assert.deepEqual(
      kinds.filter(kind => ![200, 'ECONNRESET', 'EPIPE'].includes(kind)),
      [],
    )
    assert.equal(await countProcesses(url), 2)
    assert.equal((await program.end()).code, 0)
  }))

test('SIGHUP replaces all workers without losing a request', () =>
  withFolder(async folder => {
    const { program, url, pids } = await serveWith(folder, 2)
    const before = new Set(pids())
    const asking = askOn(`${url}/api/v1/schema`, 4)
    for (let round = 1; round <= 3; round++) {
      program.signal('SIGHUP')
      await program.until(new RegExp(`(?:all workers were replaced[^]*){${round}}`))
    }
    await asking.stop()
    assert.deepEqual([...asking.answers.keys()], [200])
    assert.equal(pids().length, 8)
    assert.ok(
      pids()
        .slice(2)
        .every(pid => !before.has(pid)),
    )
    assert.equal((await program.end()).code, 0)
  }))

/** Answers of a route so far, as all processes together count them. */
async function countOf(url: string, route: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = new RegExp(
    `^fink_http_request_duration_seconds_count\\{.*route="${route}".* (\\d+)$`,
    'gm',
  )
  return [...text.matchAll(line)].reduce((sum, [, count]) => sum + Number(count), 0)
}

test('counts of replaced workers are kept: none is lost, none goes backwards', () =>
  withFolder(async folder => {
    const { program, url } = await serveWith(folder, 2)
    const asking = askOn(`${url}/api/v1/schema`, 4)
    const counts: number[] = []
    for (let round = 1; round <= 3; round++) {
      program.signal('SIGHUP')
      const reloaded = program.until(new RegExp(`(?:all workers were replaced[^]*){${round}}`))
      let isOver = false
      void reloaded.then(() => {
        isOver = true
      })
      while (!isOver) counts.push(await countOf(url, 'schema'))
    }
    await asking.stop()
    assert.deepEqual(
      counts,
      [...counts].sort((a, b) => a - b),
    )
    assert.equal(await countOf(url, 'schema'), asking.answers.get(200))
    const report: StatusReport = JSON.parse(await (await fetch(`${url}/status`)).text())
    assert.equal(
      report.routes.find(({ route }) => route === 'schema')?.requests,
      asking.answers.get(200),
    )
    await program.end()
  }))

test('counts that were told once stay when a worker is killed, and the death is counted', () =>
  withFolder(async folder => {
    const { program, url, pids } = await serveWith(folder, 2)
    for (let i = 0; i < 20; i++) await ask(`${url}/api/v1/schema`)
    const before = await countOf(url, 'schema')
    assert.equal(before, 20)
    for (const [killed, pid] of pids().entries()) {
      process.kill(pid, 'SIGKILL')
      await untilListening(program, 3 + killed)
      assert.equal(await countOf(url, 'schema'), before)
    }
    const metrics = await (await fetch(`${url}/metrics`)).text()
    assert.match(metrics, /^fink_worker_failures_total 2$/m)
    await program.end()
  }))

test('SIGHUP replaces a single worker, too, and does nothing to a service without', () =>
  withFolder(async folder => {
    const { program, url, pids } = await serveWith(folder, 1)
    const asking = askOn(`${url}/api/v1/schema`, 4)
    program.signal('SIGHUP')
    await program.until(/all workers were replaced/)
    await asking.stop()
    assert.deepEqual([...asking.answers.keys()], [200])
    assert.equal(new Set(pids()).size, 2)
    assert.equal((await program.end()).code, 0)
    const alone = await serveWith(folder, 0)
    alone.program.signal('SIGHUP')
    await alone.program.until(/nothing was reloaded/)
    assert.equal(await ask(`${alone.url}/health`), 200)
    assert.deepEqual(alone.pids(), [])
    assert.equal((await alone.program.end()).code, 0)
  }))

test('fink serve with workers says why it cannot start, once it is clear', () =>
  withFolder(async folder => {
    const first = await serveWith(folder, 2)
    const port = new URL(first.url).port
    const args = ['serve', '--data', folder, '--port', port, '--workers', '2']
    const { code, err } = await runFink(args)
    assert.equal(code, 1)
    assert.match(err, /EADDRINUSE/)
    await first.program.end()
  }))
